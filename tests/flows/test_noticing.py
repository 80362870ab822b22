"""Posted is not noticed: an alarm that nobody acknowledges reaches more people, until somebody does."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import events
from flows.acknowledging import mark, marked
from flows.case import Alarm, AlarmState, CallOutcome, DeadlineState
from flows.clocks.hours import Hours, Shift
from flows.deadlines import timer_of
from flows.effects import PageStaff, RefreshAlarm, SoundAlarm
from flows.noticing import DESK, KEPT
from flows.policy import Policy
from flows.staffing import Person
from tests.flows.moves import CLAIM_CLOCK, acknowledge, approve, asked, opened, submit
from tests.flows.play import ADA, BEN, LIN, T0, Story, minutes, play

HOUR = timedelta(hours=1)
WARNED = T0 + 24 * HOUR  # of a claim's 48 hours: half is left
POLICY = Policy(paths=("feishu", "email"))
ANSWER_CLOCK = "house.first_answer"
EVERYBODY = (LIN, ADA, BEN)


def claim(policy: Policy = POLICY, *, alone: bool = False) -> Story:
    """A claim that Lin owns, at the instant of its warning to the owner; Lin may be the whole shop."""
    story = Story(policy=policy, staff=(LIN,), leads=()) if alone else Story(policy=policy)
    play((0, opened(LIN)), story=story)
    story.wait(WARNED)
    return story


def alarm(story: Story, rung: str = "warn_owner") -> Alarm:
    return next(each for each in story.clock(CLAIM_CLOCK).alarms if each.rung == rung)


def calls(story: Story, rung: str = "warn_owner") -> list[tuple[str, tuple[str, ...]]]:
    """(path, who), of everybody who was told of this rung."""
    return [(call.path, call.people) for call in alarm(story, rung).calls]


def is_watched(story: Story) -> bool:
    name = timer_of(story.clock(CLAIM_CLOCK))
    return any(d.name == name and d.state is DeadlineState.RUNNING for d in story.case.deadlines)


def posted(story: Story, rung: str = "warn_owner", *, absent: tuple[str, ...] = (), nth: int = -1) -> None:
    """The desk has the nth post of this rung; those people are away."""
    call = [each for each in alarm(story, rung).calls if each.path == DESK][nth]
    clock = story.clock(CLAIM_CLOCK)
    away = tuple((person, "away") for person in absent)
    story.happens(events.AlarmPosted(story.case.id, clock.id, rung, f"C0DESK:{call.id}", call.id, away))


def test_whoever_says_nothing_is_followed_by_the_next_person_and_the_second_path() -> None:
    """Owner, then the lead, then everybody; from the second call on by both paths."""
    story = claim()
    assert calls(story) == [(DESK, (LIN,))]
    story.wait(WARNED + minutes(30))
    assert calls(story)[1:] == [(DESK, (ADA,)), ("feishu", ()), ("email", ())]
    assert story.lines[-1] == "climbed_unacknowledged"
    story.wait(WARNED + minutes(60))
    assert calls(story)[4] == (DESK, (BEN,))


def test_whoever_is_on_call_stands_between_the_lead_and_everybody() -> None:
    """A person who expects to be called comes before people who do not."""
    story = claim(Policy(paths=("email",), people=(Person(BEN, on_call=True), Person(ADA))))
    story.wait(WARNED + minutes(60))

    assert [who for path, who in calls(story) if path == DESK] == [(LIN,), (ADA,), (BEN,)]
    assert alarm(story).level == 2


def test_at_the_end_of_the_list_everybody_is_called_again_and_the_thread_says_so() -> None:
    """Until the deadline: silence is no answer."""
    story = claim()
    story.wait(WARNED + timedelta(hours=6))
    again = [who for path, who in calls(story) if path == DESK][3:]

    assert again
    assert set(again) == {EVERYBODY}
    assert "called_again" in story.lines


def test_an_acknowledgement_ends_the_climb_and_says_who() -> None:
    """Also of everything that has sounded of this clock before: one click, not four."""
    story = claim()
    story.wait(WARNED + minutes(30))
    play((24 * 60 + 31, acknowledge(ADA, CLAIM_CLOCK, "warn_owner")), story=story)
    noticed = alarm(story)
    assert (noticed.state, noticed.by, noticed.acknowledged_at) == (AlarmState.ACKNOWLEDGED, ADA, story.now)
    assert alarm(story, "remind").state is AlarmState.ACKNOWLEDGED
    assert not is_watched(story)
    before = len(story.effects(SoundAlarm))
    story.wait(T0 + 36 * HOUR - minutes(1))

    assert len(story.effects(SoundAlarm)) == before


def test_the_next_rung_starts_again_with_its_own_people_when_the_last_was_acknowledged() -> None:
    """ "I have seen it" is not "it is done"."""
    story = claim()
    play((24 * 60 + 1, acknowledge(LIN, CLAIM_CLOCK, "warn_owner")), story=story)
    story.wait(T0 + 36 * HOUR)

    assert calls(story, "page_lead")[0] == (DESK, (ADA, LIN))
    assert is_watched(story)


def test_a_rung_does_not_climb_again_what_the_one_before_has_climbed_in_vain() -> None:
    """Everybody was called and nobody answered: the next rung calls everybody at once."""
    story = claim()
    story.wait(T0 + 36 * HOUR)

    assert calls(story, "page_lead")[0] == (DESK, (LIN, ADA, BEN))


def test_in_the_last_quarter_both_paths_are_used_from_the_start() -> None:
    """There is no time left to find out that nobody looks at Slack."""
    story = claim()
    play((24 * 60 + 1, acknowledge(LIN, CLAIM_CLOCK, "warn_owner")), story=story)
    story.wait(T0 + 36 * HOUR)

    assert [path for path, _ in calls(story, "page_lead")] == [DESK, "feishu", "email"]


def test_a_stopped_clock_is_watched_no_more_and_its_posts_are_corrected() -> None:
    """The proof is in: nobody is called for something that is done."""
    story = claim()
    posted(story)
    play((24 * 60 + 2, approve(LIN)), (24 * 60 + 3, submit(LIN)), story=story)

    assert not is_watched(story)
    before = len(story.effects(SoundAlarm))
    story.wait(T0 + 30 * HOUR)
    assert len(story.effects(SoundAlarm)) == before


def test_when_all_who_were_called_are_away_it_goes_on_at_once() -> None:
    """Do Not Disturb at night: the lead is called this minute, not in half an hour."""
    story = claim()
    posted(story, absent=(LIN,))

    assert calls(story)[1:] == [(DESK, (ADA,)), ("feishu", ()), ("email", ())]
    assert story.lines[-1] == "climbed_absent"
    assert alarm(story).calls[0].absent == ((LIN, "away"),)


SHIFT = Hours("lin", "UTC", tuple((Shift(9 * 60, 18 * 60),) for _ in range(7)))


@pytest.mark.parametrize(
    ("person", "hour", "goes_on"),
    [
        (Person(LIN, hours=SHIFT), 9, False),
        (Person(LIN, hours=SHIFT), 18, False),  # the last call of the day comes at closing
        (Person(LIN, hours=SHIFT), 19, True),
        (Person(LIN, hours=SHIFT, on_call=True), 19, False),
        (Person(LIN), 3, False),  # nobody said when Lin works
        (Person(ADA, hours=SHIFT), 3, False),  # who was called is somebody else
    ],
)
def test_who_is_off_shift_is_not_waited_for(person: Person, hour: int, goes_on: bool) -> None:
    """shop.toml knows when people work: a phone that says "active" at night is on a bedside table."""
    story = claim(dataclasses.replace(POLICY, people=(person,)))
    clock, warned = story.clock(CLAIM_CLOCK), alarm(story)
    at = T0.replace(hour=hour) + timedelta(days=1)
    called = msgspec.structs.replace(warned.calls[0], at=at)
    alarms = tuple(msgspec.structs.replace(a, calls=(called,)) if a is warned else a for a in clock.alarms)
    story.known = msgspec.structs.replace(
        story.case,
        deadlines=tuple(
            msgspec.structs.replace(d, alarms=alarms) if d.id == clock.id else d for d in story.case.deadlines
        ),
    )
    posted(story)

    assert (len(calls(story)) > 1) is goes_on
    assert alarm(story).calls[0].absent == (((LIN, "away"),) if goes_on else ())


def test_somebody_who_is_there_is_given_the_time_to_answer() -> None:
    """Of two who are called one is at the desk."""
    story = claim()
    play((24 * 60 + 1, acknowledge(LIN, CLAIM_CLOCK, "warn_owner")), story=story)
    story.wait(T0 + 36 * HOUR)
    before = calls(story, "page_lead")
    posted(story, "page_lead", absent=(ADA,))

    assert calls(story, "page_lead") == before


def test_when_everybody_is_away_the_second_path_is_called_and_slack_not_again() -> None:
    """Calling the same people twice in a minute is noise; another path is not."""
    story = claim(alone=True)
    posted(story, absent=(LIN,))

    assert calls(story) == [(DESK, (LIN,)), ("feishu", ()), ("email", ())]


def test_a_desk_that_refuses_an_alert_sends_it_to_the_second_path_at_once() -> None:
    """Invariant 6: certainly not sent, so by the other path; and it counts as delivered when that took it."""
    story = claim()
    call = alarm(story).calls[0]
    story.happens(
        events.AlarmFailed(story.case.id, story.clock(CLAIM_CLOCK).id, "warn_owner", "archived", call.id)
    )
    assert (alarm(story).state, alarm(story).reason) == (AlarmState.FAILED, "archived")
    assert [effect.path for effect in story.effects(PageStaff)] == ["feishu", "email"]
    paged = alarm(story).calls[1]
    clock = story.clock(CLAIM_CLOCK).id
    story.happens(events.PageDelivered(story.case.id, clock, "warn_owner", paged.id))

    assert (alarm(story).state, alarm(story).reason) == (AlarmState.DELIVERED, "")
    assert alarm(story).calls[0].why == "archived"


def test_a_desk_that_is_away_sends_it_to_the_second_path_once() -> None:
    """However often the post is tried: one page each, until the next person is called."""
    story = claim()
    clock, call = story.clock(CLAIM_CLOCK).id, alarm(story).calls[0]
    for _ in range(3):
        story.happens(events.AlarmDelayed(story.case.id, clock, "warn_owner", "Slack cannot be reached", call.id))

    assert len(story.effects(PageStaff)) == 2


def test_without_a_second_path_the_desk_alone_climbs() -> None:
    """A shop that set up none is not left with an error."""
    story = claim(Policy())
    story.wait(WARNED + minutes(60))

    assert {path for path, _ in calls(story)} == {DESK}
    assert not story.effects(PageStaff)


def test_a_second_path_that_fails_says_why() -> None:
    """Whoever reads the alert later sees which path did not arrive."""
    story = claim()
    story.wait(WARNED + minutes(30))
    page = next(call for call in alarm(story).calls if call.path == "email")
    clock = story.clock(CLAIM_CLOCK).id
    story.happens(events.PageFailed(story.case.id, clock, "warn_owner", page.id, "no such mailbox"))
    known = next(call for call in alarm(story).calls if call.id == page.id)

    assert (known.outcome, known.why) == (CallOutcome.FAILED, "no such mailbox")


def test_the_time_to_answer_shrinks_with_the_time_that_is_left() -> None:
    """An eighth of what is left, and never more than the shop allows."""
    story = claim(Policy(acknowledge=timedelta(hours=2)))
    play((24 * 60 + 1, acknowledge(LIN, CLAIM_CLOCK, "warn_owner")), story=story)
    story.wait(T0 + 47 * HOUR)  # last call: one hour left
    timer = next(d for d in story.case.deadlines if d.name == timer_of(story.clock(CLAIM_CLOCK)))

    assert timer.due_at == T0 + 47 * HOUR + HOUR / 8


def test_a_quiet_reminder_asks_nobody_to_answer() -> None:
    """A line in the thread, twelve hours before anybody is warned, must not page a whole shop."""
    story = play(*asked(), story=Story(policy=POLICY))
    story.wait(T0 + 13 * HOUR)

    assert [effect.rung for effect in story.effects(SoundAlarm)] == ["remind"]
    assert not story.effects(PageStaff)


@pytest.mark.parametrize(("noticed", "edits"), [(True, 1), (False, 0)])
def test_a_limit_that_was_missed_asks_no_more_once_it_was_acknowledged_however_late_its_post_is_told(
    noticed: bool, edits: int
) -> None:
    """Clicked within a tenth of a second, before the desk's receipt: the post kept its button for ever."""
    story = claim()
    story.wait(T0 + 48 * HOUR)
    clock = story.clock(CLAIM_CLOCK)
    assert clock.state is DeadlineState.MISSED
    if noticed:
        story.happens(events.Acknowledged(story.case.id, LIN, clock.id, "missed"))
    posted(story, "missed")

    assert [type(effect) for effect in story.last.effects].count(RefreshAlarm) == edits


