"""What marketplaces say of an order, and the clocks that follow by the packs and the state rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import events
from flows.case import AlarmState, Deadline, DeadlineKind, DeadlineState, Notice, Party, Situation
from flows.effects import SoundAlarm
from flows.events import PlatformNotice
from flows.marketplace import is_answering
from flows.rules import states
from flows.timeline import runs
from tests.flows.moves import approve, delivered, opened, read, submit, wrote
from tests.flows.play import BOOK, LIN, PARTY, T0, Move, Story, play

EBAY, ALI = "12-34567-89012", "8123456789012345"
DAY = timedelta(days=1)
CLAIM = "amz.atoz.info_request"
ON_AMAZON = Party("conversation-1", "amazon:A1", "amazon:A1:42")


def said(event: str, platform: str = "ebay", *, at: datetime = T0, due: datetime | None = None, by: str = "",
         site: str | None = None, reference: str = "") -> PlatformNotice:  # fmt: skip
    order = {"ebay": EBAY, "aliexpress": ALI}.get(platform, "114-1234567-7654321")
    return PlatformNotice(event, platform, order, at, site=site, due_at=due, by=by, reference=reference)


def clocks(story: Story) -> dict[str, str]:
    """The marketplace's clocks by name: the state of the newest of each."""
    platform = (d for d in story.case.deadlines if d.kind is DeadlineKind.PLATFORM and not is_answering(d))
    return {deadline.name: str(deadline.state) for deadline in platform}


def newest(story: Story, name: str) -> Deadline:
    return story.clock(name)


def test_a_request_on_ebay_starts_its_business_days() -> None:
    """Three business days from Thursday by the site's calendar: Thanksgiving does not count in the US."""
    thursday = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
    story = play((0, said("inr_opened", at=thursday, site="us")))

    assert story.case.situation is Situation.ITEM_NOT_RECEIVED
    assert newest(story, "ebay.inr.respond").due_at == datetime(2026, 11, 30, 18, 0, tzinfo=UTC)
    play((1, said("tracking_shows_delivered", at=thursday + DAY)), story=story)
    ended = newest(story, "ebay.inr.respond")
    assert (ended.state, ended.ended_at) == (DeadlineState.MET, thursday + DAY)


def test_a_payment_dispute_closes_the_other_clocks_of_the_order() -> None:
    """And what was opened before but told later does not run either."""
    story = play(
        (0, said("inr_opened")),
        (1, said("payment_dispute_notice", at=T0 + DAY)),
        (2, said("return_request", at=T0 + DAY / 2)),
        (3, said("return_request", at=T0 + 2 * DAY, reference="later")),
    )

    assert clocks(story) == {"ebay.inr.respond": "stopped", "ebay.payment_dispute": "running"}
    assert newest(story, "ebay.inr.respond").ended_why == "payment_dispute_notice"


def test_each_change_by_the_buyer_restarts_the_five_days_within_the_seven() -> None:
    """The platform's officer joins on the seventh day, whatever was changed on the sixth."""
    story = play((0, said("dispute_opened", "aliexpress")))
    assert newest(story, "ali.dispute.respond").due_at == T0 + 5 * DAY
    play((60, said("dispute_changed_by_buyer", "aliexpress", at=T0 + DAY)), story=story)
    assert newest(story, "ali.dispute.respond").due_at == T0 + 6 * DAY
    play((61, said("dispute_changed_by_buyer", "aliexpress", at=T0 + 4 * DAY)), story=story)

    capped = newest(story, "ali.dispute.respond")
    assert T0 + 6 * DAY < capped.due_at < T0 + 7 * DAY
    assert capped.explanation is not None
    assert "note.capped" in capped.explanation.notes
    assert [d.state for d in story.case.deadlines if d.name == "ali.dispute.respond"] == [
        DeadlineState.STOPPED,
        DeadlineState.STOPPED,
        DeadlineState.RUNNING,
    ]


def test_a_chargeback_excludes_the_claim() -> None:
    """Amazon's two procedures never run for one order."""
    story = play((0, said("claim_notice", "amazon")), (1, said("chargeback_notice", "amazon", at=T0 + DAY)))

    assert clocks(story)[CLAIM] == "stopped"
    assert newest(story, CLAIM).ended_why == "chargeback_notice"
    assert story.case.situation is Situation.CHARGEBACK
    assert clocks(story)["amz.chargeback"] == "running"


