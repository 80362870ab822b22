"""The running service: settings, clocks, store, engine, delivery, alarms, desk, web and command line."""

from bot.zoning import pin_zones

__version__ = "0.1.0"

pin_zones()  # here, so that nothing of the process can have read another zone before
