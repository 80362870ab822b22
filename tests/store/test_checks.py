"""The database itself refuses rows that no state allows, whatever code writes them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import CheckConstraint
from sqlalchemy.exc import IntegrityError

from bot.store.database import Database, insert_new
from bot.store.tables import metadata
from tests.store.good_rows import GOOD
from tests.store.histories import HOUR, SHOP, T0, rows

SENDING = {"state": "sending", "lease_until": T0}
REPLY = {"kind": "reply", "version": 1, "buyer_lane": "l"}
DONE = {"settled_at": T0}
DECIDED = {"decided_by": "U1", "decided_at": T0, "decided_why": "spam"}
ENDED = {"ended_at": T0, "ended_by": "p"}
DROPPED = {"state": "dropped", "handled_at": T0, "error": "why", **DECIDED}

# (constraint, what spoils a good row, what mends it again: the good neighbour)
IMPOSSIBLE: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("ck_inbox_state", {"state": "lost", "handled_at": T0}, {"state": "handled"}),
    ("ck_inbox_handled_at", {"state": "handled"}, {"handled_at": T0}),
    ("ck_inbox_handled_at", {"handled_at": T0}, {"state": "ignored"}),
    ("ck_inbox_dead_says_why", {"state": "dead", "handled_at": T0}, {"error": "why"}),
    ("ck_inbox_dead_says_why", {"error": "why"}, {"state": "dead", "handled_at": T0}),
    ("ck_inbox_dead_says_why", {**DROPPED, "error": None}, {"error": "why"}),
    ("ck_inbox_dropped_says_who", {**DROPPED, "decided_by": None}, {"decided_by": "U1"}),
    ("ck_inbox_dropped_says_who", {**DROPPED, "decided_at": None}, {"decided_at": T0}),
    ("ck_inbox_dropped_says_who", {**DROPPED, "decided_why": None}, {"decided_why": "spam"}),
    ("ck_messages_direction", {"direction": "up"}, {"direction": "out"}),
    ("ck_messages_edits", {"edits": -1}, {"edits": 0}),
    ("ck_texts_erased_together", {"body": None}, {"salt": None}),
    ("ck_texts_erased_together", {"salt": None}, {"body": None}),
    ("ck_cases_status", {"status": "lost"}, {"status": "closed"}),
    ("ck_cases_counters", {"revision": 0}, {"revision": 1}),
    ("ck_cases_counters", {"version": 0}, {"version": 1}),
    ("ck_causes_cause", {"cause": "moon"}, {"cause": "packing"}),
    ("ck_causes_source", {"source": "buyer"}, {"source": "derived"}),
    ("ck_appointments_kind", {"kind": "mood"}, {"kind": "parcel"}),
    ("ck_like_cases_likeness", {"likeness": "carrier"}, {"likeness": "listing"}),
    ("ck_warnings_kind", {"kind": "mood"}, {"kind": "paper"}),
    ("ck_warnings_nth", {"nth": 0}, {"nth": 2}),
    (
        "ck_warnings_acknowledged_says_who",
        {"acknowledged_by": "U1"},
        {"acknowledged_by": "U1", "acknowledged_at": T0},
    ),
    ("ck_papers_kind", {"kind": "mood"}, {"kind": "trade_mark"}),
    ("ck_papers_state", {"state": "lost", **ENDED}, {"state": "renewed"}),
    ("ck_papers_lasts", {"valid_until": (T0 - 24 * HOUR).date()}, {"valid_until": None}),
    ("ck_papers_ended_says_who", {"state": "removed"}, ENDED),
    ("ck_papers_ended_says_who", {"state": "removed", **ENDED, "ended_by": None}, ENDED),
    ("ck_papers_ended_says_who", ENDED, {"state": "renewed"}),
    ("ck_asked_came", {"came": "lost"}, {"came": "silence"}),
    ("ck_asked_came_when", {"came": None}, {"came_at": None}),
    ("ck_asked_came_when", {"came_at": None}, {"came": None}),
    ("ck_journal_seq", {"seq": 0}, {"seq": 1}),
    ("ck_deadlines_kind", {"kind": "wish"}, {"kind": "promise"}),
    ("ck_deadlines_state", {"state": "lost", "ended_at": T0}, {"state": "missed"}),
    ("ck_deadlines_ended_at", {"state": "met"}, {"ended_at": T0}),
    ("ck_deadlines_ended_at", {"ended_at": T0}, {"state": "stopped"}),
    ("ck_deadlines_due_after_start", {"due_at": T0 - HOUR}, {"due_at": T0}),
    ("ck_alarms_state", {"state": "lost"}, {"state": "sounded"}),
    ("ck_alarms_reason", {"state": "skipped"}, {"reason": "overtaken"}),
    ("ck_alarms_reason", {"state": "failed"}, {"reason": "refused"}),
    ("ck_alarms_before_due", {"at": T0 + 2 * HOUR}, {"at": T0 + HOUR}),
    ("ck_told_outcome", {"outcome": "lost"}, {"outcome": "delivered"}),
    ("ck_told_failed_says_why", {"outcome": "failed"}, {"why": "refused"}),
    ("ck_told_absent", {"absent": "asleep"}, {"absent": "dnd"}),
    ("ck_proposals_(kind|state_of_kind)", {"kind": "wish"}, {"kind": "reply"}),  # breaks both: either is named
    ("ck_proposals_state", {"state": "lost"}, {"state": "unknown"}),
    ("ck_proposals_state_of_kind", {"kind": "handoff", "state": "held"}, {"state": "submitted"}),
    ("ck_proposals_state_of_kind", {"state": "text_approved"}, {"kind": "handoff"}),
    ("ck_outbox_kind", {"kind": "wish"}, {"kind": "tell"}),
    ("ck_outbox_state", {"state": "lost", **DONE}, {"state": "superseded"}),
    ("ck_outbox_belongs_to_a_case", {"case_id": None}, {"kind": "tell"}),
    ("ck_outbox_belongs_to_a_case", {"case_id": None}, {"kind": "page"}),
    ("ck_outbox_only_replies_are_held", {"state": "held"}, REPLY),
    ("ck_outbox_sending_has_a_lease", {"state": "sending"}, {"lease_until": T0}),
    ("ck_outbox_sending_has_a_lease", {"lease_until": T0}, {"state": "sending"}),
    ("ck_outbox_settled_says_when", {"state": "delivered"}, DONE),
    ("ck_outbox_settled_says_when", {**SENDING, **DONE}, {"settled_at": None}),
    ("ck_outbox_reply_bound", {"kind": "reply", "version": 1}, {"buyer_lane": "l"}),
    ("ck_outbox_reply_bound", {"kind": "reply", "buyer_lane": "l"}, {"version": 1}),
    ("ck_actions_state", {"state": "lost"}, {"state": "text_approved"}),
    ("ck_actions_submitted_has_proof", {"state": "submitted"}, {"proof_id": "p"}),
    ("ck_actions_submitted_has_proof", {"proof_id": "p"}, {"state": "submitted"}),
    ("ck_actions_amount", {"amount_minor": 1}, {"amount_currency": "EUR"}),
    ("ck_actions_second_is_another", {"person": "U1", "second_person": "U1"}, {"second_person": "U2"}),
    ("ck_orders_state", {"state": "lost"}, {"state": "shipped"}),
    ("ck_orders_fulfilment", {"fulfilment": "moon"}, {"fulfilment": "overseas"}),
    ("ck_orders_shipping", {"shipping": "swim"}, {"shipping": "untracked"}),
    ("ck_orders_tracking", {"tracking": "stuck"}, {"tracking": "moving"}),
    ("ck_orders_named", {"number": ""}, {"number": "2"}),
    ("ck_orders_total", {"total_currency": None}, {"total_minor": None}),
    ("ck_orders_total", {"total_minor": -1}, {"total_minor": 0}),
    ("ck_orders_total", {"total_currency": "EU"}, {"total_currency": "EUR"}),
    ("ck_orders_return_freight", {"return_freight_minor": 1}, {"return_freight_currency": "EUR"}),
    ("ck_order_items_value", {"value_minor": 1}, {"value_currency": "EUR"}),
    ("ck_order_items_quantity", {"quantity": -1}, {"quantity": 0}),
    ("ck_order_rows_line", {"line": 0}, {"line": 1}),
    ("ck_order_imports_counts", {"bad": -1}, {"bad": 0}),
]


@pytest.mark.parametrize(
    ("constraint", "spoilt", "mended"), IMPOSSIBLE, ids=[f"{name}-{list(bad)}" for name, bad, _ in IMPOSSIBLE]
)
async def test_an_impossible_row_is_refused_and_its_neighbour_is_not(
    database: Database, constraint: str, spoilt: dict[str, Any], mended: dict[str, Any]
) -> None:
    """A bug that wrote such a row would be found by a buyer; the neighbour shows the rule is no wider."""
    named = [name for name in metadata.tables if constraint.startswith(f"ck_{name}_")]
    table = metadata.tables[max(named, key=len)]
    bad = {**GOOD[table.name], **spoilt}

    with pytest.raises(IntegrityError, match=constraint):
        await database.write(lambda connection: connection.execute(table.insert(), [bad]))
    await database.write(lambda connection: connection.execute(table.insert(), [{**bad, **mended}]))

    assert len(await rows(database, table)) == 1


def test_every_check_of_the_schema_is_tried() -> None:
    """A new CHECK without an impossible row here is a rule that nobody has seen hold."""
    named = {
        str(constraint.name)
        for table in metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }

    tried = {name for each, _, _ in IMPOSSIBLE for name in named if re.fullmatch(each, name)}
    assert tried == named


async def test_keys_of_one_shop_do_not_meet_those_of_another(database: Database) -> None:
    """Every key starts with the shop, so that shops can be split over servers."""
    table = metadata.tables["cases"]
    good = GOOD["cases"]
    await database.write(
        lambda connection: insert_new(connection, table, [good, {**good, "shop_id": "other"}, good])
    )

    assert [row["shop_id"] for row in await rows(database, table)] == [SHOP, "other"]
