"""`python -m bot` is the `amends` command."""

from bot.cli import main

main()
