"""`python -m tests.scenarios.impatient run`: the very service, with its waits shortened: a storm ends in seconds.

With the word `stage-by-stage`, nothing goes onward in the transaction that stores it (bot/onward.py): every stage
commits by itself, as it does after a failure.

What is shortened: how long a claim and the reader's lease outlive their process, how long an answer of Telegram's
is waited for, the auditor's rounds, and the pauses that spare Slack. Their order stays: a claim outlives the wait
for an answer, and is renewed several times in its life.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from functools import partial

from bot import auditing, delivery, leasing, running
from bot.cli import main
from bot.service import Service
from bot.wiring import Paces

PACES = Paces(telegram=(100, 100), slack_posts=(100, 100), slack_edits=(100, 100), answer_s=2.0)


STAGE_BY_STAGE = "stage-by-stage"


def hurry(*, goes_onward: bool = True) -> None:
    for module, name, value in (
        (delivery, "LEASE", timedelta(seconds=6)),
        (delivery, "RESCUE_EVERY", timedelta(seconds=1)),
        (leasing, "RENEW_S", 0.7),
        (auditing, "ROUND_S", 1.0),
    ):
        assert hasattr(module, name), f"{module.__name__}.{name} is gone: what is to be shortened instead?"
        setattr(module, name, value)
    hasty = partial(Service, paces=PACES, lease_ttl=timedelta(seconds=3), goes_onward=goes_onward)
    vars(running)["Service"] = hasty


if __name__ == "__main__":
    hurry(goes_onward=STAGE_BY_STAGE not in sys.argv)
    sys.argv = [word for word in sys.argv if word != STAGE_BY_STAGE]
    main()
