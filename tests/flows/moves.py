"""What people and platforms do in a story: each makes the event as it would stand in the inbox at that moment."""

from __future__ import annotations

from datetime import datetime
from itertools import count

from flows import events, standing
from flows.case import Situation
from flows.choosing import data_of
from flows.values import Money
from tests.flows.play import ADA, CHANNEL, T0, Move, Story, minutes

SOFIA = events.Buyer("42", "Sofía", "es-ES")
ORDER = "114-1234567-7654321"
PHOTO = events.Media("photo", "file-1", "unique-1")
CLAIM_CLOCK, OUTER_CLOCK = "amz.atoz.info_request", "amz.atoz.info_request.outer"
_EXTERNAL = count(1)


def wrote(text: str = "¿Dónde está mi paquete?", *media: events.Media, sent: datetime | None = None,
          buyer: events.Buyer = SOFIA) -> Move:  # fmt: skip
    external = str(next(_EXTERNAL))
    return lambda s: events.BuyerWrote(CHANNEL, buyer, external, text, sent or s.now, media)


def edited(text: str) -> Move:
    """The buyer changes the newest message."""
    return lambda s: events.BuyerEdited(CHANNEL, SOFIA, list(s.ids)[-1], text, s.now, s.now)


def tap(wish: str) -> Move:
    """The button of this wish below our newest question."""
    return lambda s: events.BuyerPressed(
        CHANNEL, SOFIA, str(next(_EXTERNAL)), data_of(s.case.buttons.proposal if s.case.buttons else "", wish)
    )


def blocked() -> Move:
    return lambda s: events.BuyerReachable(CHANNEL, SOFIA, reachable=False, at=s.now)


def unblocked() -> Move:
    return lambda s: events.BuyerReachable(CHANNEL, SOFIA, reachable=True, at=s.now)


def read(situation: Situation = Situation.ITEM_NOT_RECEIVED, *, order: str | None = ORDER, language: str = "en",
         label: str = "where_is_it", guesses: tuple[Situation, ...] = (), wish: str = "") -> Move:  # fmt: skip
    """The recogniser's reading of the newest message."""
    return lambda s: events.Recognised(
        s.case.id, list(s.ids.values())[-1], situation, label, 0.9, guesses, language, order,
        "amazon" if order else None, "test-1", wish,
    )  # fmt: skip


def opened(by: str, *, started: datetime = T0, order: str | None = ORDER, note: str = "") -> Move:
    return lambda _: events.CaseOpened(by, Situation.CLAIM, order, "amazon", started, note=note)


def approve(by: str, version: int | None = None, *, outcomes: tuple[str, ...] = ()) -> Move:
    return lambda s: events.Approved(s.case.id, by, _version(s, version), outcomes)


def yes_to_fallback(
    by: str, *, at: float, until: float, ceiling: Money | None = None, stamp: str | None = None
) -> Move:
    """The fallback in advance, from minute `at` to `until`, as the dialog showed it."""

    def made(s: Story) -> events.FallbackApproved:
        shown = standing.fallback(s.look(), T0 + minutes(at))
        seen = (shown.stamp if shown is not None else "") if stamp is None else stamp
        window = (T0 + minutes(at), T0 + minutes(until))
        return events.FallbackApproved(s.case.id, by, s.case.version, *window, seen, ceiling)

    return made


def ADVANCE_OFF(s: Story) -> events.AdvanceWithdrawn:  # noqa: N802 - a move without anything to say
    return events.AdvanceWithdrawn(s.case.id, ADA)


def edit(by: str, text: str, version: int | None = None, *, send: bool = True) -> Move:
    return lambda s: events.DraftEdited(s.case.id, by, _version(s, version), text, send)


def decline(by: str, version: int | None = None) -> Move:
    return lambda s: events.Declined(s.case.id, by, _version(s, version), "tone")


def undo(by: str, version: int | None = None) -> Move:
    return lambda s: events.Undone(s.case.id, by, _version(s, version))


def no_reply(by: str, version: int | None = None) -> Move:
    return lambda s: events.NoReplyNeeded(s.case.id, by, _version(s, version), "spam")


def submit(by: str, proof: str = "Case 7788", version: int | None = None) -> Move:
    return lambda s: events.Submitted(s.case.id, by, _version(s, version), proof)


def settle(by: str, version: int | None = None, *, delivered: bool) -> Move:
    return lambda s: events.Settled(s.case.id, by, _version(s, version), delivered)


def choose(by: str, situation: Situation) -> Move:
    return lambda s: events.SituationChosen(s.case.id, by, situation)


def know(by: str, **facts: str) -> Move:
    return lambda s: events.FactsSet(s.case.id, by, tuple(sorted(facts.items())))


def acknowledge(by: str, clock: str, rung: str) -> Move:
    return lambda s: events.Acknowledged(s.case.id, by, s.clock(clock).id, rung)


def posted(clock: str, rung: str) -> Move:
    return lambda s: events.AlarmPosted(s.case.id, s.clock(clock).id, rung, "C0DESK:17.5")


def rung_due(clock: str, rung: str) -> Move:
    return lambda s: events.AlarmDue(s.case.id, s.clock(clock).id, s.clock(clock).due_at, rung, 0.0)


def delivered(receipt: str = "501") -> Move:
    return lambda s: events.ReplyDelivered(s.case.id, _with_platform(s, "delivered"), receipt, s.now)


def refused(reason: str = "chat not found", *, unreachable: bool = False) -> Move:
    return lambda s: events.ReplyRefused(s.case.id, _with_platform(s, "refused"), reason, unreachable)


def lost(reason: str = "no answer") -> Move:
    return lambda s: events.ReplyUnknown(s.case.id, _with_platform(s, "unknown"), reason)


def _version(story: Story, version: int | None) -> int:
    return story.case.version if version is None else version


def _with_platform(story: Story, outcome: str) -> str:
    """The reply goes to the platform, if it is not there yet, and this becomes of it."""
    effect = story.proposal.effect or ""
    if story.outbox[effect] == "pending":
        story.platform_takes()
    story.outbox[effect] = outcome
    return effect


def asked(*more: tuple[float, Move]) -> tuple[tuple[float, Move], ...]:
    """The start of most stories: a buyer asks for a parcel, the message is read, a draft stands."""
    return ((0, wrote()), (0.01, read()), *more)


def answered(by: str, at: float = 1) -> tuple[tuple[float, Move], ...]:
    """Asked, approved, released after the undo window, delivered a minute after the approval."""
    return asked((at, approve(by)), (at + 1, delivered()))
