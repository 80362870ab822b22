"""Local stand-ins for the outside world, speaking the real wire protocols on loopback.

Nothing here imports the product. What belongs here: the Telegram Bot API, Slack, the demo page and the
supervisor that starts (and, when asked, kills) the service.
"""
