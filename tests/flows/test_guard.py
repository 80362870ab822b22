"""The guard stops forbidden sentences in any language, and lets our own texts through."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flows
from flows.case import Situation
from flows.guard import check
from flows.guard.evidence import FAULTS, kinds_in
from flows.guard.form import units
from flows.guard.reading import readable
from flows.playbooks import PLAYBOOKS
from flows.replies import Catalogue, parse
from flows.replies.catalogue import Value
from flows.values import Money
from flows.view import Finding

LANGUAGES = ("en", "zh", "es", "de")
FOLDER = Path(flows.__file__).parent / "replies"
TEXTS = Catalogue(
    {
        language: parse(language, (FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
        for language in LANGUAGES
    }
)
AT = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
FILLED: dict[str, Value] = {
    "shop": "Lumen Store",
    "order": "123-1234567-1234567",
    "issue": "your item does not work as it should",
    "facts": "Delivered on 21 November 2026 at 10:14, signed. Tracking number 00340434161094000000.",
    "answer_by": AT,
    "promised_by": AT,
    "update_by": AT,
    "act_by": AT,
    "amount": Money(2490, "EUR"),
    "reference": "DHL 00340434161094015902",
}
VOCABULARY = frozenset(
    {
        "order", "evidence", "wish", "problem", "address", "confirmation", "acceptance", "request", "reason",
        "tracking", "invoice_data",
    }
)  # fmt: skip
WAYS = [
    ("amazon", "telegram"),
    (None, "telegram"),
    ("amazon", "amazon"),
    ("ebay", "telegram"),
    ("aliexpress", "email"),
]


def look(
    text: str,
    platform: str | None = "amazon",
    channel: str = "telegram",
    limit: int = 4096,
    situation: Situation = Situation.OTHER,
    asked: frozenset[str] = frozenset(),
    asks: tuple[str, ...] = (),
    symptom: str | None = None,
) -> tuple[Finding, ...]:
    return check(
        text,
        platform=platform,
        channel_kind=channel,
        limit=limit,
        situation=situation,
        asked=asked,
        asks=asks,
        symptom=symptom,
    )


def rules(findings: tuple[Finding, ...], level: str | None = None) -> set[str]:
    return {finding.rule for finding in findings if level in (None, finding.level)}


@pytest.mark.parametrize(("platform", "channel"), WAYS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai"])
def test_our_own_texts_pass_everywhere(platform: str | None, channel: str, language: str, zone: str) -> None:
    """A guard that cries at its own catalogue is a guard that staff learn to click away."""
    for (situation, key), (asks, symptom) in _branch_texts().items():
        issue = TEXTS.languages[language].get(f"issue.{situation}", "")
        text = TEXTS.render(key, language, {**FILLED, "issue": issue}, zone)
        asked = VOCABULARY - set(asks)
        assert look(text, platform, channel, 2000, situation, asked, asks, symptom) == (), (key, language)


@pytest.mark.parametrize(("platform", "channel"), WAYS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_tells_of_something_done_passes_everywhere(platform: str | None, channel: str, language: str) -> None:
    """No row of a table has them; some go out without a person. All was asked before: none asks it again."""
    for key in sorted(key for key in TEXTS.keys() if key.startswith(("done.", "follow."))):  # noqa: SIM118
        text = TEXTS.render(key, language, FILLED, "Asia/Shanghai")
        asks = ("solved",) if key.startswith("follow.") else ()
        found = look(text, platform, channel, 2000, Situation.DEFECTIVE, VOCABULARY, asks)
        assert found == (), (key, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_automatic_receipts_pass(language: str) -> None:
    """They go out without a person: nobody would see a finding."""
    for key in ("receipt", "receipt.order"):
        text = TEXTS.render(key, language, FILLED, "Asia/Shanghai")
        assert look(text, asked=VOCABULARY) == (), (key, language)


def _branch_texts() -> dict[tuple[Situation, str], tuple[tuple[str, ...], str]]:
    """(situation, key) to what the text asks and the kind of fault it is for; a fallback asks nothing new."""
    found: dict[tuple[Situation, str], tuple[tuple[str, ...], str]] = {}
    rows = [(situation, branch) for situation, book in PLAYBOOKS.items() for branch in book.branches]
    for situation, branch in rows:
        for key in (branch.reply, branch.handoff):
            if key:
                found[situation, key] = branch.asks, branch.name.removeprefix("evidence.")
    for situation, branch in rows:
        if branch.fallback_reply:
            found.setdefault((situation, branch.fallback_reply), ((), ""))
    return found


@pytest.mark.parametrize(
    "text",
    [
        "If you leave us a 5 star review, we will refund you by 3 March.",
        "We refund you today. After you change your feedback, that is.",
        "Please leave a positive review.",
        "给个好评就返现20元",
        "如果您修改差评，我们今天退款",
        "Wenn Sie uns eine gute Bewertung geben, erstatten wir 10 EUR.",
        "Si nos deja una reseña, le enviamos un regalo.",
        "En échange d'un avis, nous vous offrons un cadeau.",
        "Если вы оставите отзыв, мы вернём деньги.",
        "We refund you for ⭐⭐⭐⭐⭐.",
        "We give a voucher for a re\u200bview.",
        "Ｒｅｖｉｅｗ us and get a discount",
    ],
)
@pytest.mark.parametrize(("platform", "channel"), [("amazon", "telegram"), (None, "telegram"), ("ebay", "email")])
def test_a_rating_for_help_is_blocked_in_any_language_and_order(
    text: str, platform: str | None, channel: str
) -> None:
    """The gravest sentence a shop can send: accounts are closed for it."""
    assert "guard.rating_trade" in rules(look(text, platform, channel), "block")


@pytest.mark.parametrize(
    ("platform", "level"), [("amazon", "block"), ("ebay", "warn"), ("aliexpress", "warn"), (None, None)]
)
def test_a_bare_word_about_ratings_counts_by_platform(platform: str | None, level: str | None) -> None:
    """Amazon's scanner drops the message; eBay allows a neutral word after the solution."""
    found = [f for f in look("All is settled. We read every rating.", platform) if f.rule == "guard.rating_word"]

    assert [finding.level for finding in found] == ([level] if level else [])


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Write to help@lumen.example please", "guard.contact.email"),
        ("write to bob (at) gmail dot com", "guard.contact.email"),
        ("Call +49 151 23456789", "guard.contact.phone"),
        ("my number is (555) 123-4567", "guard.contact.phone"),
        ("电话13812345678", "guard.contact.phone"),
        ("请加微信", "guard.contact.messenger"),
        ("加whatsapp聊", "guard.contact.messenger"),
        ("find me @lumen_help", "guard.contact.messenger"),
        ("see https://lumen.example/x", "guard.contact.link"),
        ("see lumen-shop.de/return", "guard.contact.link"),
        ("go to t.me/lumen", "guard.contact.link"),
        ("we pay by PayPal", "guard.off_platform_payment"),
        ("我们私下退款给您", "guard.off_platform_payment"),
    ],
)
def test_contact_data_is_blocked_on_a_marketplace_and_warned_of_elsewhere(text: str, rule: str) -> None:
    """The stricter counts: an Amazon order keeps Amazon's rules on Telegram too."""
    assert rule in rules(look(text, "amazon", "telegram"), "block")
    assert rule in rules(look(text, None, "amazon"), "block")
    assert rule in rules(look(text, None, "telegram"), "warn")


