"""What is away is asked, not tried; what answers is tried once; then everything goes."""

from __future__ import annotations

import pytest

from bot.breaker import ASK_S, FAILURES, TRIAL_S, Breaker, State

MINUTE = 60.0


def _away(at_s: float = 0.0) -> Breaker:
    breaker = Breaker(lambda: 0.0)
    for _ in range(FAILURES):
        breaker.failed("refused", at_s, at_s)
    return breaker


def test_three_failures_in_a_row_are_an_outage_and_two_are_none() -> None:
    """One connection breaks now and then; that must not hold up everybody."""
    breaker = Breaker(lambda: 0.0)
    for _ in range(FAILURES - 1):
        breaker.failed("refused", 0.0, 0.0)
    assert breaker.state is State.THERE
    breaker.answered(1.0)
    for _ in range(FAILURES - 1):
        breaker.failed("refused", 2.0, 2.0)
    assert breaker.state is State.THERE
    breaker.failed("refused", 3.0, 3.0)
    assert (breaker.state, breaker.outages, breaker.why, breaker.since_s) == (State.AWAY, 1, "refused", 3.0)


def test_it_is_asked_again_later_and_later_but_never_much_later() -> None:
    """An outage of an hour costs a question every few seconds, and its end is noticed within them."""
    breaker, now_s, waits = _away(), 0.0, []
    for _ in range(6):
        waits.append(breaker.next_s - now_s)
        assert not breaker.is_due(breaker.next_s - 0.01)
        now_s = breaker.next_s
        assert breaker.is_due(now_s)
        breaker.silent("no answer", now_s)
    assert waits == [ASK_S[0], *ASK_S, ASK_S[-1]][: len(waits)]
    assert breaker.outages == 1


def test_an_answer_to_the_question_lets_one_attempt_go_and_its_success_all() -> None:
    """Who answers a question may still refuse to take anything: one attempt shows."""
    breaker = _away()
    breaker.replied(5.0)
    assert breaker.state is State.TRIAL
    assert breaker.answered(6.0)
    assert (breaker.state, breaker.failures, breaker.why, breaker.since_s) == (State.THERE, 0, "", None)
    assert not breaker.answered(7.0)


def test_a_trial_that_fails_waits_longer_each_time() -> None:
    """Each trial of a reply may end as unknown, so there are few; an alarm waits 15 s at most."""
    breaker, now_s, waits = _away(), 0.0, []
    for _ in range(6):
        now_s = breaker.next_s
        breaker.replied(now_s)
        breaker.failed("no answer", now_s, now_s)
        assert breaker.state is State.AWAY
        waits.append(breaker.next_s - now_s)
    assert waits == [*TRIAL_S, TRIAL_S[-1], TRIAL_S[-1]]
    assert breaker.outages == 1


@pytest.mark.parametrize("answer", ["replied", "answered"])
def test_an_attempt_from_before_the_last_answer_says_nothing(answer: str) -> None:
    """Thirty sends that hung when it went away time out when it is long back: that is no new outage."""
    breaker = _away()
    getattr(breaker, answer)(MINUTE)
    for _ in range(2 * FAILURES):
        breaker.failed("no answer", 0.0, MINUTE + 1)
    assert breaker.state is not State.AWAY


def test_what_ends_while_it_is_away_changes_nothing() -> None:
    """The rest of what was under way fails as well: one outage, and the question stays due."""
    breaker = _away()
    due_s = breaker.next_s
    for _ in range(30):
        breaker.failed("refused", 0.0, 0.5)
    assert (breaker.outages, breaker.next_s) == (1, due_s)
