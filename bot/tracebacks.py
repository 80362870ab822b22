"""A failure for the log: where it happened, and what it says, unless it may be quoting a person."""

from __future__ import annotations

import traceback
from collections.abc import Iterator

from sqlalchemy.exc import InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from flows.ports import PortError

# What these say is about the machine or the code. A ValueError, a KeyError, a database's IntegrityError or a
# platform's own error quotes what it was given, which may be what a buyer wrote.
SAYS_NO_DATA = (
    OSError,
    PortError,
    OperationalError,
    InterfaceError,
    ProgrammingError,
    PoolTimeout,
    AttributeError,
    NameError,
    TypeError,
    ImportError,
    ArithmeticError,
    AssertionError,
    RuntimeError,
)
DEEPEST = 8  # failures behind failures


def told(error: BaseException) -> str:
    """Frames and kinds of the failure and of those behind it, the first cause first; words where that is safe."""
    chain = list(_chain(error))[:DEEPEST]
    return "\n\nand then:\n\n".join(_one(each) for each in reversed(chain))


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    behind: BaseException | None = error
    while behind is not None and id(behind) not in seen:
        seen.add(id(behind))
        yield behind
        behind = behind.__cause__ or (None if behind.__suppress_context__ else behind.__context__)


def _one(error: BaseException) -> str:
    frames = "".join(traceback.format_tb(error.__traceback__))
    parts = [f"Traceback (most recent call last):\n{frames}{_last_line(error)}"]
    if isinstance(error, BaseExceptionGroup):
        parts += [told(each) for each in error.exceptions[:DEEPEST]]
    return "\n".join(parts)


def _last_line(error: BaseException) -> str:
    kind = type(error).__qualname__
    if not isinstance(error, SAYS_NO_DATA):
        return f"{kind} (its words are withheld: they may quote a person)"
    said = str(error)
    return f"{kind}: {said}" if said else kind
