"""Stored Slack payloads as events: every decision, and nothing but Unreadable for what cannot be read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack import record
from adapters.slack.press import read_press
from adapters.slack.record import CLICK, CLOSED, EVENT, SUBMIT, Record
from adapters.slack.translate import translate
from flows.case import Situation
from flows.events import (
    Acknowledged,
    AdvanceWithdrawn,
    Approved,
    Assigned,
    Claimed,
    Declined,
    DraftEdited,
    Event,
    FactsSet,
    FallbackApproved,
    NoReplyNeeded,
    NoteAdded,
    PlatformNotice,
    Released,
    Settled,
    SituationChosen,
    Submitted,
    Undone,
)
from flows.ports import Unreadable
from flows.values import Money
from tests.adapters.slack_payloads import (
    ABOUT,
    block_actions,
    picked,
    selected,
    thread_message,
    ticked,
    typed,
    view,
)
from tests.adapters.slack_views import CASE

BUTTON = f"{CASE}:3"
LENA = "U0LENA"
UNIX = 1795181000
SPOKEN = datetime(2026, 11, 20, 13, 28, 20, 200, tzinfo=UTC)


def pressed(payload: dict[str, Any]) -> Record:
    return record.click(payload, payload["actions"][0])


def submitted(name: str, values: dict[str, Any], about: str = ABOUT) -> Record:
    return record.submit(view("view_submission", name, values, about))


CLAIM = {
    "platform": selected("amazon.de"),
    "order": typed(" 123-1234567-1234567 "),
    "started_at": picked(UNIX),
    "amount": typed("24,90"),
    "currency": selected(None),
    "note": typed("not arrived"),
}
OPENED = PlatformNotice(
    "claim_notice",
    "amazon",
    "123-1234567-1234567",
    datetime.fromtimestamp(UNIX, UTC),
    "de",
    None,
    LENA,
    "",
    Money(2490, "EUR"),
    "Amazon DE\nnot arrived",
)
DISPUTE = CLAIM | {
    "platform": selected("ebay.uk"),
    "event": selected("payment_dispute_notice"),
    "order": typed("12-34567-12345"),
    "due_at": picked(UNIX + 86400),
}
DISPUTED = PlatformNotice(
    "payment_dispute_notice",
    "ebay",
    "12-34567-12345",
    datetime.fromtimestamp(UNIX, UTC),
    "uk",
    datetime.fromtimestamp(UNIX + 86400, UTC),
    LENA,
    "",
    Money(2490, "GBP"),
    "eBay UK\nnot arrived",
)
AT, UNTIL = datetime(2026, 11, 25, 2, 30, tzinfo=UTC), datetime(2026, 11, 25, 3, 30, tzinfo=UTC)
FALLBACK_ABOUT = json.dumps({"case": CASE, "version": 3, "stamp": "seen"})
FALLBACK_FORM = {"at": picked(int(AT.timestamp())), "until": picked(int(UNTIL.timestamp()))}
FACTS_ABOUT = json.dumps({"case": CASE, "version": 3, "was": {"tracked": "yes", "wish": "refund", "shipped": ""}})
FACTS_FORM = {
    "fact:tracked": selected("=no"),
    "fact:wish": selected("="),
    "fact:shipped": selected("="),
    "fact:new": selected(None),
}

TABLE: list[tuple[Record, Event | None]] = [
    (pressed(block_actions("approve", BUTTON)), Approved(CASE, LENA, 3)),
    (pressed(block_actions("approve#2", BUTTON)), Approved(CASE, LENA, 3)),
    (pressed(block_actions("edit", BUTTON)), Claimed(CASE, LENA, 3)),
    (pressed(block_actions("undo", BUTTON)), Undone(CASE, LENA, 3)),
    (pressed(block_actions("settle_sent", BUTTON)), Settled(CASE, LENA, 3, delivered=True)),
    (pressed(block_actions("settle_resend", BUTTON)), Settled(CASE, LENA, 3, delivered=False)),
    (
        pressed(block_actions("acknowledge", f"{BUTTON}:amz.atoz:outer:t-1h")),
        Acknowledged(CASE, LENA, "amz.atoz:outer", "t-1h"),
    ),
    (
        pressed(block_actions("situation", option="damaged", block=f"situation:{CASE}:3:7")),
        SituationChosen(CASE, LENA, Situation.DAMAGED),
    ),
    (pressed(block_actions("menu", option="take", block=f"menu:{CASE}:3:7")), Assigned(CASE, LENA, LENA)),
    (pressed(block_actions("menu", option="facts", block=f"menu:{CASE}:3:7")), None),
    (pressed(block_actions("open_link#2", BUTTON)), None),
    (pressed(block_actions("decline", BUTTON)), None),
    (
        submitted("edit", {"text": typed("Hi\n<b>"), "options": ticked()}),
        DraftEdited(CASE, LENA, 3, "Hi\n<b>", send=True),
    ),
    (
        submitted("edit", {"text": typed("Hi"), "options": ticked("only_save")}),
        DraftEdited(CASE, LENA, 3, "Hi", send=False),
    ),
    (
        submitted("edit", {"text": typed("Hi")}, json.dumps({"case": CASE, "version": 3, "can_send": False})),
        DraftEdited(CASE, LENA, 3, "Hi", send=False),
    ),
    (submitted("decline", {"reason": selected("tone"), "note": typed(None)}), Declined(CASE, LENA, 3, "tone")),
    (
        submitted("decline", {"reason": selected("tone"), "note": typed(" too stiff ")}),
        Declined(CASE, LENA, 3, "tone: too stiff"),
    ),
    (submitted("submitted", {"proof": typed(" A-Z 77 ")}), Submitted(CASE, LENA, 3, "A-Z 77")),
    (submitted("no_reply", {"reason": typed("spam")}), NoReplyNeeded(CASE, LENA, 3, "spam")),
    (
        submitted("facts", FACTS_FORM, FACTS_ABOUT),
        FactsSet(CASE, LENA, (("tracked", "no"), ("wish", ""))),
    ),
    (submitted("facts", {"fact:tracked": selected("=yes")}, FACTS_ABOUT), None),
    (
        submitted("outcomes", {"outcomes": ticked("refund", "reship")}),
        Approved(CASE, LENA, 3, ("refund", "reship")),
    ),
    (submitted("outcomes", {"outcomes": ticked()}), Approved(CASE, LENA, 3)),
    (
        submitted("fallback", FALLBACK_FORM | {"ceiling": typed("24.90 EUR")}, FALLBACK_ABOUT),
        FallbackApproved(CASE, LENA, 3, AT, UNTIL, "seen", Money(2490, "EUR")),
    ),
    (submitted("fallback", FALLBACK_FORM, FALLBACK_ABOUT), FallbackApproved(CASE, LENA, 3, AT, UNTIL, "seen")),
    (pressed(block_actions("menu", option="advance_off", block=f"menu:{CASE}:3:7")), AdvanceWithdrawn(CASE, LENA)),
    (pressed(block_actions("menu", option="fallback", block=f"menu:{CASE}:3:7")), None),
    (pressed(block_actions("outcomes", BUTTON)), None),
    (submitted("claim", CLAIM, "{}"), OPENED),
    (submitted("claim", DISPUTE, "{}"), DISPUTED),
    (record.closed(view("view_closed", "edit")), Released(CASE, LENA)),
    (record.closed(view("view_closed", "facts")), None),
    (
        record.note(
            thread_message("ask &lt;b&gt; <@U0BEN> &amp; <https://x.example|the page> <!subteam^S1|crew>"), CASE
        ),
        NoteAdded(CASE, LENA, "ask <b> @U0BEN & https://x.example crew", SPOKEN),
    ),
    (
        record.note(thread_message("", subtype="file_share", files=[{"name": "proof.png"}]), CASE),
        NoteAdded(CASE, LENA, "[proof.png]", SPOKEN),
    ),
]


@pytest.mark.parametrize(
    ("kept", "event"), TABLE, ids=lambda value: value.external_id if isinstance(value, Record) else ""
)
def test_a_stored_payload_means(kept: Record, event: Event | None) -> None:
    """The whole desk in one table: what each gesture decides."""
    assert translate(kept.kind, kept.raw) == event


UNREADABLE = [
    (CLICK, b""),
    (CLICK, b"\xff"),
    (CLICK, b"[]"),
    (CLICK, b"[" * 100_000),
    ("slack.unheard_of", pressed(block_actions("approve", BUTTON)).raw),
    (CLICK, pressed(block_actions("approve", BUTTON)).raw.replace(b'"v":1', b'"v":2')),
    (CLICK, pressed(block_actions("approve", CASE)).raw),
    (CLICK, pressed(block_actions("approve", f"{CASE}:-3")).raw),
    (CLICK, pressed(block_actions("merge", BUTTON)).raw),
    (CLICK, pressed(block_actions("acknowledge", BUTTON)).raw),
    (CLICK, pressed(block_actions("situation", option="sunny", block=f"situation:{CASE}:3:7")).raw),
    (CLICK, pressed(block_actions("menu", option="explode", block=f"menu:{CASE}:3:7")).raw),
    (SUBMIT, submitted("edit", {"text": typed("Hi")}, "no json").raw),
    (SUBMIT, submitted("unknown", {}).raw),
    (SUBMIT, submitted("fallback", {"at": picked(1)}, FALLBACK_ABOUT).raw),
    (SUBMIT, submitted("fallback", FALLBACK_FORM | {"ceiling": typed("much")}, FALLBACK_ABOUT).raw),
    (SUBMIT, submitted("claim", CLAIM | {"started_at": picked(10**15)}, "{}").raw),
    (SUBMIT, submitted("claim", CLAIM | {"order": typed("1")}, "{}").raw),
    (SUBMIT, submitted("claim", CLAIM | {"event": selected("inr_opened")}, "{}").raw),
    (CLOSED, record.closed(view("view_closed", "edit", about="")).raw),
]


@pytest.mark.parametrize(("kind", "raw"), UNREADABLE)
def test_what_cannot_be_read_is_unreadable(kind: str, raw: bytes) -> None:
    """A row is parked for a person; the queue goes on."""
    with pytest.raises(Unreadable):
        translate(kind, raw)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
KINDS = st.sampled_from([CLICK, SUBMIT, CLOSED, EVENT, "slack.other"])


def total(kind: str, raw: bytes) -> None:
    try:
        translate(kind, raw)
    except Unreadable:
        return


@given(KINDS, JSON)
def test_arbitrary_json_is_read_or_unreadable(kind: str, value: Any) -> None:
    total(kind, json.dumps(value).encode())


@given(KINDS, st.binary(max_size=80))
def test_arbitrary_bytes_are_read_or_unreadable(kind: str, raw: bytes) -> None:
    total(kind, raw)


@given(st.sampled_from([kept for kept, _ in TABLE]), st.data())
def test_a_damaged_payload_is_read_or_unreadable(kept: Record, data: st.DataObject) -> None:
    """Old rows, other releases, a hand-edited database: one field of a real payload replaced or gone."""
    body = json.loads(kept.raw)
    holder = body
    if isinstance(body.get("values"), dict) and body["values"] and data.draw(st.booleans()):
        holder = body["values"]
    name = data.draw(st.sampled_from(sorted(holder)))
    if data.draw(st.booleans()):
        del holder[name]
    else:
        holder[name] = data.draw(JSON)
    total(kept.kind, json.dumps(body).encode())


def test_no_token_and_no_address_to_answer_at_is_kept() -> None:
    """Invariant 12: what is stored is what decides."""
    kept = [pressed(block_actions("approve", BUTTON)), submitted("decline", {"reason": selected("tone")})]
    kept.append(record.note(thread_message("x"), CASE))
    assert not any(word in each.raw for each in kept for word in (b"secret", b"hooks", b"trigger"))


def test_the_same_click_has_one_identity_and_another_click_another() -> None:
    """Invariant 2: by person, instant and action; bytes that differ elsewhere are still the same click."""
    first = pressed(block_actions("approve", BUTTON))
    again = pressed(block_actions("approve", BUTTON) | {"trigger_id": "9.9.zzz"})
    other = pressed(block_actions("undo", BUTTON))
    assert (first.external_id, first.fingerprint) == (again.external_id, again.fingerprint)
    assert first.external_id != other.external_id


def test_the_same_identity_with_other_content_is_told_apart() -> None:
    """A submit pressed again after a lost answer, with another text, must not be taken for a repeat."""
    first, second = (submitted("edit", {"text": typed(text)}) for text in ("one", "two"))
    assert first.external_id == second.external_id
    assert first.fingerprint != second.fingerprint


@pytest.mark.parametrize(
    ("payload", "does"),
    [
        (block_actions("approve", BUTTON), "decide"),
        (block_actions("edit", BUTTON), "ask"),
        (block_actions("menu", option="facts", block=f"menu:{CASE}:3:7"), "ask"),
        (block_actions("menu", option="facts", block="older"), "unknown"),
        (block_actions("menu", option="link", block="older"), "nothing"),
        (block_actions("open_link"), "nothing"),
        (block_actions("edit", "no version"), "unknown"),
        (block_actions("snooze", BUTTON), "unknown"),
    ],
)
def test_a_press_decides_asks_or_is_unknown(payload: dict[str, Any], does: str) -> None:
    """Only decisions are stored; what nobody knows is answered, never silent."""
    assert read_press(payload, payload["actions"][0]).does == does


def test_positions_are_slacks_microseconds() -> None:
    assert record.microseconds("1795181234.500600") == 1795181234500600
    assert record.microseconds("1795181234") == 1795181234000000
