"""The texts for buyers: parallel catalogues, rendered from facts through a small renderer.

Only names on the list below can be filled, a value is never read as a template, and a name that nobody filled is
an error, not an empty place. Dates and money go through Babel in the language of the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, get_timezone_name
from babel.numbers import format_currency, get_currency_precision

from flows import phrases
from flows.values import Money, aware

FALLBACK = "en"
Value = str | datetime | Money

# `update_by`, `promised_by` and `act_by` are promises: an approved text with one starts a promise deadline.
# `answer_by` binds us only once the buyer does something first ("just reply; you have our answer by ...").
ALLOWED: Mapping[str, type] = MappingProxyType(
    {
        "shop": str,
        "order": str,
        "issue": str,
        "platform": str,
        "facts": str,
        "answer_by": datetime,
        "promised_by": datetime,
        "update_by": datetime,
        "act_by": datetime,
        "amount": Money,
        "reference": str,
    }
)


class MissingPlaceholder(KeyError):
    """A text needs a value that was not given. `key` is the text, `name` the placeholder."""

    def __init__(self, key: str, name: str) -> None:
        super().__init__(f"{key}: nothing was given for {{{name}}}")
        self.key = key
        self.name = name


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Texts by language and key. English must be among the languages: it stands in for those not there.

    `allowed` are the placeholders a text may carry; None for staff's words, which `flows.rich.fill` fills.
    """

    languages: phrases.Languages
    allowed: frozenset[str] | None = frozenset(ALLOWED)

    def keys(self) -> frozenset[str]:
        return frozenset(self.languages[FALLBACK])

    def placeholders(self, key: str) -> frozenset[str]:
        """The names this text needs. Raises KeyError for an unknown key."""
        return phrases.placeholders(self.languages[FALLBACK][key])

    def language_for(self, tag: str) -> str:
        """The catalogue language for a tag such as zh-CN: its first part, or English."""
        primary = tag.replace("_", "-").split("-")[0].lower()
        return primary if primary in self.languages else FALLBACK

    def template(self, key: str, language: str) -> str:
        """The text as it stands in the catalogue, placeholders and all. Raises KeyError for an unknown key."""
        return self.languages[self._language_with(key, language)][key]

    def _language_with(self, key: str, language: str) -> str:
        chosen = self.language_for(language)
        return chosen if key in self.languages[chosen] else FALLBACK

    def render(self, key: str, language: str, params: Mapping[str, Value], zone: str) -> str:
        """The text with its values filled in; instants are shown in `zone` (IANA name) with the zone's name.

        Raises KeyError for an unknown key, MissingPlaceholder for a value not given, ValueError for a naive
        datetime or an unknown zone.
        """
        chosen = self._language_with(key, language)
        split = phrases.PLACEHOLDER.split(self.languages[chosen][key])
        return "".join(
            _value(key, text, params, chosen, zone) if index % 2 else text for index, text in enumerate(split)
        )

    def problems(self) -> tuple[str, ...]:
        """What keeps the languages from being parallel, and placeholders that are not on the list."""
        return (*phrases.differences(self.languages), *self._unlisted())

    def _unlisted(self) -> tuple[str, ...]:
        if self.allowed is None:
            return ()
        return tuple(
            f"{key} ({language}): {{{name}}} is not a placeholder that can be filled"
            for language, texts in self.languages.items()
            for key, text in texts.items()
            for name in sorted(phrases.placeholders(text) - self.allowed)
        )


def _value(key: str, name: str, params: Mapping[str, Value], language: str, zone: str) -> str:
    if name not in params or name not in ALLOWED:
        raise MissingPlaceholder(key, name)
    match params[name]:
        case datetime() as instant:
            return show_instant(instant, language, zone)
        case Money() as money:
            return show_money(money, language)
        case text:
            return text


def show_instant(instant: datetime, language: str, zone: str) -> str:
    """Date, time and the zone's name as that language writes them, with ordinary spaces.

    Raises ValueError for a naive instant or an unknown zone.
    """
    try:
        local = aware(instant).astimezone(ZoneInfo(zone))
    except (KeyError, OSError) as error:
        raise ValueError(f"unknown time zone {zone!r}") from error
    locale = Locale.parse(language)
    join = str(locale.datetime_formats["medium"]).replace("'", "")
    named = f"{_plain(format_time(local, 'short', locale=locale))} ({_zone_name(local, zone, locale)})"
    return join.format(named, _plain(format_date(local, "long", locale=locale)))


def show_day(day: date, language: str) -> str:
    """A date without a time, as that language writes it."""
    return _plain(format_date(day, "long", locale=Locale.parse(language)))


def show_money(money: Money, language: str) -> str:
    """The amount as that language writes it; minor units by the currency (yen have none)."""
    amount = Decimal(money.minor).scaleb(-get_currency_precision(money.currency))
    return _plain(format_currency(amount, money.currency, locale=Locale.parse(language)))


def _zone_name(local: datetime, zone: str, locale: Locale) -> str:
    if zone.rsplit("/", 1)[-1] in {"UTC", "UCT", "Zulu", "Universal"}:
        return "UTC"
    return get_timezone_name(local, width="long", locale=locale)


def _plain(text: str) -> str:
    """Babel's narrow and no-break spaces as ordinary ones: marketplaces mangle them."""
    return text.replace("\u202f", " ").replace("\xa0", " ")
