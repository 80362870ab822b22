"""A page in each receiver's own shape. Pure.

Read November 2026; no vendor's own server was asked, only the strict stand-in in `sandbox/receivers`:
- Feishu / Lark: open.feishu.cn/document/client-docs/bot-v3/add-custom-bot (text and post messages; `timestamp` in
  seconds and `sign`: base64 of HMAC-SHA256 over nothing, keyed with "{timestamp}\\n{secret}"; 20 kB).
- DingTalk: open.dingtalk.com/document/robots/custom-robot-access (markdown with a title; in the address
  `timestamp` in milliseconds and `sign`: base64 of HMAC-SHA256 over "{timestamp}\\n{secret}", keyed with the
  secret; 20 a minute).
- WeCom: developer.work.weixin.qq.com/document/path/91770 (markdown up to 4096 bytes; 20 a minute).
- ntfy: docs.ntfy.sh/publish (JSON to the server's root; priority 1 to 5; at most three action buttons).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote_plus, urlsplit, urlunsplit

from adapters.webhook.address import Address
from flows.view import PageView

WECOM_BYTES = 4096
NTFY_URGENT, NTFY_USUAL = 5, 3


@dataclass(frozen=True, slots=True)
class Request:
    """What is posted. The address may be a secret, the body holds nothing but the page."""

    url: str = field(repr=False)
    body: bytes
    headers: dict[str, str] = field(default_factory=dict, repr=False)


def request(address: Address, view: PageView, now: datetime) -> Request:
    """The same view makes the same body, but for a signature's time."""
    return _SHAPES[address.kind](address, view, now)


def _feishu(address: Address, view: PageView, now: datetime) -> Request:
    lines = [[{"tag": "text", "text": line}] for line in view.lines]
    links = [{"tag": "a", "text": f"{label} ", "href": url} for label, url in _links(view)]
    content = [*lines, links] if links else lines
    body: dict[str, object] = {
        "msg_type": "post",
        "content": {"post": {"zh_cn": {"title": view.title, "content": content}}},
    }
    if address.secret:
        timestamp = str(int(now.timestamp()))
        body |= {"timestamp": timestamp, "sign": feishu_sign(timestamp, address.secret)}
    return Request(address.url, _json(body))


def feishu_sign(timestamp: str, secret: str) -> str:
    return _base64(hmac.new(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256).digest())


def _dingtalk(address: Address, view: PageView, now: datetime) -> Request:
    text = "\n\n".join([f"#### {_plain(view.title)}", *map(_plain, view.lines), *_markdown_links(view)])
    body = {"msgtype": "markdown", "markdown": {"title": view.title, "text": text}}
    if not address.secret:
        return Request(address.url, _json(body))
    timestamp = str(int(now.timestamp() * 1000))
    joint = "&" if "?" in address.url else "?"
    sign = quote_plus(dingtalk_sign(timestamp, address.secret))
    return Request(f"{address.url}{joint}timestamp={timestamp}&sign={sign}", _json(body))


def dingtalk_sign(timestamp: str, secret: str) -> str:
    return _base64(hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256).digest())


def _wecom(address: Address, view: PageView, now: datetime) -> Request:
    del now
    text = "\n".join([f"**{_plain(view.title)}**", *map(_plain, view.lines), *_markdown_links(view)])
    cut = text.encode()[:WECOM_BYTES].decode(errors="ignore")
    return Request(address.url, _json({"msgtype": "markdown", "markdown": {"content": cut}}))


def _ntfy(address: Address, view: PageView, now: datetime) -> Request:
    """The topic is the end of the address; JSON goes to the server's root."""
    del now
    parts = urlsplit(address.url)
    root, _, topic = parts.path.rstrip("/").rpartition("/")
    body: dict[str, object] = {
        "topic": topic,
        "title": view.title,
        "message": "\n".join(view.lines),
        "priority": NTFY_URGENT if view.urgent else NTFY_USUAL,
    }
    if links := _links(view):
        body["click"] = links[0][1]
        body["actions"] = [{"action": "view", "label": label, "url": url} for label, url in links]
    headers = {"Authorization": f"Bearer {address.secret}"} if address.secret else {}
    return Request(urlunsplit(parts._replace(path=f"{root}/", query="")), _json(body), headers)


def _any(address: Address, view: PageView, now: datetime) -> Request:
    """Our own shape, for any program: docs/operations.md, "When an alarm is not noticed". The key is the same for
    every attempt, so that a receiver can take each page once.
    """
    body = _json(
        {
            "v": 1,
            "key": view.key,
            "title": view.title,
            "lines": list(view.lines),
            "urgent": view.urgent,
            "link": view.link,
            "acknowledge": view.acknowledge,
        }
    )
    headers = {"Idempotency-Key": view.key}
    if address.secret:
        timestamp = str(int(now.timestamp()))
        headers |= {
            "X-Amends-Timestamp": timestamp,
            "X-Amends-Signature": any_sign(timestamp, body, address.secret),
        }
    return Request(address.url, body, headers)


def any_sign(timestamp: str, body: bytes, secret: str) -> str:
    """Hexadecimal, over the timestamp, a dot and the body as sent."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _links(view: PageView) -> list[tuple[str, str]]:
    offered = ((view.acknowledge_label, view.acknowledge), (view.link_label, view.link))
    return [(label, url) for label, url in offered if url]


def _markdown_links(view: PageView) -> list[str]:
    shown = " · ".join(f"[{_plain(label)}]({url})" for label, url in _links(view))
    return [shown] if shown else []


def _plain(text: str) -> str:
    """Our own words; brackets and the like must not start markup all the same."""
    return "".join(f"\\{char}" if char in "\\`*_[]#<>" else char for char in text)


def _json(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


_SHAPES: dict[str, Callable[[Address, PageView, datetime], Request]] = {
    "feishu": _feishu,
    "dingtalk": _dingtalk,
    "wecom": _wecom,
    "ntfy": _ntfy,
    "webhook": _any,
}
