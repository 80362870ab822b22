"""What must hold in every history, whatever people and platforms do in whatever order."""

from __future__ import annotations

import msgspec
from hypothesis import given

from bot.store import codec, journal
from flows import events
from flows.case import AlarmState, Case, DeadlineKind, DeadlineState, ProposalKind, ProposalState, Status
from flows.effects import CancelReply, ReleaseReply, SendReply, SoundAlarm, TellPerson
from flows.fallback import is_last_resort, is_promised, way_out
from flows.known import branch_of, driving
from flows.marketplace import is_answering
from flows.offers import OF_WISH, latest
from flows.promising import was_done
from flows.step import step
from flows.step.outcome import UNDER_WAY
from flows.values import digest
from tests.flows.histories import CHECKED, HISTORIES, SECRET, Happening, Taken, unfold
from tests.flows.play import BOOK

LIVE = ("held", "pending", "sending")
CLICKS = (
    events.Approved | events.DraftEdited | events.Declined | events.Undone | events.NoReplyNeeded
    | events.Submitted | events.Settled | events.Acknowledged | events.FallbackApproved | events.AdvanceWithdrawn
)  # fmt: skip


@CHECKED
@given(HISTORIES)
def test_a_step_is_a_function_and_counts(history: list[Happening]) -> None:
    """Total, the same for the same arguments; every event is one journal entry and the version never falls."""
    for taken in unfold(history):
        story, after = taken.story, taken.decision.case
        again = step(story.now, BOOK, story.policy, story.context, taken.before, story.cause, taken.event)
        assert again == taken.decision
        assert after.revision == taken.before.revision + 1
        assert after.version >= taken.before.version


@CHECKED
@given(HISTORIES)
def test_the_journals_changes_add_up_to_the_stored_case(history: list[Happening]) -> None:
    """Folding gives the case (invariant 11), and the case survives the store's JSON."""
    before: Case | None = None
    changes = []
    for taken in unfold(history):
        after = taken.decision.case
        changes.append(msgspec.json.decode(codec.dumps(journal.change(before, after))))
        assert journal.fold(changes) == after
        assert codec.decode(codec.encode(after), Case) == after
        before = after


@CHECKED
@given(HISTORIES)
def test_nothing_is_queued_that_no_named_person_approved(history: list[Happening]) -> None:
    """Invariant 3: one reply for one yes to the version shown, byte for byte the text of the approved draft."""
    for taken in unfold(history):
        sent = [effect for effect in taken.decision.effects if isinstance(effect, SendReply)]
        if not sent:
            continue
        [reply] = sent
        proposal = taken.decision.case.proposal
        assert proposal is not None
        assert proposal.approved_by
        if isinstance(taken.event, events.Approved | events.DraftEdited | events.Settled):
            assert taken.event.by
            assert taken.event.version == taken.before.version
        else:
            assert (reply.text.id, proposal.approved_by) in _said_yes_before(taken)
        assert (reply.text, reply.id, reply.version) == (
            proposal.text,
            proposal.effect,
            taken.decision.case.version,
        )
        assert reply.text.digest == _digest(taken, reply.text.id)
        if isinstance(taken.event, events.DraftEdited):
            assert taken.event.send
            assert taken.story.texts[reply.text.id] == taken.event.text


def _said_yes_before(taken: Taken) -> list[tuple[str, str]]:
    """(text, person) of what may leave at this without a click: approved in advance, for this very happening."""
    before, now = taken.before, taken.story.now
    if isinstance(taken.event, events.BuyerPressed) and (out := before.buttons) is not None:
        safe = (each for each in out.outcomes if each.until is None or each.until >= now)
        return [(each.text.id, out.by) for each in safe]
    if isinstance(taken.event, events.AlarmDue) and (given := before.standing) is not None:
        is_due = given.deadline == taken.event.deadline and given.at <= now <= given.until
        return [(given.text.id, given.by)] if is_due else []
    return []


def _digest(taken: Taken, text: str) -> str:
    """The digest of the body that the store has under this id."""
    made_by = next(d for d in taken.story.decisions if any(new.ref.id == text for new in d.texts))
    salt = f"salt {taken.story.decisions.index(made_by) + 1}"
    return digest(salt, taken.story.texts[text])


