"""Each destination has room, pauses and a breaker of its own; at the desk, urgent kinds have theirs."""

from __future__ import annotations

from collections.abc import Iterable

from bot.breaker import FAILURES
from bot.destinations import DESK, Destination, Destinations
from bot.store.outbox import PRIORITY
from flows.ports import Unavailable

TELEGRAM, AMAZON = "telegram:7", "amazon:9"


class Watch:
    now = 100.0


async def _silent() -> None:
    raise Unavailable("nobody there")


def _two_channels() -> tuple[Destinations, Watch]:
    watch = Watch()
    return Destinations({TELEGRAM: _silent, AMAZON: _silent}, _silent, lambda: 0.0, lambda: watch.now), watch


def _named(destinations: Destinations, name: str) -> Destination:
    return next(one for one in destinations if one.name == name)


def _taken(destinations: Destinations, rows: Iterable[tuple[str, str, str]]) -> list[str]:
    """What a claim would take of these, as the store offers them: closed lanes and kinds left out."""
    room = destinations.room()
    offered = [row for row in rows if row[1] in room.kinds and not row[2].startswith(tuple(room.closed))]
    return room.take(sorted(offered, key=lambda row: (-PRIORITY[row[1]], row[0])))


def _begin(destinations: Destinations, rows: Iterable[tuple[str, str, str]]) -> list[str]:
    by_id = {row[0]: row for row in rows}
    taken = _taken(destinations, by_id.values())
    for id in taken:
        _, kind, lane = by_id[id]
        destinations.of(kind, lane).begin(id, kind)
    return taken


def _break(destination: Destination, watch: Watch) -> None:
    for number in range(FAILURES):
        destination.failed(f"row{number}", "refused", watch.now, watch.now)


CARDS = [(f"card{n:03}", "card", f"card:{n}") for n in range(100)]
REPLIES = [(f"reply{n:03}", "reply", f"{TELEGRAM}:{n}") for n in range(100)]
OTHERS = [(f"other{n:03}", "automatic", f"{AMAZON}:{n}") for n in range(100)]


def test_a_desk_that_hangs_takes_no_room_from_buyers() -> None:
    """A hundred cards wait for Slack: a reply still goes at once."""
    destinations, _ = _two_channels()
    cards = _begin(destinations, CARDS)
    assert 0 < len(cards) < 32
    assert _taken(destinations, CARDS) == []
    assert _taken(destinations, [*CARDS, *REPLIES[:5]]) == [row[0] for row in REPLIES[:5]]


def test_a_full_channel_takes_no_room_from_another() -> None:
    """Amazon takes its time; Telegram's buyers must not notice, though they were queued later."""
    destinations, _ = _two_channels()
    assert len(_begin(destinations, OTHERS)) == 32
    room = destinations.room()
    assert list(room.closed) == [f"{AMAZON}:"]
    assert len(_begin(destinations, [*OTHERS, *REPLIES])) == 32


def test_an_answer_and_an_alarm_do_not_wait_behind_cards() -> None:
    """Cards fill their room; the click's answer and the alarm have theirs."""
    destinations, _ = _two_channels()
    _begin(destinations, CARDS)
    urgent = [("tell", "tell", "tell:U1"), ("alarm", "alarm", "alarm:d")]
    assert _taken(destinations, [*CARDS, *urgent]) == ["tell", "alarm"]


def test_room_comes_back_when_an_attempt_ends() -> None:
    """And whoever ended in a full room says so: somebody may wait for just that."""
    destinations, _ = _two_channels()
    desk = _named(destinations, DESK)
    cards = _begin(destinations, CARDS)
    assert desk.end(cards[0], "card")
    assert not desk.end(cards[1], "card")
    assert len(_taken(destinations, CARDS)) == 2


