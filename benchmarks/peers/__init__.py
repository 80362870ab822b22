"""What others do on the same machine: one small script each, run by the Python of that peer's own environment.

A script takes its settings as arguments, warms up, measures one round and prints one line of JSON. It imports
nothing of ours, talks to nothing but loopback, and is given a proxy that leads nowhere, to be sure.
"""
