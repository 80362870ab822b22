"""Where a webhook goes and whose shape it has. Pure.

The kind follows from the host, or is said before the address: `feishu+https://…`, `ntfy+https://own.example/a`.
What stands after `#` is the receiver's secret: Feishu's and DingTalk's signing secret, ntfy's access token, the
plain kind's key for a signature. A fragment is never sent to a server.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

KINDS = ("feishu", "dingtalk", "wecom", "ntfy", "webhook")
_HOSTS = {
    "open.feishu.cn": "feishu",
    "open.larksuite.com": "feishu",
    "oapi.dingtalk.com": "dingtalk",
    "qyapi.weixin.qq.com": "wecom",
    "ntfy.sh": "ntfy",
}


class AddressError(ValueError):
    """Not an address we can use. The message says what to write, and shows nothing of what was written."""


@dataclass(frozen=True, slots=True)
class Address:
    """`url` and `secret` are secrets, both: whoever has the address may post."""

    kind: str
    url: str = field(repr=False)
    secret: str = field(default="", repr=False)

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""


def read_address(text: str) -> Address:
    """Raises AddressError."""
    said, plus, rest = text.strip().partition("+")
    kind, address = (said, rest) if plus and said in KINDS else ("", text.strip())
    parts = _parts(address)
    if parts is None:
        raise AddressError(f"write https://…, or one of {', '.join(KINDS)} and a plus sign before it")
    kind = kind or _HOSTS.get(parts.hostname or "", "webhook")
    if kind == "ntfy" and not parts.path.strip("/"):
        raise AddressError("an ntfy address ends with its topic, such as https://ntfy.sh/my-own-topic")
    return Address(kind, urlunsplit(parts._replace(fragment="")), unquote(parts.fragment))


def _parts(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # half an IPv6 address, a port that is no number
        return None
    return parts if usable else None
