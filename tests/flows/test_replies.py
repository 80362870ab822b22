"""The buyers' texts: parallel, filled completely, and never read as templates twice."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flows
from flows import phrases
from flows.replies import Catalogue, MissingPlaceholder, parse
from flows.replies.catalogue import ALLOWED, Value, show_instant, show_money
from flows.values import Money

LANGUAGES = ("en", "zh", "es", "de")
FOLDER = Path(flows.__file__).parent / "replies"
TEXTS = Catalogue(
    {
        language: parse(language, (FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
        for language in LANGUAGES
    }
)
PHRASES = ("issue.", "choice.", "refund.inside")
KEYS = sorted(key for key in TEXTS.keys() if not key.startswith(PHRASES))  # noqa: SIM118 - phrases, not texts
AT = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
FILLED: dict[str, Value] = {
    "shop": "Lumen Store",
    "order": "123-1234567-1234567",
    "issue": "your item does not work",
    "platform": "Amazon",
    "facts": "Delivered on 21 November 2026, signed by the recipient.",
    "answer_by": AT,
    "promised_by": AT,
    "update_by": AT,
    "act_by": AT,
    "amount": Money(1999, "EUR"),
    "reference": "DHL 00340434161094015902",
}


def test_all_languages_have_the_same_keys_and_placeholders() -> None:
    """Staff read in their language exactly what the buyer reads in his."""
    assert TEXTS.problems() == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_renders_whole_and_signed(language: str) -> None:
    """No brace, no blank line too many, and the shop's name at the end of each."""
    for key in KEYS:
        text = TEXTS.render(key, language, FILLED, "Europe/Berlin")
        assert text.endswith("Lumen Store")
        assert "{" not in text
        assert "\n\n\n" not in text
        assert text == text.strip()
        assert len(text) < 1_000, "Amazon takes 2000, and a buyer reads a few lines"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_without_a_date_is_known_by_name(language: str) -> None:
    """No promise without a date; only texts for the marketplace speak of none; a mere
    "you are welcome", "it is done" and "is it solved?" promise nothing."""
    undated = {
        key for key in KEYS if not TEXTS.placeholders(key) & {"answer_by", "promised_by", "update_by", "act_by"}
    }

    for_the_platform = {
        "claim.represent", "claim.accept", "claim.holding", "claim.appeal", "cf.papers_text", "dmg.certificate",
        "esc.appeal_text", "claim.late", "cb.represent_text", "rev.removal_text",
    }  # fmt: skip
    questions = {"parcel.stuck", "parcel.late", "follow.solved"}  # they ask, and promise nothing
    done = {key for key in KEYS if key.startswith("done.")} - {"done.already"}
    assert undated == for_the_platform | questions | done | {"thx.welcome"}
    assert "soon" not in TEXTS.template("receipt", language)


@pytest.mark.parametrize(
    ("language", "zone", "shown"),
    [
        ("en", "UTC", "November 23, 2026, 8:30 AM (UTC)"),
        ("en", "America/New_York", "November 23, 2026, 3:30 AM (Eastern Standard Time)"),
        ("zh", "Asia/Shanghai", "2026年11月23日 16:30 (中国标准时间)"),
        ("es", "Europe/Madrid", "23 de noviembre de 2026, 9:30 (hora estándar de Europa central)"),
        ("de", "Europe/Berlin", "23. November 2026, 09:30 (Mitteleuropäische Normalzeit)"),
    ],
)
def test_instants_are_shown_in_the_buyers_language_with_the_zone(language: str, zone: str, shown: str) -> None:
    """A time without its zone is a promise that half the buyers misread."""
    assert show_instant(AT, language, zone) == shown


@pytest.mark.parametrize(
    ("money", "language", "shown"),
    [
        (Money(1999, "EUR"), "de", "19,99 €"),
        (Money(1999, "USD"), "en", "$19.99"),
        (Money(500, "JPY"), "en", "¥500"),
        (Money(-5, "EUR"), "en", "-€0.05"),
    ],
)
def test_money_is_shown_by_its_currency(money: Money, language: str, shown: str) -> None:
    """Yen have no minor unit: 500 is five hundred yen, not five."""
    assert show_money(money, language) == shown


