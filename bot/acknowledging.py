"""Acknowledging by a link: a signed address that lives as long as its alarm, and the small page it opens.

Opening the address does nothing: mail programs and chat services open links by themselves. The page asks who it
is, and only the button's POST is an answer. It shows the case's number and due time, and nothing a buyer said.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import html
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from bot.clock import BusinessClock
from bot.loading import Loader
from bot.outcomes import position
from bot.store import cases, inbox
from bot.store import desk as desk_store
from bot.store.database import Database
from flows.acknowledging import mark, marked
from flows.case import Alarm, AlarmState, Case, Deadline
from flows.events import Acknowledged
from flows.noticing import HEARD, rung_of
from flows.ports import Sink
from flows.rich import plain
from flows.view.alarm import acknowledgement, is_settled
from flows.view.clocks import clock_name
from flows.view.naming import number
from flows.view.shown import Shown

LIVES = timedelta(days=1)  # after the deadline: a missed one is still to be taken on by somebody
_SIGNED = 16  # bytes of the signature; the address stays short enough for every chat


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a token says: this alarm, by this path."""

    case: str
    deadline: str
    rung: str
    path: str


class Signer:
    """Makes and reads tokens. The key derives from a secret that every process of the shop has."""

    def __init__(self, secret: str, clock: BusinessClock) -> None:
        self._key = hmac.new(secret.encode(), b"amends/acknowledge/1", hashlib.sha256).digest()
        self._clock = clock

    def token(self, case: Case, deadline: Deadline, rung: Alarm, path: str) -> str:
        until = int((deadline.due_at + LIVES).timestamp())
        said = f"{mark(case.id, deadline.id, rung.rung)}.{path}.{until}".encode()
        return _text(said + self._sign(said))

    def read(self, token: str) -> Ticket | None:
        """None for what is not ours, was changed, or is over."""
        try:
            raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
            said, signature = raw[:-_SIGNED], raw[-_SIGNED:]
            if not hmac.compare_digest(signature, self._sign(said)):
                return None
            word, path, until = said.decode().split(".")
            named = marked(word)
        except (binascii.Error, ValueError):
            return None
        if named is None or datetime.fromtimestamp(int(until), UTC) < self._clock.now():
            return None
        return Ticket(*named, path)

    def _sign(self, said: bytes) -> bytes:
        return hmac.new(self._key, said, hashlib.sha256).digest()[:_SIGNED]


@dataclass(frozen=True, slots=True)
class Page:
    status: int
    body: str


class AckDesk:
    """Answers those addresses."""

    def __init__(self, database: Database, shop: str, loader: Loader, sink: Sink, signer: Signer) -> None:
        self._database = database
        self._shop = shop
        self._loader = loader
        self._sink = sink
        self._signer = signer

    async def ask(self, token: str) -> Page:
        """What the address shows: the question, or why there is none any more."""
        ticket = self._signer.read(token)
        found = None if ticket is None else await self._find(ticket)
        if ticket is None or found is None:
            return self._said(410, "ack.over")
        shown, deadline, rung, people = found
        if said := _no_question(shown, deadline, rung):
            return _page(200, shown.label("ack.title"), _heading(shown), said)
        return _page(200, shown.label("ack.title"), _heading(shown), _due(shown, deadline), _form(shown, people))

    async def answer(self, token: str, person: str) -> Page:
        """Store who has noticed it. Raises what the store raises: then nothing was said."""
        ticket = self._signer.read(token)
        found = None if ticket is None else await self._find(ticket)
        if ticket is None or found is None:
            return self._said(410, "ack.over")
        shown, deadline, rung, people = found
        if said := _no_question(shown, deadline, rung):
            return _page(200, shown.label("ack.title"), _heading(shown), said)
        if person not in dict(people):
            return _page(400, shown.label("ack.title"), _heading(shown), _form(shown, people))
        event = Acknowledged(ticket.case, person, ticket.deadline, ticket.rung, via=ticket.path)
        key = f"ack:{ticket.path}:{ticket.deadline}:{ticket.rung}:{person}"
        await self._sink.store([inbox.event_item(event, key, ticket.case, position(), urgent=True)])
        return _page(200, shown.label("ack.title"), _heading(shown), _words(shown.label("ack.done")))

    async def _find(self, ticket: Ticket) -> tuple[Shown, Deadline, Alarm, list[tuple[str, str]]] | None:
        def load(connection: Connection) -> tuple[Shown, list[tuple[str, str]]] | None:
            case = cases.get(connection, self._shop, [ticket.case]).get(ticket.case)
            if case is None:
                return None
            here = [p for p in desk_store.people(connection, self._shop) if p["present"]]
            return self._loader.shown(connection, case), [(p["id"], p["name"]) for p in here]

        loaded = await self._database.read(load)
        if loaded is None:
            return None
        shown, people = loaded
        deadline = next((d for d in shown.case.deadlines if d.id == ticket.deadline), None)
        rung = rung_of(deadline, ticket.rung)
        return None if deadline is None or rung is None else (shown, deadline, rung, people)

    def _said(self, status: int, key: str) -> Page:
        template = self._loader.book.words.template(key, self._loader.policy.language)
        return _page(status, "Amends", _words(template))


def _no_question(shown: Shown, deadline: Deadline, rung: Alarm) -> str:
    """Somebody was first, or the clock has stopped."""
    if rung.state is AlarmState.ACKNOWLEDGED:
        by = rung.by_name or rung.by or ""
        return _words(plain(acknowledgement(shown, rung), {rung.by or "": by}))
    if is_settled(deadline, rung) or rung.state not in HEARD:
        return _words(shown.label("ack.handled"))
    return ""


def _heading(shown: Shown) -> str:
    return f"<h1>{html.escape(number(shown))}</h1>"


def _due(shown: Shown, deadline: Deadline) -> str:
    name = clock_name(shown, deadline)
    return _words(f"{name}: {deadline.due_at:%Y-%m-%d %H:%M} UTC")


def _form(shown: Shown, people: Sequence[tuple[str, str]]) -> str:
    named = "".join(
        f'<button name="person" value="{html.escape(id)}">{html.escape(name)}</button>' for id, name in people
    )
    return f'{_words(shown.label("ack.who"))}<form method="post">{named}</form>'


def _words(text: str) -> str:
    return f"<p>{html.escape(text)}</p>"


_STYLE = (
    "body{font:18px/1.5 system-ui,sans-serif;max-width:26rem;margin:3rem auto;padding:0 1rem}"
    "button{display:block;width:100%;margin:.5rem 0;padding:.8rem;font:inherit}"
)
# Nothing is loaded from anywhere, nothing is kept, and the address is told to nobody.
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


def _page(status: int, title: str, *parts: str) -> Page:
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style>"
    )
    return Page(status, f"<!doctype html><html><head>{head}</head><body>{''.join(parts)}</body></html>")


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
