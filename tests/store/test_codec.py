"""Stored JSON outlives the code that wrote it."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.store import codec
from bot.store.codec import _KIND, _TYPE, _VERSION
from flows.case import Case
from flows.context import Context
from flows.effects import Effect
from flows.events import Claimed
from flows.ports import Unreadable
from tests.store.histories import T0, case

DEFAULTS = Path(__file__).parent / "golden" / "defaults.txt"
GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))
ROWS = [(file.stem, row) for file in GOLDEN for row in json.loads(file.read_text(encoding="utf-8"))]
GONE = {"case": {"answered"}}  # fields that older releases wrote and nobody reads: passed over
INSTANTS = st.datetimes(timezones=st.just(T0.tzinfo))


def test_there_are_golden_rows_of_every_kind() -> None:
    """A kind that has no golden row may change its shape unseen, and orphan what shops have stored."""
    assert {(row["kind"], row["v"]) for _, row in ROWS} >= {(kind, 1) for kind in _VERSION}


@pytest.mark.parametrize(("release", "row"), ROWS, ids=[f"{release}-{row['kind']}" for release, row in ROWS])
def test_a_row_of_each_release_is_still_read(release: str, row: dict[str, Any]) -> None:
    """Read, written again in today's shape, and read once more the same."""
    value = codec.decode_any(json.dumps(row))

    assert _KIND[type(value)] == row["kind"]
    assert codec.decode_any(codec.encode(value)) == value
    if row["v"] == _VERSION[str(row["kind"])]:
        kept = {k: v for k, v in row["value"].items() if k not in GONE.get(str(row["kind"]), ())}
        assert _holds(_whole(value), kept), release


def _whole(value: object) -> Any:
    """As JSON with what is as it is by default, which is not written."""
    if isinstance(value, msgspec.Struct):
        config = value.__struct_config__
        tag = {} if config.tag is None else {str(config.tag_field): config.tag}
        fields = zip(value.__struct_encode_fields__, value.__struct_fields__, strict=True)
        return tag | {name: _whole(getattr(value, field)) for name, field in fields}
    if isinstance(value, tuple | list):
        return [_whole(each) for each in value]
    return msgspec.to_builtins(value)


def test_no_default_of_what_is_stored_has_changed() -> None:
    """What is as it is by default is not written: another default would change what was stored before. Raise the
    kind's version and lift the older ones instead. A new field is entered by

        python -m tests.store.test_codec
    """
    known = dict(line.split(" = ", 1) for line in DEFAULTS.read_text(encoding="utf-8").splitlines())
    today = _defaults()

    assert {name: today.get(name) for name in known} == known
    assert today.keys() == known.keys(), "a new field: python -m tests.store.test_codec"


def _defaults() -> dict[str, str]:
    """Struct.field → its default, of every Struct that is stored and leaves defaults out."""
    found: dict[str, str] = {}
    seen: set[type] = set()
    types: list[Any] = [msgspec.inspect.type_info(type_) for type_ in (*_TYPE.values(), Effect, Context)]
    while types:
        type_ = types.pop()
        if isinstance(type_, msgspec.inspect.StructType) and type_.cls not in seen:
            seen.add(type_.cls)
            types += [field.type for field in type_.fields]
            if type_.cls.__struct_config__.omit_defaults:
                found |= {
                    f"{type_.cls.__name__}.{field.name}": _default(field)
                    for field in type_.fields
                    if not field.required
                }
        types += [part for name in ("types", "item_types") for part in getattr(type_, name, ())]
        types += [part for name in ("item_type", "value_type") if (part := getattr(type_, name, None)) is not None]
    return dict(sorted(found.items()))


def _default(field: msgspec.inspect.Field) -> str:
    if field.default_factory is not msgspec.NODEFAULT:
        return f"{field.default_factory.__name__}()"
    return json.dumps(_whole(field.default), ensure_ascii=False)


