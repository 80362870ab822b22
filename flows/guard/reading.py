"""How the guard reads a text: the form in which words are compared, sentences, dates, and what stands before."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

MARKETPLACES = frozenset({"amazon", "ebay", "aliexpress", "walmart", "etsy", "tiktok"})
READ_LIMIT = 20_000  # characters looked at: beyond any platform's limit, and `too long` is found anyway


@dataclass(frozen=True, slots=True)
class Draft:
    """A text to check: as it is, and as it is read. `platform` is the order's, `channel` where it goes."""

    text: str
    read: str
    platform: str | None
    channel: str

    @property
    def on_marketplace(self) -> bool:
        """The stricter of the channel's and the order's platform counts."""
        return bool(self.marketplaces)

    @property
    def marketplaces(self) -> frozenset[str]:
        """Whose rules the text must keep, all of them."""
        return MARKETPLACES & {self.platform or "", self.channel}

    def concerns(self, platform: str) -> bool:
        return platform in (self.platform, self.channel)


def draft(text: str, platform: str | None, channel: str) -> Draft:
    return Draft(text, readable(text[:READ_LIMIT]), platform, channel)


_CJK = "\u3040-\u30ff\u3400-\u9fff"
_SCRIPT_BORDER = re.compile(rf"(?<=[{_CJK}])(?=[a-z])|(?<=[a-z])(?=[{_CJK}])")


def readable(text: str) -> str:
    """One form for comparing: full-width and styled letters plain, invisible characters gone, lower case.

    A space parts Latin from Chinese letters, so that a word border is where a reader sees one ("加whatsapp").
    """
    if text.isascii():
        return text.lower()  # nothing of all this is in it, and every text that is sent passes here
    composed = unicodedata.normalize("NFKC", text).replace("’", "'")
    unseen = {ord(char): None for char in set(composed) if unicodedata.category(char) == "Cf"}
    return _SCRIPT_BORDER.sub(" ", composed.translate(unseen).lower() if unseen else composed.lower())


_SENTENCE_END = re.compile(r"[.!?](?=\s|$)|[。！？!?\n]")


def sentences(read: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence or line."""
    start = 0
    for mark in _SENTENCE_END.finditer(read):
        yield start, mark.end()
        start = mark.end()
    yield start, len(read)


_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|dic|mär|mai|okt|dez|fév|avr|juin|juil|août"
    r"|déc"
    r"|янв|фев|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек)\w{0,9}"
)
_SPAN = (
    r"hours?|hrs?|h|days?|weeks?|minutes?|horas?|días?|dias?|semanas?|stunden?|tagen?|tage|wochen?|werktagen?"
    r"|heures?|jours?|semaines?"
)
_DATE = re.compile(
    r"\d{1,4}[./-]\d{1,2}\b|\d{1,2}:\d{2}|\d{1,2}月\d{1,2}|\d\s*(?:个工作)?[天日]|\d\s*个?(?:小时|分钟|周|星期)"
    rf"|\d\s?-?(?:business |working |calendar )?(?:{_SPAN})\b|\d\s*(?:час|дн|ден|недел)"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:of |de )?{_MONTH}|\b{_MONTH}\s+\d{{1,2}}"
    r"|\b(?:today|tomorrow|tonight|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b"
    r"|今天|明天|后天|本周|下周|星期|周[一二三四五六日]"
    r"|\b(?:hoy|mañana|lunes|martes|miércoles|jueves|viernes|sábado|domingo)\b"
    r"|\b(?:heute|morgen|übermorgen|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch)\b"
    r"|\b(?:aujourd'hui|demain|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b|сегодня|завтра"
)


def names_a_date(read: str) -> bool:
    """A date, a clock time, a weekday or a stated span, in any of the languages we know."""
    return _DATE.search(read) is not None


_NEGATION = re.compile(
    r"\b(?:not|never|isn't|wasn't|no|nicht|kein\w*|nie|pas|jamais|nunca|tampoco|не|нет)\b(?:\s+\w+){0,2}\s*$"
    r"|(?:不|没|非|别)\S{0,2}$"
)


def negated(read: str, start: int) -> bool:
    """Whether a negation stands within two words before `start`: "this is not your fault"."""
    return _NEGATION.search(read[max(0, start - 40) : start]) is not None
