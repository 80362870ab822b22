"""What Slack is sent for each view: recorded as JSON, and valid for Slack whatever anybody wrote."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack import advance, claim, modals
from adapters.slack.card import alarm, card
from adapters.slack.markup import clean, cut, mrkdwn, pieces, size
from adapters.slack.queue import queue
from adapters.slack.story import history
from adapters.slack.words import ENGLISH, english, wording
from flows.rich import At, Person, Quote, Rich, Strong
from flows.view import Choice, Option, Words
from sandbox.slack.block_check import read_blocks, read_view
from sandbox.slack.mrkdwn_check import Names, check_blocks, check_mrkdwn
from tests.adapters.slack_views import (
    ALARM,
    CARDS,
    CASE,
    DRAFT,
    DUE,
    EDITOR,
    FACTS,
    FALLBACK,
    HOSTILE,
    LINES,
    OUTCOMES,
    QUEUE,
    REASONS,
    card_view,
)

GOLDEN = Path(__file__).parent / "golden" / "slack"
REGENERATE = "AMENDS_WRITE_GOLDEN"  # set it to write what is rendered now, then read the difference
PEOPLE = Names({"U0LENA", "U0BEN"}, {"C0AFTER"}, ())


def message_json(message: Any) -> dict[str, Any]:
    return {"text": message.text, "blocks": message.blocks, "metadata": message.metadata()}


MESSAGES: dict[str, Callable[[], dict[str, Any]]] = {
    **{f"card_{name}": lambda view=view: message_json(card(view)) for name, view in CARDS.items()},  # type: ignore[misc] # lambda default
    "alarm": lambda: message_json(alarm(ALARM)),
    "history": lambda: message_json(history("story:1..4", LINES, {"U0LENA": "Lena <L>"})),
    "queue": lambda: queue(QUEUE, english),
    "queue_empty": lambda: queue((), english),
}
VIEWS: dict[str, Callable[[], dict[str, Any]]] = {
    "modal_edit": lambda: modals.editor(EDITOR, english),
    "modal_edit_handoff": lambda: modals.editor(replace(EDITOR, can_send=False), english),
    "modal_changed": lambda: modals.changed(
        replace(EDITOR, version=4), "", "My text", "María wrote again.", english
    ),
    "modal_gone": lambda: modals.changed(None, '{"case":"x"}', "My text", "It was closed.", english),
    "modal_decline": lambda: modals.decline(CASE, 3, REASONS, english),
    "modal_decline_free": lambda: modals.decline(CASE, 3, (), english),
    "modal_submitted": lambda: modals.submitted(CASE, 3, english),
    "modal_no_reply": lambda: modals.no_reply(CASE, 3, english),
    "modal_facts": lambda: modals.facts(FACTS, english),
    "modal_outcomes": lambda: advance.outcomes_form(OUTCOMES, english),
    "modal_outcomes_none": lambda: advance.outcomes_form(replace(OUTCOMES, rows=OUTCOMES.rows[2:]), english),
    "modal_fallback": lambda: advance.fallback_form(FALLBACK, english),
    "modal_fallback_free": lambda: advance.fallback_form(replace(FALLBACK, ceiling=None, does=()), english),
    "modal_fallback_moved": lambda: advance.fallback_form(FALLBACK, english, "30 EUR", moved=True),
    "modal_claim": lambda: claim.claim_form(DUE, english),
}


def compare(name: str, made: dict[str, Any]) -> None:
    path = GOLDEN / f"{name}.json"
    written = json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if os.environ.get(REGENERATE):
        path.write_text(written, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == written, f"run with {REGENERATE}=1 and read the difference"


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_is_as_recorded_and_acceptable_to_slack(name: str) -> None:
    """A change in what staff see is a change somebody looked at, and never one that Slack refuses."""
    made = MESSAGES[name]()
    compare(name, made)
    assert made["text"].strip()
    read_blocks(made.get("blocks", []))
    assert [*check_mrkdwn(made["text"], PEOPLE), *check_blocks(made.get("blocks", []), PEOPLE)] == []


@pytest.mark.parametrize("name", VIEWS)
def test_a_dialog_is_as_recorded_and_acceptable_to_slack(name: str) -> None:
    """A dialog that Slack refuses is a button that does nothing."""
    made = VIEWS[name]()
    compare(name, made)
    read_view(made, "modal")
    assert list(check_blocks(made["blocks"], PEOPLE)) == []


def texts(blocks: object, kind: str) -> Iterator[str]:
    """The texts of all parts of a kind, top to bottom."""
    match blocks:
        case {"type": found, "elements": elements} if found == kind:
            yield "".join(element.get("text", "") for element in elements)
        case dict():
            for value in blocks.values():
                yield from texts(value, kind)
        case list():
            for value in blocks:
                yield from texts(value, kind)


@given(st.text(max_size=9000))
def test_the_draft_on_the_card_is_exactly_what_will_be_sent(text: str) -> None:
    """Invariant 3: staff approve the text they see, so it is all there, whatever its length and content."""
    made = card(card_view(draft=Words(("Reply",), text), copy=None)).blocks
    read_blocks(made)
    shown = "".join(texts(made, "rich_text_preformatted"))
    assert shown == clean(text)


def test_choices_of_one_heading_stand_together_under_it() -> None:
    """Two dozen situations are found by their headings; Slack refuses groups beside options."""
    options = (Option("damaged", "Damaged", group="Likely"), Option("refund", "Refund", group="Money"),
               Option("claim", "Claim", group="Money"))  # fmt: skip
    made = card(card_view(choice=Choice("situation", "What is it about?", options, "refund"))).blocks
    read_blocks(made)
    select = next(block["accessory"] for block in made if block.get("block_id", "").startswith("situation"))

    assert [(group["label"]["text"], len(group["options"])) for group in select["option_groups"]] == [
        ("Likely", 1),
        ("Money", 2),
    ]
    assert select["initial_option"]["value"] == "refund"
    assert "options" not in select


def test_a_long_draft_pushes_the_other_texts_aside_and_not_itself() -> None:
    made = card(CARDS["everything_long"]).blocks
    draft = CARDS["everything_long"].draft
    assert draft is not None
    assert "".join(texts(made, "rich_text_preformatted")) == draft.text
    assert any(text.endswith("…") for text in texts(made, "rich_text_quote"))


def test_nul_is_shown_and_half_a_surrogate_pair_replaced() -> None:
    """Neither PostgreSQL nor JSON readers take them, and a card that cannot be posted helps nobody."""
    assert clean("a\0b\ud83dc") == "a␀b\ufffdc"


ANY_PART = st.one_of(
    st.text(max_size=60),
    st.builds(Quote, st.text(max_size=60)),
    st.builds(Strong, st.text(max_size=60)),
    st.builds(At, st.integers(0, 4_000_000_000).map(lambda unix: datetime.fromtimestamp(unix, UTC))),
    st.builds(Person, st.sampled_from(["U0LENA", "U0BEN"]), st.booleans()),
)
LINE = st.lists(ANY_PART, max_size=6).map(tuple)


@given(LINE, st.sampled_from([None, {"U0LENA": "<!here> *Lena*"}]))
def test_nobodys_words_mention_link_or_format_in_a_line(line: Rich, names: dict[str, str] | None) -> None:
    """Invariant 12, for every kind of part: only our own Strong, At and Person parts make markup."""
    marked = mrkdwn(line, names)
    assert list(check_mrkdwn(marked, PEOPLE)) == []
    bolds = sum(isinstance(part, Strong) and bool(part.text.strip()) for part in line)
    assert marked.count("*") == 2 * bolds
    assert "`" not in marked
    assert "~" not in marked


@given(st.lists(LINE, min_size=1, max_size=8).map(tuple))
def test_history_takes_any_words(lines: tuple[Rich, ...]) -> None:
    made = history("k", lines, {})
    read_blocks(made.blocks)
    assert [*check_mrkdwn(made.text, PEOPLE), *check_blocks(made.blocks, PEOPLE)] == []


def test_history_as_long_as_several_messages_is_shortened_to_one() -> None:
    """One post a stretch: its key is looked for after a lost answer."""
    lines: tuple[Rich, ...] = tuple(("María wrote: ", Quote(HOSTILE + "词" * 4000)) for _ in range(8))
    read_blocks(history("k", lines, {}).blocks)


def test_history_names_people_without_ringing_unless_they_are_paged() -> None:
    made = json.dumps(history("k", LINES, {"U0LENA": "Lena"}).blocks)
    assert "@Lena" in made
    assert '"user_id": "U0BEN"' in made
    assert '"user_id": "U0LENA"' not in made


def test_block_ids_change_with_the_revision() -> None:
    """Slack keeps what a person chose under an unchanged block id, also when the card says otherwise."""
    first, second = (card(card_view(revision=n)).blocks for n in (7, 8))
    ids = [{block["block_id"] for block in blocks if "block_id" in block} for blocks in (first, second)]
    assert ids[0]
    assert ids[0].isdisjoint(ids[1])


def test_the_clock_is_the_first_thing_on_the_card() -> None:
    assert card(card_view()).blocks[0]["text"]["text"].startswith("*⏰* Reply due ")


@given(st.text(max_size=400), st.integers(2, 50))
def test_pieces_are_the_whole_text_within_the_length(text: str, longest: int) -> None:
    parts = pieces(text, longest)
    assert "".join(parts) == text
    assert all(size(part) <= longest for part in parts)


@given(st.text(max_size=80), st.integers(1, 40))
def test_cutting_keeps_within_the_length_and_says_so(text: str, longest: int) -> None:
    shown = cut(text, longest)
    assert size(shown) <= longest
    assert shown == text or shown.endswith("…")


def test_a_draft_longer_than_slacks_input_is_not_opened_cut() -> None:
    """A shortened text in the dialog would be saved as the new reply."""
    assert modals.fits_editor(EDITOR)
    assert not modals.fits_editor(replace(EDITOR, text="x" * 3001))


def test_the_dialog_takes_no_more_than_the_channel_does() -> None:
    view = modals.editor(replace(EDITOR, limit=200), english)
    inputs = [block["element"] for block in view["blocks"] if block.get("block_id") == "text"]
    assert inputs[0]["max_length"] == 200
    assert inputs[0]["initial_value"] == DRAFT


def test_a_phrase_that_the_catalogue_lacks_is_said_in_english() -> None:
    """A missing translation must not cost a dialog its three seconds."""

    class Sparse:
        def word(self, key: str, **params: str) -> str:
            return {"slack.edit.send": "保存并发送"}[key]

    say = wording(Sparse())  # type: ignore[arg-type] # only the catalogue is asked
    assert say("edit.send") == "保存并发送"
    assert say("queue.more", count="3") == "and 3 more"


def test_every_phrase_for_a_title_or_button_fits_slack() -> None:
    shorts = [key for key in ENGLISH if key.endswith((".title", ".submit", ".send", ".save")) or key == "cancel"]
    assert [key for key in shorts if len(ENGLISH[key]) > modals.TITLE] == []


VALUES = {
    "platform": "amazon.de",
    "order": "123-1234567-1234567",
    "started_at": int(DUE.timestamp()),
    "amount": None,
    "currency": None,
    "note": None,
}


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({}, set()),
        ({"order": " １２３-1234567-1234567 "}, set()),
        ({"order": "12-345"}, {"order"}),
        ({"order": None}, {"order"}),
        ({"platform": "ebay"}, {"platform", "order"}),
        ({"platform": "ebay.uk"}, {"event", "order"}),
        ({"platform": "ebay.uk", "event": "inr_opened", "order": "12-34567-12345"}, set()),
        ({"platform": "aliexpress.us", "event": "dispute_opened", "order": "8123456789012345"}, set()),
        ({"due_at": int(DUE.timestamp()) + 60}, set()),
        ({"due_at": int(DUE.timestamp())}, {"due_at"}),
        ({"started_at": None}, {"started_at"}),
        ({"started_at": int((DUE + timedelta(hours=1)).timestamp())}, {"started_at"}),
        ({"amount": "24,90"}, set()),
        ({"amount": "a lot"}, {"amount"}),
        ({"amount": "1.55", "currency": "JPY"}, {"amount"}),
    ],
)
def test_a_claim_is_checked_where_it_was_typed(changed: dict[str, Any], where: set[str]) -> None:
    assert claim.claim_errors(VALUES | changed, DUE, english).keys() == where