@pytest.mark.parametrize("event", ["full_refund", "claim_answered"])
def test_what_the_rule_asks_for_meets_the_clock(event: str) -> None:
    """A full refund ends a claim at once, and so does the answer."""
    story = play((0, said("claim_notice", "amazon")), (1, said(event, "amazon", at=T0 + DAY)))

    assert set(clocks(story).values()) == {"met"}


CONTACT = {"amz.contact.before_claim": T0 + 2 * DAY, "amz.contact.before_claim.outer": T0 + 3 * DAY}


def test_a_contact_is_to_be_answered_before_it_becomes_a_claim() -> None:
    """48 hours drive, 72 are the outer bound; an answer ends both, and so does the claim they were to prevent."""
    story = play((0, said("buyer_contact", "amazon")))
    assert {d.name: d.due_at for d in story.case.running()} == CONTACT
    play((60, said("reply_by_person", "amazon", by=LIN, at=T0 + timedelta(hours=1))), story=story)
    assert {clocks(story)[name] for name in CONTACT} == {"met"}

    claimed = play((0, said("buyer_contact", "amazon")), (60, said("claim_notice", "amazon", at=T0 + DAY / 24)))
    assert {clocks(claimed)[name] for name in CONTACT} == {"stopped"}


@pytest.mark.parametrize(("party", "state"), [(ON_AMAZON, "met"), (PARTY, "running")])
def test_only_an_answer_on_the_marketplace_answers_its_contact(party: Party, state: str) -> None:
    """A reply on Telegram is kind, and Amazon has not seen it."""
    story = play((0, wrote()), (0.1, read()), story=Story(party=party))
    play((1, said("buyer_contact", "amazon", at=T0)), (2, approve(LIN)), (3, delivered()), story=story)

    assert clocks(story)["amz.contact.before_claim"] == state


def test_after_a_lapse_the_appeal_has_its_own_clock() -> None:
    """Granted: thirty days to appeal, and a ladder that fits them."""
    story = play((0, said("claim_notice", "amazon")), (50 * 60, said("claim_granted", "amazon", at=T0 + 2 * DAY)))

    assert newest(story, CLAIM).state is DeadlineState.MISSED
    appeal = newest(story, "amz.atoz.appeal")
    assert (appeal.state, appeal.due_at) == (DeadlineState.RUNNING, T0 + 32 * DAY)
    assert [alarm.rung for alarm in appeal.alarms][:3] == ["remind", "warn_owner", "warn_again"]


def test_the_platforms_own_due_time_wins_and_ours_stands_beside_it() -> None:
    """Given later it moves the clock; the same again changes nothing."""
    story = play((0, said("inr_opened")), (1, said("inr_opened", due=T0 + 7 * DAY)))
    clock = newest(story, "ebay.inr.respond")
    assert (clock.state, clock.due_at) == (DeadlineState.RUNNING, T0 + 7 * DAY)
    assert clock.explanation is not None
    assert clock.explanation.reckoning is not None
    assert clock.explanation.reckoning.computed_at is not None
    before = story.case.deadlines
    play((2, said("inr_opened", due=T0 + 7 * DAY)), (3, said("inr_opened")), story=story)
    assert story.case.deadlines == before


def test_a_clock_without_a_stated_length_needs_the_platforms_time() -> None:
    """No source says how long: staff are told to read it, and with it the clock runs."""
    story = play((0, said("return_tracking_entered", "aliexpress")))
    assert "ali.return.confirm" not in clocks(story)
    assert "clock_unknown" in story.lines
    play((1, said("return_tracking_entered", "aliexpress", due=T0 + 9 * DAY)), story=story)
    assert newest(story, "ali.return.confirm").due_at == T0 + 9 * DAY


def test_an_answer_told_late_mends_a_missed_clock() -> None:
    """The parcel was delivered before the limit; the news of it came after."""
    story = play((0, said("inr_opened")), (10 * 24 * 60, said("tracking_shows_delivered", at=T0 + DAY)))

    clock = newest(story, "ebay.inr.respond")
    assert (clock.state, clock.ended_at) == (DeadlineState.MET, T0 + DAY)