def test_an_alarm_that_another_ones_acknowledgement_overtook_is_skipped_with_its_reason() -> None:
    """Two rungs at once: the first is acknowledged, and the second, still queued, is not posted any more."""
    story = claim()
    call = alarm(story).calls[-1].id
    story.happens(events.Acknowledged(story.case.id, LIN, story.clock(CLAIM_CLOCK).id, "warn_owner"))
    pages = len(story.effects(PageStaff))
    failed = events.AlarmFailed(
        story.case.id, story.clock(CLAIM_CLOCK).id, "warn_owner", "handled before it was posted", call
    )
    story.happens(failed)

    assert (alarm(story).state, alarm(story).reason) == (AlarmState.SKIPPED, "handled before it was posted")
    assert len(story.effects(PageStaff)) == pages
    assert not is_watched(story)


def test_an_alarm_that_reached_nobody_is_not_acknowledged_by_another_one() -> None:
    """The desk refused it and there is no second path. It would be reported as seen, and nobody has seen it."""
    story = claim(dataclasses.replace(POLICY, paths=()))
    clock = story.clock(CLAIM_CLOCK)
    story.wait(T0 + 40 * HOUR)  # it climbs meanwhile, in vain
    for call in alarm(story).calls:
        story.happens(events.AlarmFailed(story.case.id, clock.id, "warn_owner", "channel_not_found", call.id))
    posted(story, "page_lead")
    story.happens(events.Acknowledged(story.case.id, LIN, clock.id, "page_lead"))

    assert (alarm(story).state, alarm(story).reason) == (AlarmState.SKIPPED, "channel_not_found")
    assert alarm(story, "page_lead").state is AlarmState.ACKNOWLEDGED
    assert not is_watched(story)


