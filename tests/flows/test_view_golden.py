"""Cards and alerts of every phase, in both of staff's languages, kept as text files that people can read.

`AMENDS_WRITE_GOLDEN=1 pytest tests/flows/test_view_golden.py` writes them anew; look at the difference.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flows.case import Situation
from flows.deadlines import FIRST_ANSWER
from flows.events import Claimed
from flows.policy import Policy
from flows.view.alarm import alarm
from flows.view.away import Absence, Entry, summary
from flows.view.card import card
from tests.flows import drawing
from tests.flows.moves import (
    CLAIM_CLOCK,
    PHOTO,
    acknowledge,
    answered,
    approve,
    asked,
    blocked,
    decline,
    delivered,
    edit,
    know,
    lost,
    no_reply,
    opened,
    posted,
    read,
    refused,
    submit,
    wrote,
)
from tests.flows.play import ADA, BEN, BOOK, LIN, T0, Move, Story, minutes, play

GOLDEN = Path(__file__).parent / "golden"
LANGUAGES = ("en", "zh")
Moves = tuple[tuple[float, Move], ...]
SPANISH: Moves = ((0, wrote()), (0.01, read(language="es")))
CLAIM: Moves = ((10, wrote("I opened an A-to-z claim", sent=T0)), (10.01, read(Situation.CLAIM)))
DAY = 24 * 60.0
PROMISED: Moves = asked((1, know(LIN, tracking="stuck", wish="refund")), (2, approve(LIN)), (3, delivered()))
KEPT: Moves = (*PROMISED, (60, submit(BEN, "Refund 4711")), (61, approve(LIN)), (62, delivered()))
LIKELY = (Situation.DAMAGED, Situation.ITEM_NOT_RECEIVED)

CARDS: dict[str, Moves] = {
    "unread": ((0, wrote("Where is it?")),),
    "unsure": ((0, wrote("Help", PHOTO, PHOTO)), (0.01, read(Situation.UNSURE, order=None, guesses=LIKELY))),
    "offered": SPANISH,
    "offered_twice_written": (*SPANISH, (5, wrote("¿Hola?")), (5.01, read(language="es"))),
    "edited": (*SPANISH, (5, edit(BEN, "Sale mañana.\n\nBen", send=False))),
    "held": (*SPANISH, (5, approve(LIN))),
    "sending": (*SPANISH, (5, approve(LIN)), (6, lambda s: Claimed(s.case.id, BEN, s.case.version))),
    "delivered": answered(LIN),
    "refused": asked((5, approve(LIN)), (6, refused("message is too long"))),
    "unknown": asked((5, approve(LIN)), (6, lost("no answer within 60 s"))),
    "unreachable": asked((5, blocked())),
    "declined": asked((5, decline(LIN))),
    "no_reply_needed": asked((5, no_reply(LIN))),
    "promised_to_act": PROMISED,
    "promised_for_silence": asked((1, know(LIN, tracking="stuck")), (2, approve(LIN)), (3, delivered())),
    "promise_overdue": (*PROMISED, (3 * DAY + 60, lambda s: Claimed(s.case.id, BEN, s.case.version))),
    "done_to_tell": (*PROMISED, (60, submit(BEN, "Refund 4711"))),
    "done_told": KEPT,
    "followed_up": (*KEPT, (5 * DAY + 70, lambda s: Claimed(s.case.id, BEN, s.case.version))),
    "missed": asked((24 * 60, lambda s: Claimed(s.case.id, BEN, s.case.version))),
    "claim_offered": CLAIM,
    "claim_by_staff": ((300, opened(LIN)),),
    "claim_text_approved": (*CLAIM, (20, know(LIN, proof_of_delivery="yes")), (21, approve(LIN))),
    "claim_to_submit": ((300, opened(LIN)), (301, approve(BEN))),
    "claim_submitted": ((300, opened(LIN)), (301, approve(BEN)), (302, submit(LIN, "Case 7788"))),
    "claim_missed": ((300, opened(LIN)), (48 * 60 + 1, lambda s: Claimed(s.case.id, BEN, s.case.version))),
}


def compare(name: str, drawn: str) -> None:
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("AMENDS_WRITE_GOLDEN"):
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("phase", CARDS)
def test_the_card_of_each_phase_is_as_agreed(phase: str, language: str) -> None:
    """What staff see decides what they do: every change of a card is looked at by a person."""
    story = play(*CARDS[phase], story=Story(policy=Policy(name="Cedar Home", language=language)))

    compare(f"card_{phase}.{language}", drawing.card(card(story.shown())))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rung", ["remind", "warn_owner", "page_lead", "page_all", "last_call", "missed"])
def test_the_alert_of_each_rung_is_as_agreed(rung: str, language: str) -> None:
    """Read on a locked phone at night: what, when, for whom, and what to do."""
    story = Story(policy=Policy(name="Cedar Home", language=language))
    play((0, opened(LIN)), story=story)
    clock = story.clock(CLAIM_CLOCK)
    story.wait(next(alarm.at for alarm in clock.alarms if alarm.rung == rung))

    compare(f"alarm_{rung}.{language}", _drawn(story, rung))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("after", ["acknowledged", "text_approved", "submitted"])
def test_an_alert_follows_what_became_of_it(after: str, language: str) -> None:
    """Acknowledged it says by whom, handled it says so: then it has no buttons any more."""
    story = Story(policy=Policy(name="Cedar Home", language=language))
    noon = 12 * 60
    play((0, opened(LIN)), (noon, posted(CLAIM_CLOCK, "remind")), story=story)
    if after == "acknowledged":
        play((noon + 1, acknowledge(BEN, CLAIM_CLOCK, "remind")), story=story)
    else:
        play((noon + 1, approve(BEN)), story=story)
    if after == "submitted":
        play((noon + 2, submit(BEN)), story=story)

    compare(f"alarm_after_{after}.{language}", _drawn(story, "remind"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("found", ["passed", "quiet"])
def test_the_summary_after_a_time_away_is_as_agreed(found: str, language: str) -> None:
    """Read on a Monday morning, before anything else: what went wrong, what is next, what happens now."""
    policy = Policy(name="Cedar Home", language=language)
    claim = play((0, opened(LIN)), story=Story(policy=policy))
    letter = play(*SPANISH, story=Story(policy=policy))
    lapsed = Entry(claim.shown(), claim.clock(CLAIM_CLOCK), "https://desk.example/archives/C0DESK/p17")
    coming = (Entry(letter.shown(), letter.clock(FIRST_ANSWER)),)
    away = {"passed": Absence(T0, T0 + minutes(3000), (lapsed,), 13, coming, (ADA,)),
            "quiet": Absence(T0, T0 + minutes(90), (), 0, coming, (ADA,))}[found]  # fmt: skip
    view = summary(lambda key: BOOK.words.template(key, language), "notice:away:1", away)

    compare(f"away_{found}.{language}", drawing.alarm(view))


def _drawn(story: Story, name: str) -> str:
    clock = story.clock(CLAIM_CLOCK)
    rung = next(alarm for alarm in clock.alarms if alarm.rung == name)
    people = next(people for sounded, people in story.sounded if sounded == name)
    return drawing.alarm(alarm(story.shown(), clock, rung, people, loud=name != "remind"))
