"""Contact data, links and payment: what leads the buyer away from the platform the order is on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flows.guard import lexicon
from flows.guard.reading import Draft
from flows.view import Finding

_EMAIL = re.compile(
    r"[\w.+-]{1,64}\s?(?:@|\(at\)|\[at\]|\{at\})\s?[\w-]{1,63}\s?(?:\.|\(dot\)|\[dot\]|dot )\s?[a-z]{2,}"
    r"|\b[\w.+-]{1,64} at [\w-]{1,63} dot [a-z]{2,}\b"
)
_ORDER = re.compile(r"\d{3}-\d{7}-\d{7}|\d{2}-\d{5}-\d{5}|\d{16,}")
_PHONE_WORD = (
    r"(?:phone|call us|call me|tel\.?|telephone|mobile|hotline|电话|手机|致电|teléfono|móvil|telefon|handy"
    r"|téléphone|телефон)"
)
_PHONE = re.compile(
    r"\+\d[\d\s().-]{7,20}\d|\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b|(?<![\d-])1[3-9]\d{9}(?!\d)"
    rf"|\b0\d{{2,4}}[ /-]\d{{5,9}}\b|{_PHONE_WORD}[^\d\n]{{0,20}}\d[\d\s().-]{{5,20}}\d"
)
_HANDLE = re.compile(r"(?<![\w@.])@[a-z]\w{3,31}\b")
_ENDINGS = "com|net|org|info|biz|shop|store|online|site|app|io|co|ly|me|cn|de|es|fr|it|uk|ru|eu|jp"
_LINK = re.compile(
    r"https?://\S{1,200}|\bwww\.\S{1,200}"
    rf"|(?<![\w@.-])(?:[a-z0-9-]{{1,63}}\.){{1,4}}(?:{_ENDINGS})(?:/\S{{0,200}}|\b(?!\.\w))"
)
_OWN_SITES = {"amazon": re.compile(r"amazon\.[a-z.]{2,6}"), "ebay": re.compile(r"ebay\.[a-z.]{2,6}")}

_REPLY_HERE = "Write “reply to this message” instead."


def check_contact(draft: Draft) -> Iterator[Finding]:
    """Blocked on a marketplace order or channel; elsewhere a warning."""
    level = "block" if draft.on_marketplace else "warn"
    without_orders = _ORDER.sub(" ", draft.read)
    yield from _found(_EMAIL, draft.read, level, "guard.contact.email", "An e-mail address", _REPLY_HERE)
    yield from _found(_PHONE, without_orders, level, "guard.contact.phone", "A phone number", _REPLY_HERE)
    yield from _messengers(draft, level)
    yield from _links(draft, level)
    yield from _found(
        lexicon.PAYMENT, draft.read, level, "guard.off_platform_payment",
        "A payment outside the platform", "Refund through the order itself.",
    )  # fmt: skip


def _found(
    pattern: re.Pattern[str], read: str, level: str, rule: str, what: str, remedy: str
) -> Iterator[Finding]:
    match = pattern.search(read)
    if match:
        yield Finding(
            level, rule, f"{what} leads the buyer away from the platform.", match.group().strip(), remedy
        )


def _messengers(draft: Draft, level: str) -> Iterator[Finding]:
    for name, pattern in lexicon.MESSENGERS.items():
        if name != draft.channel:  # "answer here on Telegram" leads nobody away from Telegram
            yield from _found(
                pattern, draft.read, level, "guard.contact.messenger", "Another messenger", _REPLY_HERE
            )
    yield from _found(_HANDLE, draft.read, level, "guard.contact.messenger", "A messenger name", _REPLY_HERE)


def _links(draft: Draft, level: str) -> Iterator[Finding]:
    own = [_OWN_SITES.get(name) for name in draft.marketplaces]  # a link must suit each of them
    for match in _LINK.finditer(_EMAIL.sub(" ", draft.read)):
        address = match.group().rstrip(".,;:)")
        host = re.sub(r"^https?://|^www\.", "", address).split("/")[0]
        bare = host.removeprefix("www.")
        if not own or not all(site is not None and site.fullmatch(bare) for site in own):
            message = "A link leads the buyer away from the platform."
            yield Finding(level, "guard.contact.link", message, address, "Say it in words, without the link.")
            return
