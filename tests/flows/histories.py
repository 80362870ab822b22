"""Generated histories: anything anybody may do, in any order, late, repeated, with old versions and unknown ids.

Only the outbox is lawful: a reply has an outcome only after the platform was asked, and a receipt is final.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from hypothesis import settings
from hypothesis import strategies as st

from bot.guarding import blocks
from flows import events, standing
from flows.case import Case, ProposalState, Situation
from flows.choosing import data_of
from flows.deadlines import UNDO
from flows.effects import Decision
from flows.policy import Policy
from flows.step import new_case
from flows.values import Money
from tests.flows.moves import ORDER, PHOTO, SOFIA
from tests.flows.play import ADA, BEN, CHANNEL, LIN, OTHER, T0, Story, minutes

TOMAS = events.Buyer("77", "Tomás", "de-DE")  # names the same order
SECRET = "ztexts-only-by-referencez"  # stands in everything that somebody types
PEOPLE = (LIN, BEN, ADA)
GAPS = (0, 0, 0, 0, 0, 0, 0.1, 0.1, 0.4, 5, 11, 60, 700, 1500)  # minutes; 0 is a burst, 0.4 passes the undo window
READINGS = (*Situation, Situation.ITEM_NOT_RECEIVED, Situation.DAMAGED)
FACTS = (
    ("tracking", "stuck"), ("tracking", "moving"), ("tracking", ""), ("wish", "refund"), ("fault", "seller"),
    ("evidence", "clear"), ("proof_of_delivery", "yes"), ("value_class", "cheap"), ("never_heard_of", "it"),
)  # fmt: skip
NOTICES = (
    ("inr_opened", "ebay"), ("return_request", "ebay"), ("claim_notice", "amazon"),
    ("dispute_opened", "aliexpress"),
    ("buyer_contact", "amazon"), ("full_refund", "ebay"), ("refund_issued", "ebay"), ("case_closed", "ebay"),
    ("inr_opened", "ebay"), ("dispute_changed_by_buyer", "aliexpress"), ("claim_granted", "amazon"),
    ("chargeback_notice", "amazon"),
)  # fmt: skip
_UNDER_WAY = (ProposalState.HELD, ProposalState.SENDING, ProposalState.UNKNOWN)
CHECKED = settings(max_examples=200, deadline=None, derandomize=True)


@dataclass(frozen=True, slots=True)
class Happening:
    """A kind of event, how long after the one before, and numbers to pick its details with."""

    kind: str
    gap: float
    pick: int
    stale: int


@dataclass(frozen=True, slots=True)
class Taken:
    """One step of a history: what was, what happened, what was decided. `outbox` is how it stood before."""

    before: Case
    event: events.CaseEvent
    decision: Decision
    outbox: dict[str, str]
    story: Story


def _history(seed: int, length: int) -> list[Happening]:
    """Spread evenly by the seed: Hypothesis' own lists repeat themselves and stay near the start."""
    pick = Random(seed)  # noqa: S311 - a test's spread, no secret
    return [_happening(pick) for _ in range(length)]


def _happening(pick: Random) -> Happening:
    kind = "onward" if pick.random() < 0.7 else pick.choice([*MAKERS])
    return Happening(kind, pick.choice(GAPS), pick.randrange(12), pick.choice((0, 0, 0, 0, 1, 2)))


def unfold(history: list[Happening]) -> Iterator[Taken]:
    """Play the history; a buyer or a notice always comes first, as in life."""
    story = Story(policy=Policy(standing=True))
    first = Happening("opened" if history and history[0].pick % 4 == 0 else "wrote", 0, 0, 0)
    for happening in (first, *history):
        story.now += minutes(happening.gap)
        made = MAKERS[happening.kind](story, happening)
        if made is None:
            continue
        story.blocked = _guarded(story, made)
        outbox = dict(story.outbox)
        before = story.known
        decision = story.happens(made)
        was = before or new_case(story.now, "default", story.context, story.cause, story.policy)
        yield Taken(was, made, decision, outbox, story)


def _guarded(s: Story, event: events.CaseEvent) -> tuple[str, ...]:
    """What the guard says, as the service asks it."""
    if s.known is None or not isinstance(event, events.Approved | events.DraftEdited):
        return ()
    if isinstance(event, events.DraftEdited):
        return blocks(event.text, s.case)
    return blocks(s.draft, s.case) if s.case.proposal is not None else ()


Maker = Callable[[Story, Happening], events.CaseEvent | None]


def _by(h: Happening) -> str:
    return PEOPLE[h.pick % 3]


def _id(s: Story, h: Happening) -> str:
    return s.known.id if s.known is not None else "nobody"


def _version(s: Story, h: Happening) -> int:
    return max(0, s.case.version - h.stale)


def _wrote(s: Story, h: Happening) -> events.CaseEvent:
    media = (PHOTO,) if h.pick % 4 == 0 else ()
    sent = s.now - timedelta(hours=h.stale)
    text = SECRET if h.pick % 3 else f"{SECRET}. I don't have it"
    return events.BuyerWrote(CHANNEL, SOFIA, f"m{len(s.decisions)}", text, sent, media)