def test_what_is_away_is_not_tried_and_nobody_else_is_held_up() -> None:
    """Slack is away: replies go, and no card, alarm or answer is claimed."""
    destinations, watch = _two_channels()
    _break(_named(destinations, DESK), watch)
    rows = [*CARDS, ("alarm", "alarm", "alarm:d"), ("tell", "tell", "tell:U1"), *REPLIES[:1]]
    assert _taken(destinations, rows) == ["reply000"]
    assert destinations.next_in_s() == 1.0
    watch.now += 1
    assert [one.name for one in destinations.due()] == [DESK]


def test_in_a_trial_one_row_goes_the_most_urgent() -> None:
    """Whatever is sent first may fail again: one, and it is the alarm that gets the chance."""
    destinations, watch = _two_channels()
    desk = _named(destinations, DESK)
    _break(desk, watch)
    desk.breaker.replied(watch.now)
    rows = [*CARDS, ("alarm", "alarm", "alarm:d")]
    assert _begin(destinations, rows) == ["alarm"]
    assert _begin(destinations, CARDS) == []
    assert desk.answered(watch.now)
    assert len(_begin(destinations, CARDS)) == 16


def test_what_answers_again_is_well_although_nothing_waits_for_it() -> None:
    """A quiet night after an outage: a health page that says "trouble" until the next reply wakes somebody for
    nothing.
    """
    destinations, watch = _two_channels()
    telegram = _named(destinations, TELEGRAM)
    _break(telegram, watch)
    assert not telegram.is_there
    telegram.breaker.replied(watch.now)
    assert telegram.is_there
    assert telegram.state(watch.now)["ok"]


def test_rows_that_found_it_away_need_not_wait_once_it_is_there() -> None:
    """Their back-off was for the outage. Each is named once, and one that failed otherwise is not."""
    destinations, watch = _two_channels()
    desk = _named(destinations, DESK)
    desk.failed("alone", "refused", watch.now, watch.now)
    assert not desk.answered(watch.now)
    assert destinations.back_again() == []
    watch.now += 1
    _break(desk, watch)
    assert desk.answered(watch.now + 1)
    assert sorted(destinations.back_again()) == ["row0", "row1", "row2"]
    assert destinations.back_again() == []


def test_a_429_pauses_what_shares_its_limit() -> None:
    """Slack counts by method: cards wait for the time it named; alarms, answers and buyers go on."""
    destinations, watch = _two_channels()
    _named(destinations, DESK).told_to_wait("card", "card:1", 30, watch.now)
    rows = [*CARDS, ("alarm", "alarm", "alarm:d"), ("tell", "tell", "tell:U1"), *REPLIES[:1]]
    assert _taken(destinations, rows) == ["tell", "alarm", "reply000"]
    assert destinations.next_in_s() == 30
    assert destinations.states()[DESK]["state"] == "paused"
    watch.now += 30
    assert len(_taken(destinations, CARDS)) == 16


def test_one_chats_429_holds_up_that_chat_and_a_second_one_the_whole_bot() -> None:
    """Telegram does not say which is meant: nobody waits for one busy buyer, nobody adds to a flood."""
    destinations, watch = _two_channels()
    telegram = _named(destinations, TELEGRAM)
    telegram.told_to_wait("reply", f"{TELEGRAM}:1", 20, watch.now)
    telegram.told_to_wait("reply", f"{TELEGRAM}:1", 20, watch.now)
    assert len(_taken(destinations, REPLIES)) == 32
    telegram.told_to_wait("automatic", f"{TELEGRAM}:2", 25, watch.now)
    assert _taken(destinations, [*REPLIES, *OTHERS[:1]]) == ["other000"]
    watch.now += 25
    assert len(_taken(destinations, REPLIES)) == 32


def test_a_reply_of_a_channel_that_is_gone_is_not_forgotten() -> None:
    """Nobody serves it any more: it is claimed all the same, and refused with a reason."""
    destinations, _ = _two_channels()
    assert _taken(destinations, [("r", "reply", "ebay:3:1")]) == ["r"]
