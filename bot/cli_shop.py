"""`amends shop`: what the shop's file says, and what holds without it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import click

from bot.brain import translate
from bot.commanding import fail, refusal
from bot.settings import SettingsError, given_settings
from bot.shop import ShopFileError, read_shop
from bot.shop.shown import shown
from bot.terminal import language_of
from flows.policy import Policy


@click.group(help="How the shop wants its desk: what shop.toml sets. And what holds where it says nothing.")
def shop() -> None:
    pass


@shop.command(
    "show", help="Every setting in force and where it comes from. Line of the file, environment or default."
)
@click.option("--json", "as_json", is_flag=True, help="For scripts: a list with key, value, source, line.")
def show(as_json: bool) -> None:
    try:
        given = given_settings(os.environ)
        file = Path(given.get("AMENDS_SHOP_FILE") or "shop.toml")
        read_shop(file, Policy())
        settings = shown(file, given)
    except SettingsError as error:
        fail(refusal(error))
    except ShopFileError as error:
        fail(error.told(translate(language_of(os.environ))))
    if as_json:
        rows = [{"key": s.key, "value": s.value, "source": s.source, "line": s.line or None} for s in settings]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
        return
    width = max(len(each.key) for each in settings)
    for each in settings:
        click.echo(f"{each.key:{width}}  {_value(each.value):24}  {each.source}")


def _value(value: Any) -> str:
    return "-" if value is None else json.dumps(value, ensure_ascii=False, default=str)