def _named(s: Story, h: Happening) -> events.CaseEvent:
    """Somebody else writes, who says "solved" as well."""
    media = (PHOTO,) if h.pick % 4 == 0 else ()
    text = (SECRET, "Yes, all good", f"{SECRET}. I don't have it")[h.stale]
    return events.BuyerWrote(CHANNEL, TOMAS, f"m{len(s.decisions)}", text, s.now, media)


def _edited(s: Story, h: Happening) -> events.CaseEvent:
    seen = [*s.ids, "never-seen"]
    return events.BuyerEdited(CHANNEL, SOFIA, seen[h.pick % len(seen)], SECRET, s.now, s.now)


def _pressed(s: Story, h: Happening) -> events.CaseEvent:
    """A button below our question, or one that we never sent."""
    data = "x:1"
    if s.known is not None and (out := s.case.buttons) is not None and h.pick % 3:
        data = data_of(out.proposal, out.labels[h.pick % len(out.labels)][0])
    return events.BuyerPressed(CHANNEL, SOFIA, f"p{len(s.decisions)}", data)


def _approved(s: Story, h: Happening) -> events.CaseEvent:
    """Alone, with what every button brings, or with one that there may not be."""
    given = s.known.proposal if s.known is not None else None
    offered = tuple(each.wish for each in given.outcomes) if given is not None else ()
    return events.Approved(_id(s, h), _by(h), _version(s, h), ((), offered, ("refund", "nothing"))[h.pick % 3])


def _fallback(s: Story, h: Happening) -> events.CaseEvent:
    """In time or too late, as it was shown or otherwise, within its price or not."""
    at = s.now + timedelta(minutes=(1, 30, 700, -5)[h.pick % 4])
    shown = standing.fallback(s.look(), at) if s.known is not None else None
    stamp = shown.stamp if shown is not None and h.stale < 2 else "another"
    window = (at, at + timedelta(minutes=(60, 0, -60)[h.stale]))
    ceiling = Money(5000, "EUR") if h.pick % 2 else None
    return events.FallbackApproved(_id(s, h), _by(h), _version(s, h), *window, stamp, ceiling)


def _edit(s: Story, h: Happening) -> events.CaseEvent:
    asks = "" if h.pick % 3 else "\nPlease send us a photo, if you like, and the order number."
    return events.DraftEdited(_id(s, h), _by(h), _version(s, h), SECRET + asks, h.pick % 2 == 0)


def _reachable(s: Story, h: Happening) -> events.CaseEvent:
    return events.BuyerReachable(CHANNEL, SOFIA, reachable=h.pick % 2 == 0, at=s.now)


def _unsupported(s: Story, h: Happening) -> events.CaseEvent:
    return events.Unsupported(CHANNEL, SOFIA if h.pick % 2 else None, "u", "poll", s.now)


def _read(s: Story, h: Happening) -> events.CaseEvent:
    waiting = [*s.case.unrecognised, *s.ids.values()]
    message = waiting[0] if waiting and h.stale < 2 else "nobody"
    situation = READINGS[h.pick % len(READINGS)]
    order = ORDER if h.pick % 2 else None
    return events.Recognised(
        s.case.id, message, situation, "thanks" if h.pick == 7 else "where", 0.9, (),
        ("en", "es", "fi")[h.pick % 3], order, "amazon" if order else None, "test-1",
    )  # fmt: skip


def _opened(s: Story, h: Happening) -> events.CaseEvent:
    situation = Situation.OTHER if h.pick == 11 else Situation.CLAIM
    return events.CaseOpened(_by(h), situation, ORDER, "amazon", s.now - timedelta(hours=h.pick), note=SECRET)


def _noticed(s: Story, h: Happening) -> events.CaseEvent:
    """Somebody read it on the marketplace, today or a while ago."""
    event, platform = NOTICES[h.pick % len(NOTICES)]
    amount = Money(2490, "EUR") if h.stale else None
    at = s.now - timedelta(hours=30 * h.stale)
    return events.PlatformNotice(
        event, platform, ORDER, at, by=_by(h), reference="R-1", amount=amount, note=SECRET
    )


def _delivery(s: Story, h: Happening, outcome: str) -> str:
    """A reply that may have this outcome, or one whose outcome is told again or for nobody."""
    asked_for = [id for id, state in s.outbox.items() if state == "sending" or state == outcome == "unknown"]
    if asked_for and not h.stale:
        s.outbox[asked_for[-1]] = outcome
        return asked_for[-1]
    told = [id for id, state in s.outbox.items() if state == outcome]
    return told[-1] if told else "nobody"


def _taken(s: Story, h: Happening) -> None:
    """The delivery takes what is pending."""
    for id, state in s.outbox.items():
        if state == "pending":
            s.outbox[id] = "sending"


def _rung(s: Story, h: Happening) -> tuple[str, str]:
    """A clock and a rung of it, mostly real ones."""
    rungs = [(d.id, a.rung) for d in s.case.deadlines for a in d.alarms]
    return [*rungs, ("nobody", "remind")][h.pick % (len(rungs) + 1)]


