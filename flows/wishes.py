"""What a buyer says they want, where the words leave no doubt: nobody is asked what they have said already.

Only a wish that is put plainly counts. One under a condition ("if it does not come, ..."), a question about it, a
wish denied, or two wishes at once leave it open: the reply then asks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from flows.recognise_words.wishes import WORDS

_ASKED_AFTER = frozenset({"refund", "partial_refund", "return"})
WISHES = ("partial_refund", "refund", "reship", "part", "return")
_CLAUSE = re.compile(r"[,，]")
_ENDS = re.compile(r"[.!?;。！？；]+")


def _compiled(words: Mapping[str, str | tuple[str, ...]]) -> dict[str, re.Pattern[str]]:
    ways = {"w": words["w"], "p": words["p"]}
    joined = {name: each if isinstance(each, str) else "|".join(each) for name, each in words.items()}
    return {name: re.compile(each.format(**ways)) for name, each in joined.items() if name not in ways}


_TABLES = {language: _compiled(words) for language, words in WORDS.items()}


def wish_in(read: str, language: str) -> str:
    """The value of the fact `wish` that a text states; "" where it states none, or more than one.

    `read` is the text as patterns see it (`flows.recognise.plain`).
    """
    table = _TABLES.get(language)
    if table is None:
        return ""
    found = {wish for sentence in _ENDS.split(read) for wish in _stated(table, sentence)}
    if "partial_refund" in found:
        found.discard("refund")
    if found == {"return", "refund"}:
        return "return"  # for the money: a return is how one gets it
    return found.pop() if len(found) == 1 else ""


def _stated(table: Mapping[str, re.Pattern[str]], sentence: str) -> set[str]:
    return {
        wish
        for wish in WISHES
        for match in table[wish].finditer(sentence)
        if _is_plain(table, wish, sentence[: match.start()]) and not table["or"].search(sentence[match.end() :])
    }


def _is_plain(table: Mapping[str, re.Pattern[str]], wish: str, before: str) -> bool:
    """Neither denied nor under a condition; and no question: how one gets it, or where it is."""
    if table["not"].search(before[-40:]) or table["if"].search(before):
        return False
    clause = _CLAUSE.split(before)[-1]  # "it has not arrived, I want my money back" waits for no money
    return not (wish in _ASKED_AFTER and table["status"].search(clause))