def test_a_missed_limit_calls_everybody_by_both_paths_and_climbs_no_more() -> None:
    """There is nothing left to be in time for; the playbook's damage control follows."""
    story = play(*asked(), story=Story(policy=POLICY))
    story.wait(T0 + 24 * HOUR)
    missed = next(a for a in story.clock(ANSWER_CLOCK).alarms if a.rung == "missed")
    assert {call.path for call in missed.calls} == {DESK, "feishu", "email"}
    before = len(story.effects(SoundAlarm))
    story.wait(T0 + 30 * HOUR)

    assert len(story.effects(SoundAlarm)) == before


def test_an_answer_by_a_second_path_counts_and_names_the_path() -> None:
    """By a link a person of the desk; by a chat whoever that chat knows."""
    story = claim()
    clock = story.clock(CLAIM_CLOCK).id
    story.happens(events.Acknowledged(story.case.id, "", clock, "warn_owner", via="telegram", name="Mei"))
    noticed = alarm(story)

    assert (noticed.by, noticed.by_name, noticed.via) == (None, "Mei", "telegram")
    assert story.case.owner == LIN
    assert not is_watched(story)
    assert story.told == []


def test_a_late_answer_by_a_second_path_whispers_to_nobody() -> None:
    """There is no desk id to whisper to, and the page says by itself who was first."""
    story = claim()
    clock = story.clock(CLAIM_CLOCK).id
    for name in ("Mei", "Jun"):
        story.happens(events.Acknowledged(story.case.id, "", clock, "warn_owner", via="telegram", name=name))

    assert alarm(story).by_name == "Mei"
    assert story.told == []