def test_a_correction_by_staff_takes_the_place_of_what_it_corrects() -> None:
    """The notice's time was typed wrongly; a buyer's word corrects nothing."""
    story = play((0, opened(LIN)), (1, opened(LIN, started=T0 - DAY)), (2, wrote()), (3, read(Situation.CLAIM)))

    running = [d for d in story.case.running() if d.name == CLAIM]
    assert [d.started_at for d in running] == [T0 - DAY]
    assert [notice.at for notice in story.case.notices] == [T0 - DAY]


def test_submitted_stops_the_clock_that_waits_for_it() -> None:
    """What a person did by hand is what the rule asks for."""
    story = play((0, said("claim_notice", "amazon")), (1, approve(LIN)), (2, submit(LIN)))

    assert set(clocks(story).values()) == {"met"}


EVENTS = (
    "inr_opened",
    "return_request",
    "cancel_request",
    "payment_dispute_notice",
    "escalated",
    "case_closed",
    "full_refund",
    "tracking_shows_delivered",
    "return_accepted",
    "return_delivered",
    "refund_issued",
)


def _notice(event: str, hours: int) -> Notice:
    return Notice("ebay", event, T0 + timedelta(hours=hours), "platform_says")


NOTICES = st.lists(
    st.builds(_notice, st.sampled_from(EVENTS), st.integers(0, 400)),
    max_size=8,
    unique_by=lambda notice: notice.at,
)


@given(NOTICES, st.randoms(use_true_random=False))
def test_notices_lead_to_the_same_clocks_in_any_order(notices: list[Notice], random: object) -> None:
    """Late, twice, out of order: what runs in the end is what happened, not when we heard of it."""
    shuffled = list(notices)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    straight = runs(BOOK.rules, BOOK.states, "us", notices)

    assert runs(BOOK.rules, BOOK.states, "us", shuffled) == straight
    running = [run.rule.id for run in straight if not run.ended_by]
    assert len(running) == len(set(running))
    if any(notice.event == "payment_dispute_notice" for notice in notices):
        assert {id for id in running if id.startswith("ebay.")} <= {"ebay.payment_dispute"}
    assert all(run.ended_at is None or run.ended_at >= run.started.at for run in straight)


STEPS = st.lists(st.tuples(st.integers(1, 3000), st.sampled_from(EVENTS), st.integers(-200, 100)), max_size=7)


@given(STEPS)
def test_every_rung_of_every_clock_sounds_once_or_says_why_not(steps: list[tuple[int, str, int]]) -> None:
    """Never silent, never twice, in order, whatever the marketplace says when."""
    story, minute = Story(), 0.0
    moves: list[tuple[float, Move]] = []
    for wait, event, ago in steps:
        minute += wait
        moves.append((minute, said(event, at=T0 + timedelta(minutes=minute) + timedelta(hours=min(ago, 0)))))
    play(*moves, story=story)
    if story.known is None:
        return
    story.wait(story.now + 60 * DAY)

    sounded = [(effect.deadline, effect.rung) for effect in story.effects(SoundAlarm) if not effect.again]
    assert len(sounded) == len(set(sounded))
    for deadline in story.case.deadlines:
        if deadline.kind is DeadlineKind.REMINDER:
            continue
        assert deadline.state is not DeadlineState.RUNNING
        for alarm in deadline.alarms:
            assert alarm.state is not AlarmState.WAITING
            assert alarm.reason or (deadline.id, alarm.rung) in sounded
        order = [a.rung for a in deadline.alarms if (deadline.id, a.rung) in sounded]
        assert [rung for id, rung in sounded if id == deadline.id] == order


def test_a_second_message_runs_from_its_own_instant_when_the_first_is_answered_or_missed() -> None:
    """Answering or missing one never hides another."""
    story = play((0, wrote()), (1, read(order=None)), (600, wrote("¿Y mi factura?")))
    story.wait(T0 + timedelta(hours=24))

    ours = [d for d in story.case.deadlines if d.kind is DeadlineKind.SHOP]
    assert [(d.state, d.started_at) for d in ours] == [
        (DeadlineState.MISSED, T0),
        (DeadlineState.RUNNING, T0 + timedelta(minutes=600)),
    ]


def test_an_older_message_that_comes_late_drives() -> None:
    """The platform delivered them out of order."""
    story = play((0, wrote()), (1, read(order=None)), (2, wrote("earlier", sent=T0 - timedelta(hours=3))))

    (running,) = story.case.running()
    assert running.started_at == T0 - timedelta(hours=3)


