"""Loads the book: the TOML files beside the flows package, read once at start."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from flows import phrases
from flows.book import Book
from flows.playbooks import PLAYBOOKS
from flows.replies.catalogue import Catalogue
from flows.rules import ladders, reading, states
from flows.rules.ladders import Rung
from flows.rules.overriding import Override, overridden
from flows.rules.pack import RulePack
from flows.saying import Translate

BUYER_LANGUAGES = ("en", "zh", "es", "de")
STAFF_LANGUAGES = ("en", "zh")
SUBJECTS = (
    "desk",
    "playbooks",
    "finding",
    "rules",
    "check",
    "clocks",
    "setup",
    "orders",
    "money",
    "advance",
    "causes",
    "papers",
)
RULE_FILES = tuple(
    f"{name}.toml"
    for name in (
        "amazon",
        "amazon_returns",
        "amazon_orders",
        "ebay",
        "aliexpress",
        "others",
        "house",
        "advice",
        "sources",
    )
)
_ROOT = files("flows")


def _read(path: str) -> str:
    return _ROOT.joinpath(path).read_text(encoding="utf-8")


def _words(tag: str) -> dict[str, str]:
    """Staff's words of one language: each subject has its file, and no key stands in two."""
    words: dict[str, str] = {}
    for subject in SUBJECTS:
        words |= phrases.parse(tag, _read(f"words/{subject}.{tag}.toml"))
    return words


@cache
def _shopfile(language: str) -> Mapping[str, str]:
    """What is wrong with a shop's file, in this language; English is in the code."""
    return {} if language == "en" else tomllib.loads(_read(f"words/shopfile.{language}.toml"))


def translate(language: str) -> Translate:
    """For `flows.saying.Said`: its English template to that of this language."""
    return lambda english: _shopfile(language).get(english, english)


@cache
def load_rules() -> RulePack:
    """The rule packs as shipped, read once. Raises with every problem of all files."""
    return reading.parse({name: _read(f"rules/{name}") for name in RULE_FILES})


def load_ladders() -> Mapping[str, tuple[Rung, ...]]:
    """The ladders as shipped, by name."""
    return ladders.parse(_read("rules/ladders.toml"))


def load_book(own_rules: Mapping[str, Override] = MappingProxyType({})) -> Book:
    """Everything decisions are made from; `own_rules` are the shop's values in place of the packs'.

    Raises with every problem of a file that cannot be used.
    """
    rules = overridden(load_rules(), own_rules)
    replies = {tag: phrases.parse(tag, _read(f"replies/{tag}.toml")) for tag in BUYER_LANGUAGES}
    words = {tag: _words(tag) for tag in STAFF_LANGUAGES}
    return Book(
        playbooks=PLAYBOOKS,
        rules=rules,
        states=states.parse(_read("rules/states.toml")),
        ladders=load_ladders(),
        replies=Catalogue(replies),
        words=Catalogue(words, allowed=None),
        versions={
            "playbooks": ",".join(sorted({book.version for book in PLAYBOOKS.values()})),
            "rules": f"{rules.version}.{_digest('rules/ladders.toml', 'rules/states.toml')}",
            "replies": _digest(*(f"replies/{tag}.toml" for tag in BUYER_LANGUAGES)),
        },
    )


def checked_days() -> str:
    """The days off that this release was checked with, as `flows.clocks.days` reads them."""
    return _read("clocks/days.toml")


def _digest(*paths: str) -> str:
    sha = hashlib.sha256()
    for path in paths:
        sha.update(_read(path).encode())
    return sha.hexdigest()[:12]
