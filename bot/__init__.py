"""The running service: settings, clocks, store, engine, delivery, alarms, desk, web and command line."""

__version__ = "0.1.0"
