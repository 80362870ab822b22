"""What a receiver answered, in the port's words. Pure.

The chat services answer 200 whatever happened and say it in the body: Feishu `code` (older bots `StatusCode`),
DingTalk and WeCom `errcode`. Codes seen in their documents and in bug reports: Feishu 9499 and 11232 too often,
19021 signature, 19022 address not allowed, 19024 keyword missing; DingTalk 130101 too often, 310000 signature or
keyword, 300001 no such robot; WeCom 45009 too often, 93000 no such robot. Whatever else is not zero is refused in
the receiver's own words.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from flows.ports import OutcomeUnknown, PortError, Refused, Unavailable

TOO_OFTEN = {"feishu": (9499, 11232, 230020), "dingtalk": (130101, -1), "wecom": (45009, -1)}
ADVICE = {
    (
        "feishu",
        19021,
    ): "the signing secret (after # in the address) is not the bot's, or this machine's clock is wrong",
    ("feishu", 19022): "this machine's address is not on the bot's list",
    ("feishu", 19024): "the bot asks for a keyword that alarms do not hold: use its signature instead",
    (
        "dingtalk",
        310000,
    ): "the robot's safety setting does not let it through: use a signature, its secret after # in "
    "the address; and check this machine's clock",
    ("dingtalk", 300001): "there is no such robot: copy its address again",
    ("wecom", 93000): "there is no such robot: copy its address again",
}
A_MINUTE_S = 60.0  # what their limits are counted by
_LONGEST_WAIT_S = 3600.0


def receipt(kind: str, status: int, headers: dict[str, str], body: bytes) -> str:
    """The receiver's id of the message, or "". Raises what its answer means."""
    if failure := _by_status(kind, status, headers):
        raise failure
    answer = _object(body)
    if kind in ("feishu", "dingtalk", "wecom"):
        _check(kind, answer)
    return str(answer.get("id") or "")[:80]


def _by_status(kind: str, status: int, headers: dict[str, str]) -> PortError | None:
    if 200 <= status < 300:
        return None
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Unavailable(f"{kind} asks for a pause", _seconds(headers) or A_MINUTE_S)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return Unavailable(f"{kind} is not available (HTTP 503)", _seconds(headers))
    if status >= 500 or status == HTTPStatus.REQUEST_TIMEOUT:
        return OutcomeUnknown(f"{kind} failed with HTTP {status}: it may have been shown")
    if 300 <= status < 400:
        return Refused(f"{kind} sends us elsewhere (HTTP {status}): write the final address")
    return Refused(f"{kind} refused it with HTTP {status}: check the address, and its token if there is one")


def _check(kind: str, answer: dict[str, Any]) -> None:
    named = ("code", "StatusCode") if kind == "feishu" else ("errcode",)
    code = next((answer[name] for name in named if isinstance(answer.get(name), int)), None)
    if code == 0:
        return
    if code is None:
        raise OutcomeUnknown(f"{kind} answered in a way that tells nothing: is something else in its place?")
    if code in TOO_OFTEN[kind]:
        raise Unavailable(f"{kind} asks for a pause (code {code})", A_MINUTE_S)
    said = str(answer.get("msg") or answer.get("errmsg") or "")[:200]
    raise Refused(f"{kind} refused it (code {code}): {ADVICE.get((kind, code)) or said}")


def _object(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _seconds(headers: dict[str, str]) -> float | None:
    try:
        return min(max(float(headers.get("retry-after", "")), 0.0), _LONGEST_WAIT_S)
    except ValueError:
        return None
