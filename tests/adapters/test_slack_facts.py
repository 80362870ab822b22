"""Typed facts in the dialog: inputs by their kind, read back as they are stored, unchanged ones left alone."""

from __future__ import annotations

import json

from adapters.slack import modals
from adapters.slack.translate import changed_facts
from adapters.slack.words import english
from flows.view import FactQuestion, FactsView

AT = "2026-11-30T15:59:59+00:00"
VIEW = FactsView(
    "c", 3, "What is known",
    (
        FactQuestion("order_value", "Order value", (), "24.90 EUR", "money"),
        FactQuestion("promised_at", "Promised by", (), AT, "instant"),
        FactQuestion("carrier", "Carrier", (), None, "text"),
    ),
)  # fmt: skip


def test_each_kind_has_its_own_input() -> None:
    """A picker for an instant, with what stood there; texts with their value; a hint that money has a currency."""
    view = modals.facts(VIEW, english)
    elements = [block["element"] for block in view["blocks"]]

    assert [element["type"] for element in elements] == ["plain_text_input", "datetimepicker", "plain_text_input"]
    assert elements[0]["initial_value"] == "24.90 EUR"
    assert elements[1]["initial_date_time"] == 1796054399
    assert "currency" in view["blocks"][0]["hint"]["text"]


def test_only_what_was_changed_is_recorded_as_it_is_stored() -> None:
    """Pickers give whole minutes: a promise that ends with 59 seconds was not touched."""
    about = json.loads(modals.facts(VIEW, english)["private_metadata"])
    typed = {
        "typed:money:order_value": "US $5",
        "typed:instant:promised_at": 1796054340,
        "typed:text:carrier": None,
    }

    assert changed_facts(about, typed) == (("order_value", "5.00 USD"),)
    assert changed_facts(about, {**typed, "typed:instant:promised_at": 1796054400})[1][0] == "promised_at"
    assert changed_facts(about, {"typed:money:order_value": None}) == (("order_value", ""),)
