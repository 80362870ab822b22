"""From an HTTP request to typed parameters, as tolerant as the real service is, and no more silent.

GET and POST; query string, urlencoded, multipart and JSON bodies (core.telegram.org/bots/api#making-requests).
Arrays and objects arrive as JSON text in forms; booleans and numbers as text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from .errors import Refused, bad_request
from .spec import Field, Fields, Spec
from .spec_check import Findings, check_fields

_UPLOAD_LIMIT = 50 << 20  # bytes
_JSON_NAMES = {
    "reply_markup": "reply keyboard markup",
    "link_preview_options": "link preview options",
    "reply_parameters": "reply parameters",
    "scope": "BotCommandScope",
    "reaction": "reaction types",
}
_IGNORED_WHEN_BROKEN = ("entities", "caption_entities", "allowed_updates")
_TRUE = ("true", "yes", "1")
_FALSE = ("false", "no", "0")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file part of a multipart request."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """What a request carried, before any meaning: text or JSON values by name, and files."""

    values: dict[str, Any]
    uploads: dict[str, Upload] = field(default_factory=dict)


@dataclass(slots=True)
class Arguments:
    """Typed parameters. Empty text counts as absent, as it does for the service."""

    values: dict[str, Any]
    uploads: dict[str, Upload]
    findings: Findings
    used_uploads: set[str] = field(default_factory=set)

    def get(self, name: str) -> Any:
        return self.values.get(name)

    def text(self, name: str) -> str:
        value = self.values.get(name)
        return "" if value is None else str(value)

    def number(self, name: str) -> int:
        """0 for absent or unreadable values, as the service reads them."""
        value = self.values.get(name)
        return value if isinstance(value, int) else 0

    def flag(self, name: str) -> bool:
        return self.values.get(name) is True

    def upload(self, name: str) -> Upload | None:
        """The file part of this name, now counted as used."""
        found = self.uploads.get(name)
        if found is not None:
            self.used_uploads.add(name)
        return found

    def unused_uploads(self) -> set[str]:
        return self.uploads.keys() - self.used_uploads


async def read_request(request: web.Request) -> Sent:
    """Raises Refused for bodies the service cannot read."""
    request = request.clone(client_max_size=_UPLOAD_LIMIT)
    values: dict[str, Any] = dict(request.query)
    if request.method == "GET":
        return Sent(values)
    try:
        if request.content_type == "application/json":
            return Sent(values | _json_body(await request.text()))
        return await _form(request, values)
    except web.HTTPRequestEntityTooLarge as error:
        raise Refused(413, "Request Entity Too Large") from error


def _json_body(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text) if text.strip() else {}
    except ValueError as error:
        raise bad_request("Can't parse request JSON object") from error
    if not isinstance(body, dict):
        raise bad_request("Can't parse request: JSON object expected")
    return {name: value for name, value in body.items() if value is not None}


async def _form(request: web.Request, values: dict[str, Any]) -> Sent:
    uploads: dict[str, Upload] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            uploads[name] = Upload(value.filename, value.content_type, value.file.read())
            value.file.close()
        else:
            values[name] = value.decode() if isinstance(value, bytes | bytearray) else value
    return Sent(values, uploads)


def read_arguments(spec: Spec, method: str, sent: Sent) -> Arguments:
    """Decode by declared type and hold everything against the description. Raises Refused."""
    fields = spec.methods[method]
    early = Findings()
    values = _decoded(fields, sent.values, early)
    for name in sent.uploads.keys() & fields.keys():
        values.setdefault(name, f"attach://{name}")
    findings = check_fields(spec, fields, values, "")
    findings.take(early)
    return Arguments(values, sent.uploads, findings)


def _decoded(fields: Fields, raw: Mapping[str, Any], early: Findings) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in raw.items():
        if value == "" and name in fields:
            continue
        known = fields.get(name)
        values[name] = _decode(known, value, early) if known else value
    return {name: value for name, value in values.items() if value is not None}


def _decode(declared: Field, raw: Any, early: Findings) -> Any:
    if declared.is_json:
        return _json_value(declared.name, raw, early)
    if not isinstance(raw, str):
        return raw
    if "Integer" in declared.types:
        return _integer(declared, raw)
    if declared.types == ("Boolean",):
        return _boolean(raw)
    if declared.types == ("Float",):
        return _float(raw)
    return raw


def _json_value(name: str, raw: Any, early: Findings) -> Any:
    if not isinstance(raw, str):
        return raw
    try:
        return json.loads(raw)
    except ValueError as error:
        if name in _IGNORED_WHEN_BROKEN:
            early.loose.append(("is not JSON and is silently ignored", name))
            return None
        raise bad_request(f"Can't parse {_JSON_NAMES.get(name, name)} JSON object") from error


def _integer(declared: Field, raw: str) -> Any:
    try:
        return int(raw)
    except ValueError:
        return raw


def _boolean(raw: str) -> Any:
    lowered = raw.lower()
    return True if lowered in _TRUE else False if lowered in _FALSE else raw


def _float(raw: str) -> Any:
    try:
        return float(raw)
    except ValueError:
        return raw