@pytest.mark.parametrize(
    "text",
    [
        "Order 123-1234567-1234567 left us on 21 November 2026 at 10:14.",
        "Order 12-12345-12345 and 8123456789012345 are one parcel.",
        "Tracking number 00340434161094000000, DHL 1234567890.",
        "We refund $1,250.00 (EUR 1.150,00) by 2026-11-23.",
        "Reply here on Telegram.",
        "The parcel is 30.5 cm long. It weighs 2.3 kg.",
    ],
)
def test_order_and_tracking_numbers_are_no_contact_data(text: str) -> None:
    """Without them no logistics answer could be written."""
    assert look(text) == ()


def test_the_platforms_own_pages_are_no_outside_link() -> None:
    """Amazon's return page helps to complete the order; another site's does not."""
    assert look("Please see www.amazon.de/returns by 3 March.", "amazon") == ()
    assert "guard.contact.link" in rules(look("See www.amazon.de.evil.example.com", "amazon"))


@pytest.mark.parametrize(
    "text",
    [
        "It is your own fault.",
        "You should have read the manual.",
        "您自己弄坏的",
        "属于您使用不当",
        "Das ist Ihre eigene Schuld.",
        "Es culpa suya.",
        "C'est votre faute.",
    ],
)
def test_blaming_the_buyer_is_blocked(text: str) -> None:
    """Even when it is true it loses the case."""
    assert "guard.blame" in rules(look(text), "block")