def _holds(new: Any, old: Any) -> bool:
    """Whether everything of the old shape is there still, unchanged; what is new has its default."""
    if isinstance(old, dict):
        return isinstance(new, dict) and all(name in new and _holds(new[name], old[name]) for name in old)
    if isinstance(old, list):
        return len(new) == len(old) and all(map(_holds, new, old))
    return bool(new == old)


def test_an_older_shape_is_lifted_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two releases later the rows of the first are read through both changes, in order."""
    old = '{"kind": "event.Claimed", "v": 1, "value": {"case_id": "c", "who": "U1", "version": "4"}}'
    renames = {1: ("case_id", "case"), 2: ("who", "by")}
    for version, (before, after) in renames.items():
        lifter = partial(_renamed, before, after)
        monkeypatch.setitem(codec._LIFTERS, ("event.Claimed", version), lifter)
    monkeypatch.setitem(codec._VERSION, "event.Claimed", 3)

    assert codec.decode(old, Claimed) == Claimed("c", "U1", 4)
    assert json.loads(codec.encode(Claimed("c", "U1", 4)))["v"] == 3


def _renamed(before: str, after: str, value: dict[str, Any]) -> dict[str, Any]:
    return {after if name == before else name: given for name, given in value.items()}


@pytest.mark.parametrize(
    ("stored", "why"),
    [
        ('{"kind": "event.Vanished", "v": 1, "value": {}}', "event.Vanished version 1 is not known"),
        ('{"kind": "event.Claimed", "v": 2, "value": {}}', "event.Claimed version 2 is not known"),
        ('{"kind": "event.Claimed", "v": 1, "value": {"case": "c"}}', "event.Claimed version 1: .*required field"),
        ('{"kind": "event.Claimed", "v": 1, "value": {"case": 1, "by": "U1", "version": 1}}', "Expected `str`"),
        ('{"kind": "event.Claimed"}', "not a tagged value"),
        ("[]", "not a tagged value"),
        ("", "not a tagged value"),
        ("{", "not a tagged value"),
    ],
)
def test_what_this_code_cannot_read_is_said_to_be_unreadable(stored: str, why: str) -> None:
    """Rolled back to an older version, or damaged: the row is parked for a person and the queue goes on."""
    with pytest.raises(Unreadable, match=why):
        codec.decode_any(stored)


def test_bytes_that_are_no_text_are_unreadable() -> None:
    """A payload column holds whatever came; nothing else than Unreadable may be raised."""
    with pytest.raises(Unreadable):
        codec.decode_any(b"\xff\xfe\x00")


def test_another_kind_than_expected_is_unreadable() -> None:
    """A case's column that holds an event is damage, and says so."""
    with pytest.raises(Unreadable, match="stored Claimed where Case was expected"):
        codec.decode(codec.encode(Claimed("c", "U1", 1)), Case)


def test_a_type_that_nobody_registered_is_a_bug() -> None:
    """It would be stored without a tag and never found again."""
    with pytest.raises(KeyError):
        codec.encode(T0)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_every_registered_value_comes_back_the_same(data: st.DataObject) -> None:
    """Whatever the values: any text, any instant, any of the enumerations."""
    kind = data.draw(st.sampled_from(sorted(_KIND, key=lambda type_: _KIND[type_])))
    value = data.draw(st.from_type(kind))

    assert codec.decode(codec.encode(value), kind) == value


def test_canonical_json_does_not_depend_on_the_order_of_keys() -> None:
    """The journal's digests are over it."""
    assert codec.dumps({"b": 1, "a": [T0]}) == codec.dumps({"a": [T0], "b": 1})
    assert codec.loads(codec.dumps(case()))["opened_at"] == "2026-03-02T09:30:15.123456Z"


# JSON has no naive instants, no NaN and no integers beyond 64 bits; neither has anything that we store.
st.register_type_strategy(type(T0), INSTANTS)
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
st.register_type_strategy(int, st.integers(-(2**63), 2**63 - 1))


if __name__ == "__main__":
    DEFAULTS.write_text(
        "".join(f"{name} = {default}\n" for name, default in _defaults().items()), encoding="utf-8"
    )
