"""Dated rules: marketplace clocks and house limits as TOML, and the ladders of their alarms.

`rule` is the value, `checking` and `reading` make it from text, `pack` finds the right one. The service reads the
files (bot/brain.py) and passes their text in.
"""