@CHECKED
@given(HISTORIES)
def test_never_two_replies_at_once_and_none_after_it_was_voided(history: list[Happening]) -> None:
    """Invariants 4 and 6: at most one lives; a released one was held; what rises the version takes it back."""
    for taken in unfold(history):
        held = taken.before.proposal
        state = taken.outbox.get(held.effect or "") if held is not None else None
        cancelled = {effect.id for effect in taken.decision.effects if isinstance(effect, CancelReply)}
        queued = {effect.id for effect in taken.decision.effects if isinstance(effect, SendReply)}
        released = {effect.id for effect in taken.decision.effects if isinstance(effect, ReleaseReply)}
        assert sum(each in LIVE for each in taken.story.outbox.values()) <= 1
        assert all(id in queued or taken.outbox[id] == "held" for id in released)
        assert not cancelled & released
        if taken.decision.case.version > taken.before.version and state in ("held", "pending"):
            assert held is not None
            assert cancelled == {held.effect}
        assert all(taken.outbox[id] in ("held", "pending") for id in cancelled)


@CHECKED
@given(HISTORIES)
def test_no_message_stops_being_unanswered_without_an_answer(history: list[Happening]) -> None:
    """One answer settles what it was approved against; while a buyer waits, a clock runs or was missed."""
    for taken in unfold(history):
        before, after = taken.before, taken.decision.case
        gone = set(before.unanswered) - set(after.unanswered)
        if gone and not isinstance(taken.event, events.NoReplyNeeded):
            assert isinstance(taken.event, events.ReplyDelivered | events.Settled)
            assert before.proposal is not None
            assert gone <= set(before.proposal.answers)
        if after.unanswered:
            assert after.status is Status.OPEN
            ours = [d for d in after.deadlines if d.kind is DeadlineKind.SHOP and is_answering(d)]
            assert ours[-1].state in (DeadlineState.RUNNING, DeadlineState.MISSED)


@CHECKED
@given(HISTORIES)
def test_a_marketplaces_clock_stops_only_by_a_proof_or_another_matter(history: list[Happening]) -> None:
    """Nothing that Amends does itself may silence it (invariant 3)."""
    may_stop = events.Submitted | events.SituationChosen | events.CaseOpened | events.PlatformNotice
    for taken in unfold(history):
        platform = [d for d in taken.before.running() if d.kind is DeadlineKind.PLATFORM]
        running = {d.id for d in platform if not is_answering(d)}
        for deadline in taken.decision.case.deadlines:
            if deadline.id in running and deadline.state is not DeadlineState.RUNNING:
                by_time = isinstance(taken.event, events.AlarmDue) and deadline.state is DeadlineState.MISSED
                assert by_time or isinstance(taken.event, may_stop)


@CHECKED
@given(HISTORIES)
def test_every_rung_sounds_once_or_has_a_reason(history: list[Happening]) -> None:
    """Invariant 8: when its clock is over no rung waits, and one that did not sound says why."""
    sounded: set[tuple[str, str]] = set()
    for taken in unfold(history):
        for effect in taken.decision.effects:
            # Called again, by the timer of its climb, is another property's matter.
            if isinstance(effect, SoundAlarm) and (not effect.again or is_rung(taken.event, effect)):
                assert (effect.deadline, effect.rung) not in sounded
                sounded.add((effect.deadline, effect.rung))
        for deadline in taken.decision.case.deadlines:
            if deadline.kind is DeadlineKind.REMINDER:
                continue
            for alarm in deadline.alarms:
                heard = (deadline.id, alarm.rung) in sounded
                assert heard == (alarm.state not in (AlarmState.WAITING, AlarmState.SKIPPED))
                assert heard or alarm.reason or deadline.state is DeadlineState.RUNNING


def is_rung(event: events.CaseEvent, effect: SoundAlarm) -> bool:
    """It sounds because its own instant came."""
    return isinstance(event, events.AlarmDue) and (event.deadline, event.rung) == (effect.deadline, effect.rung)


@CHECKED
@given(HISTORIES)
def test_texts_stand_in_cases_and_journals_only_by_reference(history: list[Happening]) -> None:
    """Erasing a buyer must leave nothing behind in what is never erased (invariant 11)."""
    for taken in unfold(history):
        kept = (taken.decision.case, taken.decision.lines, taken.story.context, taken.decision.effects)
        assert SECRET not in msgspec.json.encode(kept).decode()
        assert "Sofía" not in msgspec.json.encode(kept).decode()