@pytest.mark.parametrize(("known", "told"), [(23.0, ["amz"]), (25.0, ["house"]), (30.0, ["house"])])
def test_an_order_that_becomes_known_late_tells_no_miss_twice(known: float, told: list[str]) -> None:
    """Both targets end at the same instant. Told once, by whichever was known then; the other says who spoke."""
    story = play((0, wrote()), (known * 60, read()), story=Story(party=ON_AMAZON))
    story.wait(T0 + timedelta(hours=31))

    missed = [story.clock("amz.msg.reply"), story.clock("house.first_answer")]
    assert {(clock.state, clock.due_at) for clock in missed} == {(DeadlineState.MISSED, T0 + DAY)}
    named = {clock.id: clock.name.split(".")[0] for clock in missed}
    assert [named[e.deadline] for e in story.effects(SoundAlarm) if e.rung == "missed"] == told
    assert all(alarm.reason for clock in missed for alarm in clock.alarms if alarm.state is AlarmState.SKIPPED)


def test_the_nearer_of_two_answer_clocks_speaks_for_both() -> None:
    """One alert a rung, not two; the other says who spoke for it."""
    story = play((0, wrote()), (1, read()), story=Story(party=ON_AMAZON))
    story.wait(T0 + timedelta(hours=24))

    names = [effect.deadline for effect in story.effects(SoundAlarm)]
    assert set(names) == {story.clock("amz.msg.reply").id}
    assert {a.reason for a in story.clock("house.first_answer").alarms} == {
        "amz.msg.reply is nearer and speaks for both"
    }


def test_a_marketplace_counts_only_what_was_written_through_it() -> None:
    """A buyer on Telegram asks about an Amazon order: Amazon sees no message, so its 24 hours do not run."""
    here = play((0, wrote()), (1, read()))
    there = play((0, wrote()), (1, read()), story=Story(party=ON_AMAZON))

    assert here.case.platform == there.case.platform == "amazon"
    assert [d.name for d in here.case.running()] == ["house.first_answer"]
    assert [d.name for d in there.case.running()] == ["amz.msg.reply", "house.first_answer"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[state]]\non = 'x'\nsource = 'E1'\nends = ['a']\n", "state 1: platform is missing"),
        ("[[state]]\nplatform = 'ebay'\non = 'x'\nsource = 'E1'\n", "does nothing"),
        ("[[state]]\nplatform = 'ebay'\non = 'x'\nsource = 'E1'\ncapped = ['a']\n", "capped_by go together"),
        ("[[state]]\nplatform = 'ebay'\non = 'x'\nsource = 'E1'\nends = 'a'\n", "ends: write names of clocks"),
        ("[[state]]\nplatform = 'ebay'\non = 'x'\nsource = 'E1'\nends = ['a']\nx = 1\n", "unknown entry 'x'"),
        ("[[state", "Expected"),
    ],
)
def test_a_wrong_state_rule_is_refused(text: str, complaint: str) -> None:
    """Whoever edits them must be told what is wrong."""
    with pytest.raises(states.StatesError, match=complaint):
        states.parse(text)


def test_every_state_rule_names_clocks_and_events_that_there_are() -> None:
    """A misspelt name would silently do nothing."""
    words = BOOK.words.languages["en"]
    for (platform, event), found in BOOK.states.states.items():
        assert f"event.{event}" in words
        for state in found:
            names = (*state.closes, *state.ends, *state.restarts, *state.capped, *filter(None, (state.capped_by,)))
            for name in names:
                ids = [
                    id for id in BOOK.rules.ids if id == name or (name.endswith(".*") and id.startswith(name[:-1]))
                ]
                assert ids, f"{platform} {event}: {name}"
    assert all(f"event.{event}" in words for each in BOOK.states.done.values() for event in each)


def test_a_notice_is_one_of_an_adapters_or_of_a_persons() -> None:
    """Who told it stands in the file."""
    story = play((0, said("inr_opened")), (1, said("escalated", by=LIN, at=T0 + DAY)))

    assert isinstance(story.history[0], events.PlatformNotice)
    assert [line for line in story.lines if line.startswith("notice")] == ["notice", "notice_by"]
