"""Flat TOML files of phrases, the same keys in parallel languages: reading one, and comparing them.

For buyers' texts (`flows.replies`) and staff's words (`flows/words/*.toml`) alike. Who reads the files passes
their text in: nothing here opens one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
Languages = Mapping[str, Mapping[str, str]]


class PhrasesError(ValueError):
    """A phrase file cannot be used; the message names the language and every problem."""


def parse(language: str, text: str) -> dict[str, str]:
    """Key to phrase. Keys are quoted whole ("inr.ask_order"); a line break right after the quotes is dropped.

    Raises PhrasesError with every entry that is not a plain, non-empty string.
    """
    try:
        entries = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PhrasesError(f"{language}: {error}") from error
    wrong = sorted(key for key, value in entries.items() if not isinstance(value, str) or not value.strip())
    if wrong:
        raise PhrasesError(f"{language}: not a plain phrase (quote the whole key?): {', '.join(wrong)}")
    return entries


def placeholders(phrase: str) -> frozenset[str]:
    """The names in braces."""
    return frozenset(PLACEHOLDER.findall(phrase))


def differences(languages: Languages) -> tuple[str, ...]:
    """Keys and placeholders that are not the same in every language, in plain sentences; empty when parallel."""
    if not languages:
        return ()
    first, *others = languages
    return tuple(problem for other in others for problem in _differences(languages, first, other))


def _differences(languages: Languages, first: str, other: str) -> Iterator[str]:
    here, there = languages[first], languages[other]
    yield from (f"{key}: is in {first} but not in {other}" for key in sorted(here.keys() - there.keys()))
    yield from (f"{key}: is in {other} but not in {first}" for key in sorted(there.keys() - here.keys()))
    for key in sorted(here.keys() & there.keys()):
        odd = placeholders(here[key]) ^ placeholders(there[key])
        if odd:
            yield f"{key}: {', '.join(sorted(odd))} stands in only one of {first} and {other}"
