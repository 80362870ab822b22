"""The settings' JSON Schema: an editor never marks what the desk takes, and marks most of what it refuses."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from bot.shop import TABLES, hours, rules
from bot.shop.place import Lines, Place
from bot.shop.schema import comments, schema
from bot.shop.staff import PERSON
from bot.shop.table import Key
from flows.saying import Said

ROOT = Path(__file__).parents[2]
EXAMPLE = (ROOT / "shop.example.toml").read_text(encoding="utf-8")
SCHEMA = schema(EXAMPLE)
CHECK = Draft7Validator(SCHEMA)
WORDS = [
    "en", "de", "cn", "Asia/Shanghai", "60 EUR", "EUR", "U0123ABCD", "mon-fri", "09:00", "24:00", "site", "25%",
    "mon-fri 09:00-18:00", "business_days", "feishu", "email-2", "lead", "approver", "2026-12-24", "CH-\\d{6}",
]  # fmt: skip
VALUES = st.one_of(
    st.integers(-5, 5000), st.floats(-5, 5000), st.booleans(), st.text(max_size=6), st.sampled_from(WORDS),
    st.lists(st.sampled_from(WORDS), max_size=3),
)  # fmt: skip


def _as_json(value: Any) -> Any:
    """Dates as an editor hands them to the schema: text."""
    if isinstance(value, dict):
        return {name: _as_json(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_as_json(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def _complaints(text: str) -> list[str]:
    return [error.json_path for error in CHECK.iter_errors(_as_json(tomllib.loads(text)))]


def test_the_published_schema_is_that_of_the_code() -> None:
    """After a change: `make schema`."""
    assert json.loads((ROOT / "docs/shop.schema.json").read_text(encoding="utf-8")) == SCHEMA
    Draft7Validator.check_schema(SCHEMA)


def test_the_example_is_right_and_names_its_schema() -> None:
    """The first line tells the editor where to look."""
    assert _complaints(EXAMPLE) == []
    assert EXAMPLE.startswith("#:schema ")
    assert (ROOT / EXAMPLE.split()[1]).exists()


def test_the_short_form_of_staff_is_right_too() -> None:
    """`[staff]` with the leads alone."""
    assert _complaints('[staff]\nleads = ["U0123ABCD"]') == []


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("[shp]\nname = 'x'", "$"),
        ("[shop]\nnme = 'x'", "$.shop"),
        ("[shop]\nlanguage = 'fr'", "$.shop.language"),
        ("[shop]\nname = ' '", "$.shop.name"),
        ("[replies]\nundo_seconds = 601", "$.replies.undo_seconds"),
        ("[replies]\nundo_seconds = '5'", "$.replies.undo_seconds"),
        ("[replies]\nreceipts = 1", "$.replies.receipts"),
        ("[[hours]]\ndays = 'mon'\nopens = '9:00'\ncloses = '18:00'", "$.hours[0].opens"),
        ("[[hours]]\ndays = 'mon'", "$.hours[0]"),
        ("[hours]\ndays = 'mon'", "$.hours"),
        ("[[staff]]\nname = 'Lin'", "$.staff"),
        ("[money]\nlead = {refund = 60}", "$.money.lead.refund"),
        ("[money]\nboss = {refund = '60 EUR'}", "$.money"),
        ("[ladders.claim]\nshout = 4", "$.ladders.claim"),
        ("[rules.x]\nunit = 'years'", "$.rules.x.unit"),
        ("[days_off]\nclosed = [{from = 2026-12-24}]", "$.days_off.closed"),
    ],
)
def test_what_is_wrong_is_marked_where_it_stands(text: str, where: str) -> None:
    """Before the desk is started."""
    assert where in _complaints(text)


KEYS = [
    (f"{table}.{name}", key)
    for table, keys in {"staff": PERSON, "hours": hours.HOURS, "rules": rules.KEYS}.items()
    for name, key in keys.items()
]


@pytest.mark.parametrize(("name", "key"), KEYS, ids=[name for name, _ in KEYS])
@given(value=VALUES)
def test_what_the_desk_takes_the_editor_does_not_mark(name: str, key: Key, value: Any) -> None:
    """A schema that cries wolf is switched off."""
    try:
        key.read(value)
    except ValueError:
        return
    assert list(Draft7Validator(key.read.shape).iter_errors(value)) == [], name


@pytest.mark.parametrize("table", [name for name, table in TABLES.items() if table.fields])
@given(data=st.data())
def test_a_plain_table_that_the_desk_takes_is_not_marked(table: str, data: st.DataObject) -> None:
    """Each key of the tables that stand once."""
    name = data.draw(st.sampled_from(TABLES[table].keys))
    value = data.draw(VALUES)
    problems: list[Said] = []
    TABLES[table].read({name: value}, Place(Lines(""), problems, table))
    if not problems:
        assert list(Draft7Validator(TABLES[table].shape).iter_errors({name: value})) == []


def test_the_examples_comments_describe_the_settings() -> None:
    """One source of words for the file, the page and the editor."""
    told = dict(
        comments('# When.\n[shop]\nname = "A # b"  # signs\nzone = "X"\n# lone\n\n[replies]\nx = [1]   # y\n')
    )

    assert told == {("shop", ""): "When.", ("shop", "name"): "signs", ("replies", "x"): "y"}
    described = SCHEMA["properties"]["replies"]["properties"]
    assert described["undo_seconds"]["description"].startswith("an approved reply can be taken back")