@pytest.mark.parametrize("text", ["This is not your fault.", "这不是您的错。", "Das ist nicht Ihre Schuld."])
def test_taking_the_blame_off_the_buyer_is_fine(text: str) -> None:
    """A kind sentence must not be stopped for its words."""
    assert "guard.blame" not in rules(look(text))


@pytest.mark.parametrize(
    "text",
    [
        "Please close the case and we refund.",
        "请先确认收货",
        "Bitte den Antrag zurückziehen.",
        "Retire la reclamación.",
    ],
)
def test_pressing_the_buyer_to_withdraw_is_blocked(text: str) -> None:
    """Inducing early confirmation is a violation of its own, and a never of the claim playbook."""
    assert "guard.withdrawal" in rules(look(text), "block")


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        ("Your parcel will arrive soon.", True),
        ("It was sent on 3 March. It will arrive soon.", True),
        ("Your parcel will arrive soon, by 3 March.", False),
        ("We answer as soon as you write.", False),
        ("我们会尽快处理", True),
        ("我们会在3月5日前尽快处理", False),
        ("Wir melden uns bald.", True),
        ("Le respondemos pronto.", True),
    ],
)
def test_soon_needs_a_date(text: str, warned: bool) -> None:
    """ "Soon" is the promise that opens disputes."""
    assert ("guard.no_date" in rules(look(text), "warn")) is warned


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        ("We are sorry.", True),
        ("We are sorry and refund you.", True),
        ("We are sorry and refund you by 3 March.", False),
        ("非常抱歉", True),
        ("非常抱歉，我们将在3月5日前退款", False),
        ("Es tut uns leid.", True),
    ],
)
def test_an_apology_needs_a_plan_and_a_date(text: str, warned: bool) -> None:
    """Sorry alone solves nothing, and the buyer writes again tomorrow."""
    assert ("guard.apology" in rules(look(text), "warn")) is warned


@pytest.mark.parametrize(
    ("text", "asked", "asks", "blocked"),
    [
        ("Hello.", frozenset({"order"}), ("order",), True),
        ("Please send us the order number.", frozenset({"order"}), (), True),
        ("请把订单号发给我们", frozenset({"order"}), (), True),
        ("Bitte senden Sie uns Fotos.", frozenset({"evidence"}), (), True),
        ("Envíenos fotos, por favor.", frozenset({"evidence"}), (), True),
        ("Thank you for the photos you sent, please wait until 3 March.", frozenset({"evidence"}), (), False),
        ("Please send us the order number.", frozenset({"evidence"}), (), False),
        ("Please send us the order number.", frozenset(), ("order",), False),
    ],
)
def test_a_question_is_never_put_twice(
    text: str, asked: frozenset[str], asks: tuple[str, ...], blocked: bool
) -> None:
    """Declared by the branch or worded by a person: asking again is the first never."""
    assert ("guard.asked_before" in rules(look(text, asked=asked, asks=asks), "block")) is blocked


@pytest.mark.parametrize(
    ("symptom", "text", "useless"),
    [
        ("no_function", "If you like, please send us a photo of the phone.", True),
        ("no_function", "If you like, please send us a short video.", False),
        ("no_function", "Wenn Sie möchten, senden Sie uns bitte ein Foto.", True),
        ("no_function", "如果您愿意，请发给我们一张照片。", True),
        ("no_function", "如果您愿意，请发给我们一段视频或照片。", False),
        ("stops", "Si lo desea, envíenos una foto.", True),
        ("stops", "If you like, please send us a video with a clock.", False),
        ("surface", "If you like, please send us a video of the room.", True),
        ("surface", "If you like, please send us two photos of the scratch.", False),
        ("size", "If you like, please send us a photo with a ruler.", False),
        ("missing", "If you like, please send us a close-up picture.", True),
        ("missing", "If you like, please send us a photo of everything in the parcel.", False),
        ("parcel", "If you like, please send us photos of the box and its label.", False),
        (None, "If you like, please send us a photo.", False),
    ],
)
def test_evidence_must_be_able_to_show_the_fault(symptom: str | None, text: str, useless: bool) -> None:
    """A photo of a silent phone costs the buyer a day and proves nothing (17A)."""
    found = look(text, situation=Situation.DEFECTIVE, asks=("evidence",), symptom=symptom)

    assert rules(found) == ({"guard.evidence_useless"} if useless else set())