def test_posts_of_a_climb_are_all_brought_up_to_date() -> None:
    """Whoever scrolls back must not answer an alert that somebody took."""
    story = claim()
    posted(story)
    story.wait(WARNED + minutes(30))
    posted(story)
    play((24 * 60 + 31, acknowledge(ADA, CLAIM_CLOCK, "warn_owner")), story=story)

    assert [effect.rung for effect in story.last.effects if isinstance(effect, RefreshAlarm)].count(
        "warn_owner"
    ) == 1
    assert len([call for call in alarm(story).calls if call.message]) == 2


@given(st.lists(st.sampled_from(["wait", "post", "absent", "fail", "delay", "acknowledge"]), max_size=25))
def test_whatever_happens_an_alarm_climbs_in_order_and_the_case_stays_small(happenings: list[str]) -> None:
    """Nobody is called twice before everybody was called; after an acknowledgement nobody is; at most one timer a
    clock, and no more calls are kept than a card can show.
    """
    story = claim()
    clock = story.clock(CLAIM_CLOCK).id
    for happening in happenings:
        known = alarm(story)
        desk = [call for call in known.calls if call.path == DESK]
        about = (story.case.id, clock, "warn_owner")
        before = len(story.effects(SoundAlarm))
        match happening:
            case "wait":
                story.wait(min(story.now + minutes(31), T0 + 35 * HOUR))
            case "post":
                story.happens(events.AlarmPosted(*about, "C0DESK:1", desk[-1].id))
            case "absent":
                away = tuple((person, "dnd") for person in desk[-1].people)
                story.happens(events.AlarmPosted(*about, "C0DESK:1", desk[-1].id, away))
            case "fail":
                story.happens(events.AlarmFailed(*about, "refused", desk[-1].id))
            case "delay":
                story.happens(events.AlarmDelayed(*about, "away", desk[-1].id))
            case _:
                story.happens(events.Acknowledged(story.case.id, BEN, clock, "warn_owner"))
        if known.state is AlarmState.ACKNOWLEDGED:
            assert len(story.effects(SoundAlarm)) == before
    named = [who for path, who in calls(story) if path == DESK]
    firsts = [who for who in named if set(who) != set(EVERYBODY)]
    called = [person for who in firsts for person in who]
    assert len(called) == len(set(called))
    assert len(alarm(story).calls) <= KEPT
    timers = [d for d in story.case.deadlines if d.name == timer_of(story.clock(CLAIM_CLOCK))]
    assert len(timers) <= 1
    pages = [effect.id for effect in story.effects(PageStaff)]
    assert len(pages) == len(set(pages))
    assert msgspec.json.decode(msgspec.json.encode(story.case), type=type(story.case)) == story.case


@pytest.mark.parametrize("rung", ["remind", "last_staffed", "a" * 20])
def test_a_buttons_word_names_its_alarm_within_telegrams_64_bytes(rung: str) -> None:
    """Nothing is looked up to read it, and nothing else is taken for one."""
    case, deadline = "019a0000-0000-7000-8000-00000000000a", "019a0000-0000-7000-8000-00000000000b"
    word = mark(case, deadline, rung)

    assert len(word.encode()) <= 64
    assert marked(word) == (case, deadline, rung)
    for other in ("", "a", "approve:1", word[:44], "b" + word[1:], word.replace(word[5], "!", 1)):
        assert marked(other) is None
