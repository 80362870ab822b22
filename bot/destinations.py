"""Where effects go: each buyer channel, the desk, our own recogniser; each with room, pauses and a breaker.

So a desk that hangs takes no room from a buyer's reply, and at the desk an answer to a click or an alarm none
that cards have taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.backoff import spread
from bot.breaker import Breaker, State
from bot.clock import machine_s
from bot.store.outbox import BUYER_KINDS, SPREAD_KINDS
from bot.store.room import Room

Probe = Callable[[], Awaitable[None]]  # asks something harmless; raises a port error when nobody answers

DESK, OWN, ELSEWHERE = "desk", "recogniser", "elsewhere"


@dataclass(frozen=True, slots=True)
class Place:
    """Kinds that share room: at most so many attempts at a time."""

    name: str
    kinds: tuple[str, ...]
    most: int


BUYERS = (Place("messages", BUYER_KINDS, 32),)
DESKS = (Place("tell", ("tell",), 8), Place("alarm", ("alarm",), 8), Place("board", ("card", "alarm_edit"), 16))
OWNS = (Place("reading", ("recognise",), 32),)
PAGERS = (Place("pages", ("page",), 4),)


class Destination:
    """One outside system. `back` are rows that failed because it was away: they need not wait any longer."""

    def __init__(
        self, name: str, places: tuple[Place, ...], jitter: Callable[[], float], probe: Probe | None
    ) -> None:
        self.name = name
        self.places = places
        self.probe = probe
        self.breaker = Breaker(jitter)
        self.is_asked = False
        self.back: list[str] = []
        self._failed: set[str] = set()
        self._jitter = jitter
        self._place_of = {kind: place for place in places for kind in place.kinds}
        self._under_way: Counter[str] = Counter()
        self._paused: dict[str, float] = {}
        self._told: dict[str, float] = {}
        self._trial: str | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(self._place_of)

    # --- room ----------------------------------------------------------------------------------------------

    def left(self, place: Place, now_s: float) -> int:
        if self._paused.get(place.name, 0.0) > now_s:
            return 0
        return max(place.most - self._under_way[place.name], 0)

    def left_in_all(self) -> int:
        match self.breaker.state:
            case State.AWAY:
                return 0
            case State.TRIAL:
                return 0 if self._trial else 1
        return sum(place.most for place in self.places)

    def names(self, kind: str) -> tuple[str, str]:
        """What the room of such a row is counted by."""
        return self.name, f"{self.name}/{self._place_of[kind].name}"

    def begin(self, row: str, kind: str) -> None:
        self._under_way[self._place_of[kind].name] += 1
        if self.breaker.state is State.TRIAL:
            self._trial = row

    def end(self, row: str, kind: str) -> bool:
        """Whether there was no room for others while this one was under way."""
        place = self._place_of[kind]
        was_full = self._under_way[place.name] >= place.most or self._trial == row
        self._under_way[place.name] -= 1
        if self._trial == row:
            self._trial = None
        return was_full

    @property
    def under_way(self) -> int:
        return self._under_way.total()

    # --- what it answers -----------------------------------------------------------------------------------

    def answered(self, now_s: float) -> bool:
        """It took, refused or put off something: it is there. Whether it was away until now."""
        was_away = self.breaker.answered(now_s)
        if was_away:
            self.back += self._failed
        self._failed.clear()
        return was_away

    def failed(self, row: str, why: str, begun_s: float, now_s: float) -> None:
        self._failed.add(row)
        self.breaker.failed(why, begun_s, now_s)

    def told_to_wait(self, kind: str, lane: str, seconds: float, now_s: float) -> None:
        """A 429 with its Retry-After. Slack counts by method, so what shares that method waits: the place.

        Telegram does not say whether the chat or the bot is meant (telegram-slack.md 1.1). The first one holds up
        its own chat, by the row's own time; a second chat that is told so meanwhile shows that it is the bot.
        """
        until = now_s + spread(seconds, self._jitter())
        if kind in BUYER_KINDS:
            self._told = {each: end for each, end in self._told.items() if end > now_s and each != lane} | {
                lane: until
            }
            if len(self._told) < 2:
                return
        place = self._place_of[kind].name
        self._paused[place] = max(until, self._paused.get(place, 0.0))

    def next_s(self, now_s: float) -> float | None:
        """When something may go, or is to be asked, that may not now."""
        ends = [end for end in self._paused.values() if end > now_s]
        if self.breaker.state is State.AWAY and not self.is_asked:
            ends.append(self.breaker.next_s)
        return min(ends, default=None)

    @property
    def is_there(self) -> bool:
        """As far as anybody knows. In a trial it has answered a question; the next effect may be hours away."""
        return self.breaker.state is not State.AWAY

    def state(self, now_s: float) -> dict[str, object]:
        """For health: in words, with the reason and the seconds since it began."""
        breaker = self.breaker
        paused_s = max((end - now_s for end in self._paused.values()), default=0.0)
        return {
            "ok": self.is_there,
            "state": "paused" if self.is_there and paused_s > 0 else breaker.state.value,
            "under_way": self.under_way,
            **({"detail": breaker.why} if breaker.why else {}),
            **({"since_s": round(now_s - breaker.since_s, 1)} if breaker.since_s is not None else {}),
            **({"paused_s": round(paused_s, 1)} if paused_s > 0 else {}),
        }


class Destinations:
    """All of them. `channels` are the buyer channels by id, with what to ask them; lanes of a channel begin with
    its id and a colon, those of a second path (`pagers`, by name) with "page:", its name and a colon. What belongs
    to none of them (a channel or a path that is not set up any more) goes `elsewhere`.
    """

    def __init__(
        self,
        channels: Mapping[str, Probe | None] | None = None,
        desk: Probe | None = None,
        jitter: Callable[[], float] = lambda: 0.0,
        now_s: Callable[[], float] = machine_s,
        pagers: Mapping[str, Probe | None] | None = None,
    ) -> None:
        self._now_s = now_s
        self._channels = {
            f"{name}:": Destination(name, BUYERS, jitter, probe) for name, probe in (channels or {}).items()
        }
        self._channels |= {
            f"page:{name}:": Destination(f"page:{name}", PAGERS, jitter, probe)
            for name, probe in (pagers or {}).items()
        }
        self._elsewhere = Destination(ELSEWHERE, (*BUYERS, *PAGERS), jitter, None)
        self._desk = Destination(DESK, DESKS, jitter, desk)
        self._own = Destination(OWN, OWNS, jitter, None)
        fixed = {kind: one for one in (self._desk, self._own) for place in one.places for kind in place.kinds}
        self._fixed: Mapping[str, Destination] = fixed
        self._all = (*self._channels.values(), self._elsewhere, self._desk, self._own)

    def __iter__(self) -> Iterator[Destination]:
        return iter(self._all)

    def of(self, kind: str, lane: str) -> Destination:
        if kind not in SPREAD_KINDS:
            return self._fixed[kind]
        return next((one for start, one in self._channels.items() if lane.startswith(start)), self._elsewhere)

    def room(self) -> Room:
        """What may be begun now. Used in the writer's thread: it refers to nothing that moves meanwhile."""
        now_s = self._now_s()
        left: dict[str, int] = {}
        kinds: set[str] = set()
        for one in self._all:
            left[one.name] = in_all = one.left_in_all()
            for place in one.places:
                here = min(one.left(place, now_s), in_all)
                left[f"{one.name}/{place.name}"] = here
                kinds.update(place.kinds if here else ())
        closed = [start for start, one in self._channels.items() if not left[one.names(one.kinds[0])[1]]]
        return Room(kinds, left, lambda kind, lane: self.of(kind, lane).names(kind), closed)

    @property
    def desk(self) -> Destination:
        return self._desk

    def due(self) -> list[Destination]:
        """Those that are to be asked now whether they are there again."""
        now_s = self._now_s()
        return [one for one in self._all if one.breaker.is_due(now_s) and not one.is_asked]

    def next_in_s(self) -> float | None:
        """Seconds until one of them may take what it may not take now."""
        now_s = self._now_s()
        ends = [end for one in self._all if (end := one.next_s(now_s)) is not None]
        return max(min(ends) - now_s, 0.0) if ends else None

    def back_again(self) -> list[str]:
        """The rows that waited for a destination which is there again; each is named once."""
        back = [row for one in self._all for row in one.back]
        for one in self._all:
            one.back.clear()
        return back

    def states(self) -> dict[str, dict[str, object]]:
        """By name, for health: those that are set up."""
        now_s = self._now_s()
        return {one.name: one.state(now_s) for one in self._all if one.probe is not None or one.under_way}