def _rung_due(s: Story, h: Happening) -> events.CaseEvent:
    """Mostly the next rung, at its instant or later; else any rung, or one of a clock that was moved."""
    waiting = sorted(s.waiting(), key=lambda found: found[1].at)
    if waiting and h.pick % 3:
        deadline, alarm = waiting[0] if h.pick % 2 else waiting[-1]
        s.now = max(s.now, alarm.at)
        due_at = deadline.due_at - timedelta(hours=h.stale)
        return events.AlarmDue(s.case.id, deadline.id, due_at, alarm.rung, 0.0)
    id, rung = _rung(s, h)
    found = next((d.due_at for d in s.case.deadlines if d.id == id), T0)
    return events.AlarmDue(s.case.id, id, found, rung, 0.0)


def _onward(s: Story, h: Happening) -> events.CaseEvent | None:
    """What would ordinarily come next, so that histories reach far; `stale` then only picks the outcome."""
    case, state = s.case, s.case.proposal.state if s.case.proposal is not None else None
    straight = Happening(h.kind, h.gap, h.pick, 0)
    if case.unrecognised and state not in _UNDER_WAY:
        return _read(s, straight)
    match state:
        case ProposalState.OFFERED | ProposalState.REFUSED:
            return MAKERS["edit" if h.stale == 2 else "approved"](s, straight)
        case ProposalState.HELD:
            return _undo_window_over(s)
        case ProposalState.SENDING:
            _taken(s, h)
            return MAKERS[("delivered", "unknown", "refused")[h.stale]](s, straight)
        case ProposalState.UNKNOWN:
            return MAKERS["settled"](s, straight)
    if case.handoff is not None and case.handoff.state is ProposalState.TEXT_APPROVED:
        return MAKERS["submitted"](s, straight)
    return _rung_due(s, straight) if h.pick % 2 else _wrote(s, h)


def _undo_window_over(s: Story) -> events.CaseEvent | None:
    found = [(d, a) for d, a in s.waiting() if d.name == UNDO]
    for deadline, alarm in found:
        s.now = max(s.now, alarm.at)
        return events.AlarmDue(s.case.id, deadline.id, deadline.due_at, alarm.rung, 0.0)
    return None


MAKERS: dict[str, Maker] = {
    "onward": _onward,
    "wrote": _wrote,
    "edited": _edited,
    "named": _named,
    "vouched": lambda s, h: events.Vouched(_id(s, h), _by(h), OTHER.conversation),
    "reachable": _reachable,
    "pressed": _pressed,
    "unsupported": _unsupported,
    "read": _read,
    "opened": _opened,
    "noticed": _noticed,
    "chosen": lambda s, h: events.SituationChosen(_id(s, h), _by(h), tuple(Situation)[h.pick % 5]),
    "known": lambda s, h: events.FactsSet(_id(s, h), _by(h), (FACTS[h.pick % len(FACTS)],)),
    "claimed": lambda s, h: events.Claimed(_id(s, h), _by(h), _version(s, h)),
    "released": lambda s, h: events.Released(_id(s, h), _by(h)),
    "assigned": lambda s, h: events.Assigned(_id(s, h), _by(h), ADA),
    "approved": _approved,
    "fallback": _fallback,
    "advance_off": lambda s, h: events.AdvanceWithdrawn(_id(s, h), _by(h)),
    "edit": _edit,
    "declined": lambda s, h: events.Declined(_id(s, h), _by(h), _version(s, h), "tone"),
    "undone": lambda s, h: events.Undone(_id(s, h), _by(h), _version(s, h)),
    "no_reply": lambda s, h: events.NoReplyNeeded(_id(s, h), _by(h), _version(s, h), "spam"),
    "submitted": lambda s, h: events.Submitted(_id(s, h), _by(h), _version(s, h), SECRET),
    "acknowledged": lambda s, h: events.Acknowledged(_id(s, h), _by(h), *_rung(s, h)),
    "note": lambda s, h: events.NoteAdded(_id(s, h), _by(h), SECRET, s.now),
    "settled": lambda s, h: events.Settled(_id(s, h), _by(h), _version(s, h), h.pick % 2 == 0),
    "delivered": lambda s, h: events.ReplyDelivered(_id(s, h), _delivery(s, h, "delivered"), "501", s.now),
    "refused": lambda s, h: events.ReplyRefused(_id(s, h), _delivery(s, h, "refused"), "no", h.pick % 2 == 0),
    "unknown": lambda s, h: events.ReplyUnknown(_id(s, h), _delivery(s, h, "unknown"), "timeout"),
    "rung_due": _rung_due,
    "posted": lambda s, h: events.AlarmPosted(_id(s, h), *_rung(s, h), "C0DESK:1"),
    "not_posted": lambda s, h: events.AlarmFailed(_id(s, h), *_rung(s, h), "channel_not_found"),
    "taken": _taken,
}
HISTORIES = st.builds(_history, st.integers(0, 2**48), st.integers(16, 22))
