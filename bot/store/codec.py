"""Stored JSON: every value tagged with its kind and version, so that it outlives the code that wrote it.

A newer shape raises the version and adds a lifter from the one before; the golden rows in the tests keep every
released version readable. An unknown kind or a version from the future raises `Unreadable`: the row is parked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from flows import events
from flows.case import Case, Explanation
from flows.ports import Unreadable

T = TypeVar("T")

_VERSION: dict[str, int] = {}
_TYPE: dict[str, type] = {}
_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {}
_KIND: dict[type, str] = {}
_LIFTERS: dict[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = {}


class _Envelope(msgspec.Struct):
    kind: str
    v: int
    value: msgspec.Raw


def _register(kind: str, type_: type, version: int = 1) -> None:
    """With its decoder, before there is a second thread: msgspec works a Struct out when it is first decoded, and
    lets others see it half done. Two threads that read the same type for the first time at once are a crash of the
    interpreter, without a word.
    """
    _VERSION[kind], _TYPE[kind], _KIND[type_] = version, type_, kind
    _DECODERS[kind] = msgspec.json.Decoder(type_)


_register("case", Case)
_register("explanation", Explanation)
for _event in (
    events.BuyerWrote,
    events.BuyerEdited,
    events.BuyerPressed,
    events.BuyerReachable,
    events.Unsupported,
    events.Recognised,
    events.OrderChanged,
    events.CaseSplit,
    events.Vouched,
    events.ConversationMoved,
    events.CaseOpened,
    events.PlatformNotice,
    events.SituationChosen,
    events.CauseChosen,
    events.FactsSet,
    events.Claimed,
    events.Released,
    events.Assigned,
    events.Approved,
    events.DraftEdited,
    events.Declined,
    events.Undone,
    events.FallbackApproved,
    events.AdvanceWithdrawn,
    events.NoReplyNeeded,
    events.Submitted,
    events.Acknowledged,
    events.NoteAdded,
    events.AlarmDue,
    events.ReplyDelivered,
    events.ReplyRefused,
    events.ReplyUnknown,
    events.Settled,
    events.AlarmPosted,
    events.AlarmFailed,
    events.RulesChanged,
    events.AlarmDelayed,
    events.PageDelivered,
    events.PageFailed,
    events.DeadRetried,
    events.DeadDropped,
    events.ProblemsFound,
    events.BatchSuspected,
    events.WarningAcknowledged,
    events.NoteDue,
    events.ParcelDue,
    events.PaperDue,
    events.PaperChanged,
    events.PapersChanged,
):
    _register(f"event.{_event.__name__}", _event)

_encoder = msgspec.json.Encoder()
_canonical = msgspec.json.Encoder(order="sorted")
_envelopes = msgspec.json.Decoder(_Envelope)


def encode(value: object) -> bytes:
    """The tagged JSON of a registered value. Raises KeyError for a type nobody registered: a bug."""
    kind = _KIND[type(value)]
    return _encoder.encode({"kind": kind, "v": _VERSION[kind], "value": value})


def decode(data: bytes | str, type_: type[T]) -> T:
    """The value of this type. Raises Unreadable, naming kind and version, for anything else."""
    value = decode_any(data)
    if not isinstance(value, type_):
        raise Unreadable(f"stored {type(value).__name__} where {type_.__name__} was expected")
    return value


def decode_any(data: bytes | str) -> object:
    """Whatever registered value this is. Raises Unreadable."""
    try:
        envelope = _envelopes.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unreadable(f"not a tagged value: {error}") from error
    known = _VERSION.get(envelope.kind)
    if known is None or envelope.v > known:
        raise Unreadable(f"{envelope.kind} version {envelope.v} is not known to this code")
    try:
        return _lifted(envelope, known)
    except msgspec.ValidationError as error:
        raise Unreadable(f"{envelope.kind} version {envelope.v}: {error}") from error


def _lifted(envelope: _Envelope, known: int) -> object:
    if envelope.v == known:
        return _DECODERS[envelope.kind].decode(envelope.value)
    value: dict[str, Any] = msgspec.json.decode(envelope.value)
    for version in range(envelope.v, known):
        value = _LIFTERS[envelope.kind, version](value)
    return msgspec.convert(value, _TYPE[envelope.kind], strict=False)


def plain(value: object) -> Any:
    """The value as plain JSON-able data (dicts, lists, ISO instants)."""
    return msgspec.to_builtins(value)


def dumps(value: object) -> str:
    """Canonical JSON of plain data or values: sorted keys, so that a digest over it is stable."""
    return _canonical.encode(value).decode()


def loads(data: str) -> Any:
    return msgspec.json.decode(data)
