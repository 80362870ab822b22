"""`python -m tests.scenarios.impatient run`: the very service, with its waits shortened: a storm ends in seconds.

What is shortened: how long a claim and the reader's lease outlive their process, how long an answer of Telegram's
is waited for, and the pauses that spare Slack. Their order stays: a claim outlives the wait for an answer, and is
renewed several times in its life.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from bot import delivery, leasing, running
from bot.cli import main
from bot.service import Service
from bot.wiring import Paces

PACES = Paces(telegram=(100, 100), slack_posts=(100, 100), slack_edits=(100, 100), answer_s=2.0)


def hurry() -> None:
    for module, name, value in (
        (delivery, "LEASE", timedelta(seconds=6)),
        (delivery, "RESCUE_EVERY", timedelta(seconds=1)),
        (leasing, "RENEW_S", 0.7),
    ):
        assert hasattr(module, name), f"{module.__name__}.{name} is gone: what is to be shortened instead?"
        setattr(module, name, value)
    hasty = partial(Service, paces=PACES, lease_ttl=timedelta(seconds=3))
    vars(running)["Service"] = hasty


if __name__ == "__main__":
    hurry()
    main()
