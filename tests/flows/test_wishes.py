"""What buyers say they want: read where it is plain, left open where it is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.case import Source
from flows.recognise import WordRecogniser, plain
from flows.recognise_words.wishes import WORDS
from flows.wishes import WISHES, wish_in
from tests.flows.moves import asked, know, read
from tests.flows.play import LIN, play

SAID = [
    ("en", "My lamp came broken. I want a refund!", "refund"),
    ("en", "I'd like my money back, please", "refund"),
    ("en", "please refund me in full", "refund"),
    ("en", "Can I get a refund?", "refund"),
    ("en", "Could you please send me a replacement", "reship"),
    ("en", "I want it replaced", "reship"),
    ("en", "When do you answer? I want my money back", "refund"),
    ("en", "Refund me now or I call my bank", "refund"),
    ("en", "just send me the missing screw", "part"),
    ("en", "I want to return it", "return"),
    ("en", "I want to return this for a refund. Please refund me.", "return"),
    ("en", "I'd like a partial refund and keep it", "partial_refund"),
    ("es", "Quiero un reembolso", "refund"),
    ("es", "Por favor, quiero que me devuelvan el dinero", "refund"),
    ("es", "Envíenme otro, por favor", "reship"),
    ("es", "Quiero devolver el producto", "return"),
    ("es", "Quiero un reembolso parcial", "partial_refund"),
    ("de", "Ich möchte mein Geld zurück", "refund"),
    ("de", "Bitte erstatten Sie mir den Kaufpreis. Bitte den Betrag erstatten", "refund"),
    ("de", "Ich hätte gerne einen neuen", "reship"),
    ("de", "Ich möchte die Lampe zurückschicken", "return"),
    ("de", "Ich möchte einen Preisnachlass", "partial_refund"),
    ("de", "Bitte das fehlende Teil schicken", "part"),
    ("fr", "Je veux un remboursement", "refund"),
    ("fr", "Je souhaite être remboursée", "refund"),
    ("fr", "Merci de me renvoyer un nouveau", "reship"),
    ("zh", "我要退款", "refund"),
    ("zh", "请把钱退给我", "refund"),
    ("zh", "请补发一个", "reship"),
    ("zh", "请补发配件", "part"),
    ("zh", "我想要部分退款", "partial_refund"),
    ("zh", "我要退货", "return"),
]
OPEN = [
    ("en", "I don't want a refund, I want to know where it is"),
    ("en", "If it does not come by Friday I want a refund"),
    ("en", "Where is my refund?"),
    ("en", "In which cases can I get a refund?"),
    ("en", "How do I get a refund?"),
    ("en", "I want a refund or a replacement"),
    ("en", "rather than a refund I want advice"),
    ("en", "Where is my parcel"),
    ("en", "Please send me a new one or my money back"),
    ("de", "Ich möchte mein Geld zurück oder einen neuen"),
    ("zh", "我要退款或者换货"),
    ("es", "No quiero un reembolso"),
    ("es", "Si no llega mañana quiero un reembolso"),
    ("es", "¿Dónde está mi reembolso?"),
    ("de", "Wenn es morgen nicht kommt, möchte ich mein Geld zurück"),
    ("de", "Wo bleibt die Erstattung?"),
    ("fr", "S'il n'arrive pas demain, je veux un remboursement"),
    ("zh", "如果明天还没到我要退款"),
    ("zh", "退款什么时候到账"),
    ("zh", "我不要退款"),
    ("pl", "Chcę zwrotu pieniędzy"),
]


@pytest.mark.parametrize(("language", "text", "wish"), SAID)
def test_a_plain_wish_is_read(language: str, text: str, wish: str) -> None:
    assert wish_in(plain(text), language) == wish


@pytest.mark.parametrize(("language", "text"), OPEN)
def test_what_is_not_plain_is_left_to_be_asked(language: str, text: str) -> None:
    """A condition, a denial, a question, two wishes, a language that nobody taught."""
    assert wish_in(plain(text), language) == ""


def test_every_language_has_words_for_every_wish() -> None:
    wanted = {*WISHES, "w", "p", "if", "or", "not", "status"}
    assert [language for language, words in WORDS.items() if set(words) != wanted] == []


@given(st.text(max_size=300), st.sampled_from(sorted(WORDS)))
def test_any_text_is_read(text: str, language: str) -> None:
    assert wish_in(plain(text), language) in ("", *WISHES)


def test_who_has_said_what_they_want_is_not_asked_for_it() -> None:
    """The reading tells the wish, the draft answers it, and the file says where it came from."""
    story = play(*asked((1, know(LIN, tracking="stuck", order_value="24.90 EUR"))))
    assert "Would you like us" in story.draft
    play((2, read(wish="refund")), story=story)

    assert "As you asked, we refund it" in story.draft
    assert next(f for f in story.case.facts if f.name == "wish").source is Source.BUYER
    assert "wish_read" in story.lines


def test_what_staff_set_stands_against_a_reading() -> None:
    story = play(*asked((1, know(LIN, tracking="stuck", wish="reship"))), (2, read(wish="refund")))

    assert story.case.fact("wish") == "reship"


def test_the_recogniser_hands_it_on() -> None:
    reading = WordRecogniser().read("The lamp arrived broken, I want a refund.", "en")

    assert (reading.label, reading.wish) == ("damaged", "refund")