@CHECKED
@given(HISTORIES)
def test_no_click_does_nothing(history: list[Happening]) -> None:
    """Invariant 5: whoever decides either changes the case or is told why not."""
    for taken in unfold(history):
        if isinstance(taken.event, CLICKS):
            told = [e.person for e in taken.decision.effects if isinstance(e, TellPerson)]
            change = journal.change(taken.before, taken.decision.case)
            changed = {*change["set"], *change["splice"]} - {"revision"}
            assert told == [taken.event.by] if not changed else told in ([], [taken.event.by])


@CHECKED
@given(HISTORIES)
def test_a_reply_that_is_under_way_is_never_replaced(history: list[Happening]) -> None:
    """What the buyer may be reading at this moment stays on the card until its outcome is known."""
    for taken in unfold(history):
        before, after = taken.before.proposal, taken.decision.case.proposal
        if before is None or before.state not in (ProposalState.SENDING, ProposalState.UNKNOWN):
            continue
        if taken.outbox[before.effect or ""] in ("sending", "unknown"):
            assert after is not None
            same = (after.text, after.approved_by) == (before.text, before.approved_by)
            assert same or isinstance(taken.event, events.ReplyDelivered | events.Settled)


@CHECKED
@given(HISTORIES)
def test_nothing_is_offered_that_could_not_be_done_in_time(history: list[Happening]) -> None:
    """A button stands below a question, and goes out with it, only while its offer can still be made safely."""
    for taken in unfold(history):
        case, now = taken.decision.case, taken.story.now
        limit, given = driving(case), case.proposal
        sent = any(isinstance(effect, SendReply) for effect in taken.decision.effects)
        if given is None or limit is None or not (sent or given.state is ProposalState.OFFERED):
            continue
        moments = [latest(OF_WISH[wish], limit.due_at) for wish, _ in given.choices if wish in OF_WISH]
        assert [at for at in moments if at is not None and at < now] == []


@CHECKED
@given(HISTORIES)
def test_a_case_at_its_limit_always_has_its_way_out_before_staff(history: list[Happening]) -> None:
    """From the last rungs of a marketplace's clock on, the guaranteed minimum waits for a yes, or something is
    under way, promised or to be submitted already.
    """
    for taken in unfold(history):
        case = taken.decision.case
        branch = branch_of(BOOK, case, taken.story.now)
        if not is_last_resort(case) or branch.fallback_reply is None or not case.parties:
            continue
        if case.status is Status.CLOSED or is_promised(case, branch) or case.unrecognised:
            continue  # what has just come in is read first, within half a second
        offered, by_hand = case.proposal, case.handoff
        is_at_hand = by_hand is not None and by_hand.state is ProposalState.TEXT_APPROVED
        assert is_at_hand or (
            offered is not None
            and (
                offered.key == way_out(case, branch)[0]
                or offered.kind is ProposalKind.HANDOFF  # the marketplace comes first
                or offered.edited_by is not None  # a person's own words: advice never replaces them
                or offered.state in (*UNDER_WAY, ProposalState.REFUSED)
            )
        ), offered


@CHECKED
@given(HISTORIES)
def test_whatever_a_buyer_says_voids_what_was_shown_before(history: list[Happening]) -> None:
    """Nobody approves an answer to yesterday's question: a click at an older version does nothing."""
    for taken in unfold(history):
        before, after = taken.before, taken.decision.case
        is_said = isinstance(taken.event, events.BuyerWrote) and after.status is not Status.CLOSED
        if is_said and before.revision:
            assert after.version > before.version


@CHECKED
@given(HISTORIES)
def test_what_was_done_is_not_promised_again(history: list[Happening]) -> None:
    """Not at the end of a limit either: a second "we refund you" reads as a second refund."""
    for taken in unfold(history):
        offered = taken.decision.case.proposal
        is_queued = any(isinstance(effect, SendReply) for effect in taken.decision.effects)
        if offered is not None and is_queued and offered.edited_by is None and offered.promise == "act":
            assert not was_done(taken.before, offered.action), offered.key
