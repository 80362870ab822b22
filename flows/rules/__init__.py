"""Dated rules: marketplace clocks and house limits as TOML, and the ladders of their alarms.

`rule` and `advice` are the values, `checking` and `reading` make them from text, `pack` finds the right one;
`states` says what events do to clocks. `overriding` puts a shop's values in, `auditing` looks at the whole,
`differing` at two states of it. The service reads the files (bot/brain.py) and passes their text in. docs/rules.md
tells how a rule is written.
"""