@pytest.mark.parametrize("symptom", FAULTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_requests_name_evidence_that_fits(symptom: str, language: str) -> None:
    """In every language the text for a fault asks for something that can show it."""
    text = TEXTS.render(f"evidence.{symptom}", language, FILLED, "UTC")

    assert kinds_in(readable(text)) & FAULTS[symptom].useful


@pytest.mark.parametrize("situation", [Situation.DAMAGED, Situation.DEFECTIVE, Situation.MISSING_PART])
def test_evidence_is_asked_for_as_a_wish(situation: Situation) -> None:
    """Pressed for photos, a buyer opens the dispute instead."""
    pressed = look("Please send us photos.", situation=situation, asks=("evidence",))
    free = look("If you like, send us photos.", situation=situation, asks=("evidence",))

    assert rules(pressed) == {"guard.evidence_pressed"}
    assert free == ()


@pytest.mark.parametrize("text", ["Dear {name},", "Hello [BUYER NAME]", "Order XXX", "by TBD", "Dear ____", "{}"])
def test_an_unfilled_placeholder_is_blocked(text: str) -> None:
    """ "Dear {name}" tells the buyer that nobody read his message."""
    assert "guard.placeholder" in rules(look(text), "block")


@pytest.mark.parametrize(
    "text", ["", "   ", "\n\t", "\u200b\u200b", "\u3000"], ids=["none", "spaces", "breaks", "invisible", "wide"]
)
def test_an_empty_text_is_blocked(text: str) -> None:
    """Invisible is empty too."""
    assert rules(look(text), "block") == {"guard.empty"}


@pytest.mark.parametrize("char", ["\0", "\x07", "\x1b", "\x7f", "\ud800", "\u202e"])
def test_control_characters_are_blocked(char: str) -> None:
    """A NUL cannot be stored, a lone surrogate not be sent, and a turned line hides what it says."""
    assert "guard.control" in rules(look(f"Hello{char} there"), "block")


def test_length_is_counted_as_telegram_counts() -> None:
    """An emoji is two UTF-16 units: 2049 of them do not fit into 4096."""
    assert units("a😀") == 3
    assert look("😀" * 2048, None, "telegram") == ()
    assert rules(look("😀" * 2049, None, "telegram"), "block") == {"guard.too_long"}
    assert rules(look("a" * 2001, "amazon", "amazon", 2000)) == {"guard.too_long"}


def test_emoji_are_for_other_platforms_than_amazon() -> None:
    """Amazon's styling rules name them; Telegram's buyers like them."""
    assert rules(look("All fine 😀", "amazon")) == {"guard.emoji"}
    assert look("All fine 😀", None) == ()


def test_blocks_come_first_and_say_what_to_do() -> None:
    """Staff read the first line; each block must carry words or a remedy."""
    found = look("Sorry, it comes soon. Your fault. Call +49 151 23456789")

    levels = [finding.level for finding in found]
    assert levels == sorted(levels)  # block sorts before warn
    assert all(finding.message and finding.suggestion for finding in found)


@given(st.text(), st.sampled_from([*WAYS]), st.sampled_from(list(Situation)))
def test_any_text_gets_an_answer(text: str, way: tuple[str | None, str], situation: Situation) -> None:
    """The check runs on whatever staff paste; an exception would stop the reply without a reason."""
    for finding in look(text, *way, situation=situation, asked=VOCABULARY):
        assert finding.level in ("block", "warn", "note")
        assert finding.rule.startswith("guard.")


@pytest.mark.parametrize(
    "piece", ["a@", "a.", "1-", "+1 ", "http://", "if you review ", "sie hätten ", "不", "\u200b"]
)
def test_a_hostile_text_is_read_to_a_limit(piece: str) -> None:
    """A pattern that backtracks would hold up every click; the suite's timeout is the proof."""
    assert "guard.too_long" in rules(look(piece * 50_000)) or piece == "\u200b"
