"""What keeps a desk from working, or soon may: found before the start, told in the reader's language."""

from __future__ import annotations

from msgspec import Struct


class Problem(Struct, frozen=True, gc=False):
    """`key` names three of staff's words, `check.KEY.what`, `.why` and `.mend`, with `params` filled in.

    `fatal`: the desk cannot work like this; else it works, worse than it could.
    """

    key: str
    fatal: bool = False
    params: tuple[tuple[str, str], ...] = ()


def problem(key: str, *, fatal: bool = False, **params: str) -> Problem:
    return Problem(key, fatal, tuple(sorted(params.items())))
