"""Strict stand-ins for what a webhook may post to: Feishu, DingTalk, WeCom, ntfy, and a program of one's own.

Each checks the documented shape (the sources stand in adapters/webhook/shapes.py) and answers as the real one:
the chat services with 200 and a code in the body. Signatures are checked against the machine's clock, as theirs.
What they were never seen to do is not played: their real servers were not asked.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

SECRET = "SECsandbox"
HOUR_S = 3600
WECOM_BYTES = 4096
FEISHU_BYTES = 20 * 1024
NTFY_ACTIONS = 3
Body = dict[str, Any]


@dataclass(slots=True)
class Received:
    """One page as it arrived. `text` is everything a person would read."""

    kind: str
    text: str
    body: Body
    headers: dict[str, str]


@dataclass(slots=True)
class Receivers:
    """`faults` are answered first, oldest first: an HTTP status, a code of the kind, or "hang" (no answer)."""

    received: list[Received] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    faults: list[int | str] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post("/feishu/open-apis/bot/v2/hook/token", self._answering("feishu", _feishu))
        app.router.add_post("/dingtalk/robot/send", self._answering("dingtalk", _dingtalk))
        app.router.add_post("/wecom/cgi-bin/webhook/send", self._answering("wecom", _wecom))
        app.router.add_post("/ntfy/", self._answering("ntfy", _ntfy))
        app.router.add_post("/webhook", self._answering("webhook", _webhook))

    def address(self, kind: str, root: str) -> str:
        """What stands in `.env` for this kind, when the server's root is at `root`."""
        tail = {
            "feishu": f"/feishu/open-apis/bot/v2/hook/token#{SECRET}",
            "dingtalk": f"/dingtalk/robot/send?access_token=token#{SECRET}",
            "wecom": "/wecom/cgi-bin/webhook/send?key=token",
            "ntfy": f"/ntfy/alarms#{SECRET}",
            "webhook": f"/webhook#{SECRET}",
        }[kind]
        return f"{kind}+{root}{tail}"

    async def arrived(self, count: int) -> list[Received]:
        """Return once so many have arrived."""
        while len(self.received) < count:
            self.changed.clear()
            await self.changed.wait()
        return self.received

    def _answering(self, kind: str, read: Callable[[web.Request, bytes, Body], tuple[str, str]]) -> Any:
        async def answer(request: web.Request) -> web.StreamResponse:
            raw = await request.read()
            if self.faults and (fault := self.faults.pop(0)) is not None:
                return await self._fault(kind, fault)
            try:
                body = json.loads(raw)
                text, wrong = read(request, raw, body)
            except (ValueError, KeyError, TypeError, IndexError) as error:
                body, text, wrong = {}, "", f"{type(error).__name__}: {error}"
            if wrong:
                self.violations.append(f"{kind}: {wrong}")
                return web.json_response(_refusal(kind, wrong), status=400 if kind in ("ntfy", "webhook") else 200)
            self.received.append(Received(kind, text, body, dict(request.headers)))
            self.changed.set()
            return web.json_response(_SUCCESS[kind])

        return answer

    async def _fault(self, kind: str, fault: int | str) -> web.StreamResponse:
        if isinstance(fault, str):  # hang
            await asyncio.Event().wait()
            return web.Response()
        if 100 <= fault < 600:
            return web.Response(status=fault, headers={"Retry-After": "7"} if fault == 429 else {})
        return web.json_response(_coded(kind, fault, "as asked"))


_SUCCESS: dict[str, Body] = {
    "feishu": {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"},
    "dingtalk": {"errcode": 0, "errmsg": "ok"},
    "wecom": {"errcode": 0, "errmsg": "ok"},
    "ntfy": {"id": "hwQ2YpKdmg", "time": 1764000000, "event": "message", "topic": "alarms"},
    "webhook": {"ok": True},
}


def _coded(kind: str, code: int, words: str) -> Body:
    return {"code": code, "msg": words} if kind == "feishu" else {"errcode": code, "errmsg": words}


def _refusal(kind: str, why: str) -> Body:
    code = {"feishu": 19021 if "sign" in why else 9499, "dingtalk": 310000, "wecom": 40058}.get(kind, 400)
    return _coded(kind, code, why)


def _feishu(request: web.Request, raw: bytes, body: Body) -> tuple[str, str]:
    """(what a person reads, what is wrong with it or "")."""
    del request
    if len(raw) > FEISHU_BYTES:
        return "", "longer than 20 kB"
    timestamp = body["timestamp"]
    signed = hmac.new(f"{timestamp}\n{SECRET}".encode(), b"", hashlib.sha256).digest()
    if body["sign"] != base64.b64encode(signed).decode() or abs(time.time() - int(timestamp)) > HOUR_S:
        return "", "sign match fail or timestamp is not within one hour from current time"
    if body["msg_type"] != "post":
        return "", f"msg_type {body['msg_type']}"
    post = body["content"]["post"]["zh_cn"]
    parts = [part for line in post["content"] for part in line]
    if any(part["tag"] not in ("text", "a") or (part["tag"] == "a") != ("href" in part) for part in parts):
        return "", "a part is neither a text nor a link"
    return "\n".join([post["title"], *(f"{p['text']}{p.get('href', '')}" for p in parts)]), ""


def _dingtalk(request: web.Request, raw: bytes, body: Body) -> tuple[str, str]:
    del raw
    timestamp, sign = request.query["timestamp"], request.query["sign"]
    signed = hmac.new(SECRET.encode(), f"{timestamp}\n{SECRET}".encode(), hashlib.sha256).digest()
    if sign != base64.b64encode(signed).decode() or abs(time.time() * 1000 - int(timestamp)) > HOUR_S * 1000:
        return "", "sign not match"
    if request.query["access_token"] != "token" or body["msgtype"] != "markdown":
        return "", "access_token or msgtype"
    title = body["markdown"]["title"]
    return f"{title}\n{body['markdown']['text']}", "" if title else "no title"


def _wecom(request: web.Request, raw: bytes, body: Body) -> tuple[str, str]:
    del raw
    text = body["markdown"]["content"]
    if request.query["key"] != "token" or body["msgtype"] != "markdown":
        return "", "key or msgtype"
    return text, "" if 0 < len(text.encode()) <= WECOM_BYTES else "content longer than 4096 bytes"


def _ntfy(request: web.Request, raw: bytes, body: Body) -> tuple[str, str]:
    del raw
    if request.headers.get("Authorization") != f"Bearer {SECRET}":
        return "", "unauthorized"
    if body["topic"] != "alarms" or body["priority"] not in range(1, 6):
        return "", "topic or priority"
    actions = body.get("actions", [])
    if len(actions) > NTFY_ACTIONS or any(
        a["action"] != "view" or not a["label"] or not a["url"] for a in actions
    ):
        return "", "actions"
    links = [f"{action['label']}{action['url']}" for action in actions]
    return "\n".join([body["title"], body["message"], *links]), ""


def _webhook(request: web.Request, raw: bytes, body: Body) -> tuple[str, str]:
    timestamp = request.headers["X-Amends-Timestamp"]
    signed = hmac.new(SECRET.encode(), f"{timestamp}.".encode() + raw, hashlib.sha256).hexdigest()
    if request.headers["X-Amends-Signature"] != signed:
        return "", "signature"
    if request.headers["Idempotency-Key"] != body["key"] or body["v"] != 1:
        return "", "key or version"
    return "\n".join([body["title"], *body["lines"], body["acknowledge"], body["link"]]), ""