def test_a_missing_value_is_an_error_that_names_it() -> None:
    """A text with a hole in it must never get as far as a buyer."""
    with pytest.raises(MissingPlaceholder, match="answer_by") as caught:
        TEXTS.render("receipt", "en", {"shop": "Lumen"}, "UTC")

    assert (caught.value.key, caught.value.name) == ("receipt", "answer_by")


@pytest.mark.parametrize("tag", ["fr", "pt-BR", "xx", ""])
def test_a_language_that_lacks_gets_english(tag: str) -> None:
    """Better English than nothing: the case is answered, and staff see which language went out."""
    assert TEXTS.render("unsure.person", tag, FILLED, "UTC") == TEXTS.render("unsure.person", "en", FILLED, "UTC")


@pytest.mark.parametrize("tag", ["zh-CN", "zh_Hans_CN", "ZH"])
def test_a_regional_tag_finds_its_language(tag: str) -> None:
    """Telegram says zh-hans, Slack zh-CN: both read Chinese."""
    assert TEXTS.language_for(tag) == "zh"


def test_a_key_missing_in_one_language_falls_back_to_english() -> None:
    """A shop's own catalogue may lag behind; the reply still goes out."""
    half = Catalogue({"en": {"a": "Hello {shop}"}, "de": {}})

    assert half.render("a", "de", {"shop": "Lumen"}, "UTC") == "Hello Lumen"
    assert half.problems() == ("a: is in en but not in de",)


@given(st.text())
def test_a_value_is_never_read_as_a_template(value: str) -> None:
    """A buyer who calls his order "{shop}" gets that back, letter for letter."""
    one = Catalogue({"en": {"a": "[{order}] {shop}"}})

    assert one.render("a", "en", {"order": value, "shop": "{order}"}, "UTC") == f"[{value}] {{order}}"


def test_only_listed_placeholders_can_be_filled() -> None:
    """A text that a shop edits must not reach for anything else, however it is spelt."""
    odd = Catalogue({"en": {"a": "{password} {shop}", "b": "{shop.__class__}"}})

    assert odd.problems() == ("a (en): {password} is not a placeholder that can be filled",)
    with pytest.raises(MissingPlaceholder):
        odd.render("a", "en", {"password": "x", "shop": "y"}, "UTC")
    assert odd.render("b", "en", {"shop": "y"}, "UTC") == "{shop.__class__}"
    assert set(FILLED) == set(ALLOWED)


@pytest.mark.parametrize(
    ("instant", "zone"), [(AT.replace(tzinfo=None), "UTC"), (AT, "Mars/Olympus"), (AT, "America")]
)
def test_a_naive_instant_or_an_unknown_zone_is_refused(instant: datetime, zone: str) -> None:
    """Either would show a buyer a time that is a guess."""
    with pytest.raises(ValueError, match="zone"):
        show_instant(instant, "en", zone)


@given(st.integers(946_684_800, 4_102_444_800), st.sampled_from(LANGUAGES))
def test_any_instant_renders_in_every_language(seconds: int, language: str) -> None:
    """No date of this century, however odd, may keep a reply from going out."""
    instant = datetime.fromtimestamp(seconds, UTC)
    shown = show_instant(instant, language, "America/St_Johns")

    assert str(instant.year) in shown or str(instant.year - 1) in shown
    assert "\u202f" not in shown


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a = ", "Invalid value"),
        ("inr.ask = 'x'", "quote the whole key"),
        ("'a' = ''", "not a plain phrase"),
        ("'a' = 3", "not a plain phrase"),
    ],
)
def test_a_file_that_is_no_phrase_book_is_refused(text: str, complaint: str) -> None:
    """The start stops with the language and the key, not with a stack trace at the first reply."""
    with pytest.raises(phrases.PhrasesError, match=f"(?s)^de: .*{complaint}|{complaint}"):
        parse("de", text)


def test_differences_name_key_and_languages() -> None:
    """Whoever translates must see what is missing where."""
    found = phrases.differences({"en": {"a": "{x}", "b": "y"}, "zh": {"a": "{y}", "c": "z"}})

    assert found == (
        "b: is in en but not in zh",
        "c: is in zh but not in en",
        "a: x, y stands in only one of en and zh",
    )
