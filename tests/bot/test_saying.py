"""What is wrong with a shop's file, in Chinese as in English: the same things are said, each with what to do."""

from __future__ import annotations

import ast
import string
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from bot.brain import translate
from bot.shop import ShopFileError, read_shop
from flows.policy import Policy
from flows.saying import Said

ROOT = Path(__file__).parents[2]
CHINESE = tomllib.loads((ROOT / "flows/words/shopfile.zh.toml").read_text(encoding="utf-8"))
UNITS = ("seconds", "minutes", "hours", "days")
WRONG = """
[shop]
nmae = "Cedar Home"
zone = "Asia/Shangai"

[replies]
undo_seconds = "twenty"

[[staff]]
name = "Lin"

[money]
lead = {refund = "sixty"}
"""


def _templates() -> Iterator[str]:
    """Each text that the code says in English: as it stands, or by the name it was given before."""
    for file in (*ROOT.glob("bot/shop/*.py"), *ROOT.glob("flows/**/*.py")):
        whole = ast.parse(file.read_text(encoding="utf-8"))
        of_file = dict(_assigned(whole))
        for scope in whole.body:
            yield from _in(scope, of_file)


def _in(scope: ast.stmt, of_file: Mapping[str, ast.expr]) -> Iterator[str]:
    """A template may have a name of its own: of this function, or of the file."""
    named = {**of_file, **dict(_assigned(scope))}
    for call in (node for node in ast.walk(scope) if isinstance(node, ast.Call)):
        if getattr(call.func, "id", "") == "Said":
            first = call.args[0]
            yield from _said(named[first.id] if isinstance(first, ast.Name) else first)


def _assigned(part: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    for node in ast.walk(part):
        if isinstance(node, ast.Assign):
            yield from ((each.id, node.value) for each in node.targets if isinstance(each, ast.Name))


def _said(text: ast.expr) -> Iterator[str]:
    if isinstance(text, ast.JoinedStr):  # a number of seconds, of minutes, ...
        plain = "".join(str(part.value) if isinstance(part, ast.Constant) else "\\0" for part in text.values)
        yield from (plain.replace("\\0", unit) for unit in UNITS)
    else:
        yield str(ast.literal_eval(text))


def _places(template: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(template)} - {None}


def test_everything_that_is_said_is_said_in_chinese() -> None:
    """With the same places to fill in, and nothing that nobody says."""
    found = set(_templates())
    assert len(found) > 50
    assert found == CHINESE.keys()
    for template in found:
        assert _places(translate("zh")(template)) == _places(template), template


def test_a_wrong_file_is_told_line_by_line_in_the_readers_language(tmp_path: Path) -> None:
    file = tmp_path / "shop.toml"
    file.write_text(WRONG, encoding="utf-8")
    with pytest.raises(ShopFileError) as caught:
        read_shop(file, Policy())

    english, chinese = str(caught.value).splitlines(), caught.value.told(translate("zh")).splitlines()
    assert len(english) == len(chinese) >= 5
    assert f"{file}: line 3: unknown key nmae; did you mean name?" in english
    assert f"{file}: 第 3 行：没有名为 nmae 的设置；是否应为 name？" in chinese
    assert [line.split(":")[1].split()[1] for line in english] == [
        line.split("第 ")[1].split(" ")[0] for line in chinese
    ]


def test_what_stands_inside_is_translated_as_well() -> None:
    inside = Said("; did you mean {name}?", name="zone")

    assert str(Said("unknown key {name}{hint}", name="zon", hint=inside)) == "unknown key zon; did you mean zone?"
    outer = Said("unknown key {name}{hint}", name="zon", hint=inside)
    assert outer.told(translate("zh")) == "没有名为 zon 的设置；是否应为 zone？"
