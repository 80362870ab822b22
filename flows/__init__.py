"""The brain: pure values and functions. No I/O, no clock, no randomness, no SDK.

What belongs here: what a case is, what may happen to it, what should be done next, and the ports that the
outside world implements. What does not: anything that waits, reads, writes or asks the time.
"""
