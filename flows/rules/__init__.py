"""Dated rules: marketplace clocks and house limits as TOML, and the ladders of their alarms.

The service reads the files and passes their text to `pack.parse` and `ladders.parse`.
"""
