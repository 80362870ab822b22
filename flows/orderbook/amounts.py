"""Amounts as people and marketplaces write them, read without floats.

"24.99", "US $24.99", "1.234,56 EUR", "￥1,200", "1 234,56". A lone separator before exactly three digits is a
thousands separator, unless the file shows elsewhere that it is the decimal one (`decimal_sign`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from babel.numbers import get_currency_precision, list_currencies

from flows.values import Money

MOST_MINOR = 10**13
_CURRENCIES = frozenset(list_currencies())
# A bare "$" or "¥" names several currencies: the file, the site or --currency must say which.
SIGNS = {
    "US$": "USD", "USD$": "USD", "C$": "CAD", "CA$": "CAD", "CAD$": "CAD", "A$": "AUD", "AU$": "AUD", "R$": "BRL",
    "MX$": "MXN", "S$": "SGD", "HK$": "HKD", "NT$": "TWD", "€": "EUR", "£": "GBP", "₽": "RUB", "₩": "KRW",
    "zł": "PLN", "₺": "TRY", "₪": "ILS", "₹": "INR", "CN¥": "CNY", "RMB": "CNY", "元": "CNY", "円": "JPY",
    "JP¥": "JPY", "руб.": "RUB",
}  # fmt: skip
AMBIGUOUS = {"$": ("USD", "CAD", "AUD", "MXN", "SGD"), "¥": ("CNY", "JPY"), "kr": ("SEK", "NOK", "DKK")}
_NUMBER = re.compile(r"[-+(]?\s*\d[\d.,' ]*\)?")


class NoAmount(ValueError):
    """Not an amount; the message says why, and what to write."""


def decimal_sign(values: Iterable[str]) -> str:
    """The decimal sign that these values prove to be used, or "" when none does or they disagree."""
    found = {sign for value in values if (sign := _proves(_digits(value)[0]))}
    return found.pop() if len(found) == 1 else ""


def read_money(text: str, currency: str = "", decimal: str = "", default: str = "") -> Money:
    """The amount. `currency` is what its row says: a sign in the text must not contradict it. `default` is for
    amounts that name none. Raises NoAmount.
    """
    number, rest = _digits(text)
    code = _currency(rest, currency, default)
    try:
        value = Decimal(_plain(number, decimal, get_currency_precision(code)))
    except InvalidOperation:
        raise NoAmount(f"{text!r} is no amount: write it like 24.99") from None
    if value < 0:
        raise NoAmount(f"{text!r} is negative")
    minor = value.scaleb(get_currency_precision(code))
    if minor != minor.to_integral_value():
        raise NoAmount(f"{text!r} has more decimals than {code} has")
    if minor > MOST_MINOR:
        raise NoAmount(f"{text!r} is more than anybody pays")
    return Money(int(minor), code)


def read_amount(text: str, decimal: str = "") -> Decimal:
    """A number without a currency. Raises NoAmount."""
    number, rest = _digits(text)
    if rest:
        raise NoAmount(f"{text!r} is no plain number")
    try:
        return Decimal(_plain(number, decimal, 0))
    except InvalidOperation:
        raise NoAmount(f"{text!r} is no number") from None


def written(money: Money) -> str:
    """ "24.99 EUR": how amounts are stored as facts and shown in lists."""
    places = get_currency_precision(money.currency)
    return f"{Decimal(money.minor).scaleb(-places):.{places}f} {money.currency}"


def _digits(text: str) -> tuple[str, str]:
    """(the digits with their separators, whatever else stands there)."""
    plain = unicodedata.normalize("NFKC", text).strip().lstrip("'")
    plain = re.sub(r"[\u00a0\u202f\u2009\s]+", " ", plain)
    found = _NUMBER.search(plain)
    if found is None:
        raise NoAmount(f"{text!r} is no amount: write it like 24.99")
    number = found.group().strip()
    rest = f"{plain[: found.start()]} {plain[found.end() :]}".strip()
    if number.startswith("(") and number.endswith(")"):
        number = f"-{number[1:-1]}"
    elif rest.startswith("-"):
        number, rest = f"-{number}", rest[1:].strip()
    return number.replace(" ", "").replace("'", "").rstrip(".,"), rest


def _currency(rest: str, given: str, default: str) -> str:
    sign = rest.replace(" ", "")
    said = sign.upper() if sign.upper() in _CURRENCIES else SIGNS.get(sign, "")
    if not said and len(sign) > 3 and sign[:3].upper() in _CURRENCIES and sign[3:] in AMBIGUOUS:
        said = sign[:3].upper()
    given = given.strip().upper()
    if given and given not in _CURRENCIES:
        raise NoAmount(f"{given!r} is no ISO 4217 currency, such as EUR")
    if sign in AMBIGUOUS:
        if given or default in AMBIGUOUS[sign]:
            return given or default
        raise NoAmount(f'"{sign}" may be {", ".join(AMBIGUOUS[sign])}: say which with --currency')
    if sign and not said:
        raise NoAmount(f"{rest!r} is no currency that is known here")
    if said and given and said != given:
        raise NoAmount(f"the amount is in {said}, its currency column says {given}")
    if not said and not given and not default:
        raise NoAmount("no currency: say which with --currency")
    return said or given or default


def _proves(number: str) -> str:
    """Both separators: the last is decimal. One: it is when it does not stand once before exactly three digits."""
    dot, comma = number.rfind("."), number.rfind(",")
    if dot >= 0 and comma >= 0:
        return "." if dot > comma else ","
    sign = "." if dot >= 0 else "," if comma >= 0 else ""
    if not sign or number.count(sign) > 1:
        return ""
    return "" if len(number) - number.rfind(sign) - 1 == 3 else sign


def _plain(number: str, decimal: str, places: int) -> str:
    """The number with a point for decimals and nothing between thousands."""
    sign = _proves(number)
    if not sign and decimal and number.count(decimal) == 1:
        sign = decimal
    if not sign and places == 3 and "." in number and number.count(".") == 1 and "," not in number:
        sign = "."
    other = {".": ",", ",": ".", "": ".,"}[sign]
    whole = number
    for char in other:
        whole = whole.replace(char, "")
    return whole.replace(",", ".") if sign == "," else whole
