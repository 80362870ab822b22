"""Blocks and views that the real Slack refuses, with the note it answers; and one card that is right.

The last column is where the limit is documented (docs.slack.dev, reference/block-kit and reference/views) or the
issue in which somebody met it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.sandbox.slack_bench import (
    DESK,
    Bench,
    actions,
    button,
    call,
    menu,
    modal,
    option,
    repeated,
    section,
    slack_bench,
    text_input,
    without,
    words,
)

IMAGE = {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "a"}
CONFIRM = {"title": words("a"), "text": words("b"), "confirm": words("c"), "deny": words("d")}
DIVIDER = {"type": "divider"}
BOLD = {"type": "rich_text_section", "elements": [{"type": "bold", "text": "x"}]}


def y(length: int) -> str:
    return "y" * length


def less(limit: int, at: str = "") -> str:
    return f"must be less than {limit} characters" + (f" [json-pointer:{at}]" if at else "")


def most(limit: int, at: str = "") -> str:
    return f"no more than {limit} items allowed" + (f" [json-pointer:{at}]" if at else "")


def lacks(name: str) -> str:
    return f"missing required field: {name}"


def select(*options: dict[str, Any], **more: Any) -> dict[str, Any]:
    return actions(menu("static_select") | {"options": list(options)} | more)


def context(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "context", "elements": list(elements)}


def header(text: Any) -> dict[str, Any]:
    return {"type": "header", "text": text}


BLOCKS: list[tuple[str, list[dict[str, Any]], str, str]] = [
    ("51 blocks", [*repeated(DIVIDER, 51)], most(50, "/blocks"), "blocks"),
    ("strange type", [{"type": "carpet"}], "unsupported type: carpet", "blocks"),
    ("no type", [{"text": words("x")}], lacks("type"), "blocks"),
    ("block_id", [section(block_id=y(256))], less(256), "blocks"),
    ("same block_id", [section(block_id="b")] * 2, '`block_id` "b" already exists', "kinto 2024-12"),
    ("empty section", [{"type": "section"}], "`text` or `fields`", "java-slack-sdk#1017"),
    ("section 3001", [section(y(3001))], less(3001, "/blocks/0/text/text"), "section-block"),
    ("no words", [section("")], "must be more than 0 characters", "section-block"),
    ("11 fields", [section(fields=[words("f")] * 11)], most(10, "/blocks/0/fields"), "eng-pipes#725"),
    ("field 2001", [section(fields=[words(y(2001))])], less(2001), "section-block"),
    ("header 151", [header(words(y(151)))], less(151), "header-block"),
    ("header mrkdwn", [header(words("h", "mrkdwn"))], "unsupported type: mrkdwn", "header-block"),
    ("bare string", [header("h")], "must provide an object", "header-block"),
    (
        "button 76",
        [actions(button(text=words(y(76))))],
        less(76, "/blocks/0/elements/0/text/text"),
        "button-element",
    ),
    ("button mrkdwn", [actions(button(text=words("b", "mrkdwn")))], "unsupported type", "button-element"),
    ("button value", [actions(button(value=y(2001)))], less(2001), "button-element"),
    ("button url", [actions(button(url=y(3001)))], less(3001), "button-element"),
    ("button style", [actions(button(style="green"))], "valid enum value", "button-element"),
    ("disabled", [actions(button(disabled=True))], "additional property: disabled", "bolt-js#1891"),
    ("label 76", [actions(button(accessibility_label=y(76)))], less(76), "button-element"),
    ("action_id 256", [actions(button(y(256), text=words("b")))], less(256), "button-element"),
    ("same action_id", [actions(button(), button())], '`action_id` "approve" already exists', "block-elements"),
    (
        "26 buttons",
        [actions(*(button(f"a{n}") for n in range(26)))],
        most(25, "/blocks/0/elements"),
        "spacecat-api-service#176",
    ),
    ("context button", [context(button())], "unsupported type: button", "context-block"),
    ("11 in context", [context(*[words("c")] * 11)], most(10), "context-block"),
    (
        "overflow 6",
        [section(accessory=menu("overflow", *"abcdef"))],
        most(5, "/blocks/0/accessory/options"),
        "incidentbot#328",
    ),
    ("overflow 0", [section(accessory=menu("overflow"))], "no less than 1 items", "overflow-menu-element"),
    ("option text", [select(option("v", y(76)))], less(76), "option-object"),
    ("option value", [select(option(y(151), "t"))], less(151), "option-object"),
    ("101 options", [select(*(option(str(n)) for n in range(101)))], most(100), "select-menu-element"),
    ("option url", [select(option("v") | {"url": ""})], "additional property: url", "slack-go#612"),
    ("no options", [actions(without(menu("static_select"), "options"))], "`option_groups`", "select-menu"),
    ("initial outside", [select(option("a"), initial_option=option("z"))], "one of the options", "select-menu"),
    ("placeholder", [select(option("a"), placeholder=words(y(151)))], less(151), "select-menu-element"),
    ("11 checkboxes", [actions(menu("checkboxes", *"abcdefghijk"))], most(10), "checkboxes-element"),
    (
        "confirm 301",
        [actions(button(confirm=CONFIRM | {"text": words(y(301))}))],
        less(301),
        "confirmation-dialog",
    ),
    (
        "confirm title",
        [actions(button(confirm=CONFIRM | {"title": words(y(101))}))],
        less(101),
        "confirmation-dialog",
    ),
    ("confirm deny", [actions(button(confirm=without(CONFIRM, "deny")))], lacks("deny"), "confirmation-dialog"),
    ("no alt_text", [without(IMAGE, "alt_text")], lacks("alt_text"), "image-block"),
    ("no picture", [without(IMAGE, "image_url")], "exactly one of `image_url`", "image-block"),
    ("input element", [text_input() | {"element": button()}], "unsupported type: button", "input-block"),
    ("rich text", [{"type": "rich_text", "elements": [BOLD]}], "unsupported type: bold", "Slack.NetStandard#90"),
    ("two tables", [{"type": "table", "rows": [[words("c")]]}] * 2, "1 table block", "table-block"),
]

VIEWS: list[tuple[str, dict[str, Any], str, str]] = [
    ("no title", without(modal(), "title"), lacks("title") + " [json-pointer:/view]", "java-slack-sdk#302"),
    ("title 25", modal(title=words(y(25))), less(25, "/view/title/text"), "modal-views"),
    ("title mrkdwn", modal(title=words("t", "mrkdwn")), "unsupported type: mrkdwn", "modal-views"),
    ("submit 25", modal(submit=words(y(25))), less(25), "modal-views"),
    ("close 25", modal(close=words(y(25))), less(25), "modal-views"),
    ("private_metadata", modal(private_metadata=y(3001)), less(3001), "modal-views"),
    ("callback_id", modal(callback_id=y(256)), less(256), "modal-views"),
    ("no submit", without(modal(), "submit"), lacks("submit"), "modal-views"),
    ("extra", modal(submit_disabled=True), "additional property: submit_disabled", "slackblocks#36"),
    ("101 blocks", modal(*repeated(DIVIDER, 101)), most(100, "/view/blocks"), "oncall#210"),
    ("label", modal(text_input() | {"label": words(y(2001))}), less(2001), "input-block"),
    ("hint", modal(text_input() | {"hint": words(y(2001))}), less(2001), "input-block"),
    ("home", {"type": "home", "blocks": [section()]}, "unsupported type: home", "views.open"),
    (
        "home of a message",
        modal({"type": "markdown", "text": "x"}),
        "unsupported type: markdown",
        "markdown-block",
    ),
]


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with slack_bench() as found:
        yield found


@pytest.mark.parametrize(("case", "blocks", "note", "source"), BLOCKS, ids=[row[0] for row in BLOCKS])
async def test_slack_refuses_these_blocks(
    bench: Bench, case: str, blocks: list[dict[str, Any]], note: str, source: str
) -> None:
    """A card over a limit is never shown at all: the desk must stay inside, and tests must notice."""
    answer = await call(bench, "chat.postMessage", {"channel": DESK, "text": "x", "blocks": blocks})
    assert answer["error"] == "invalid_blocks", f"{case}, see {source}"
    found = answer["response_metadata"]["messages"]
    assert any(note in each and each.startswith("[ERROR] ") for each in found), found
    assert bench.slack.messages(DESK) == []


@pytest.mark.parametrize(("case", "view", "note", "source"), VIEWS, ids=[row[0] for row in VIEWS])
async def test_slack_refuses_these_views(
    bench: Bench, case: str, view: dict[str, Any], note: str, source: str
) -> None:
    """A modal that does not open leaves a person in front of nothing."""
    answer = await call(bench, "views.open", {"trigger_id": "1.2.3", "view": view})
    assert answer["error"] == "invalid_arguments", f"{case}, see {source}"
    found = answer["response_metadata"]["messages"]
    assert any(note in each and each.startswith("[ERROR] ") for each in found), found


async def test_a_full_card_passes_without_a_word(bench: Bench) -> None:
    """The limits must not refuse what is right: each block and element the desk uses, at its limit."""
    mention = {"type": "user", "user_id": "U0ANA"}
    raw = {"type": "text", "text": "raw & <b>", "style": {"italic": True}}
    card = [
        header(words(y(150))),
        section(y(3000), accessory=menu("overflow", *"abcde")),
        {"type": "section", "fields": [words(y(20), "mrkdwn")] * 10},
        {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": [raw, mention]}]},
        context(IMAGE, words("c", "mrkdwn")),
        actions(button(style="primary", confirm=CONFIRM), button("edit")),
        select(option("a"), option("b"), initial_option=option("b")),
        DIVIDER,
        IMAGE,
    ]
    metadata = {"event_type": "case", "event_payload": {"k": "1"}}
    body = {"channel": DESK, "text": "card", "blocks": card, "metadata": metadata}
    answer = await call(bench, "chat.postMessage", body)
    assert answer["ok"], answer
    assert answer["message"]["bot_id"] == bench.slack.bot_id
    assert all(each["block_id"] for each in answer["message"]["blocks"])
    assert bench.violations() == []


async def test_the_same_action_may_stand_in_several_blocks(bench: Bench) -> None:
    """A list with one button per line is usual; the value tells which line was meant."""
    lines = [section(accessory=button("open", value=f"case-{n}")) for n in range(3)]
    body = {"channel": DESK, "text": "queue", "blocks": lines}
    assert (await call(bench, "chat.postMessage", body))["ok"]
