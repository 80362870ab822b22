"""The word recogniser: what it reads, when it abstains, and that it survives anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.case import Situation
from flows.languages import language_of
from flows.order_numbers import order_in
from flows.ports import Reading, Recogniser
from flows.recognise import LABELS, SAFETY, SITUATION_OF_LABEL, THRESHOLD, WordRecogniser, situation_of
from flows.recognise_words import de, en, es, fr, zh
from tests.flows import safety_sentences

READER = WordRecogniser()

EXAMPLES = {
    "en": """
        item_not_received | the parcel never arrived
        item_not_received | Tracking says delivered but I did not get it
        late_or_stuck | my package is stuck at customs
        where_is_my_order | Where is my order?
        defective | it won't turn on
        not_as_described | looks nothing like the picture
        wrong_item | you sent me the wrong size
        missing_part | the charger was not included
        damaged | the cup arrived broken
        damaged | My vase came smashed
        how_to_use | how do I connect it to my phone
        counterfeit | this is a fake
        change_address | please change the delivery address
        cancel_order | please cancel my order
        return_exchange | I want to return this
        return_exchange | I don't want a refund, I want a replacement
        refund | when will I get my refund
        claim_dispute | I filed an A-to-z claim
        claim_dispute | I have opened a dispute on AliExpress because it is broken
        claim_dispute | The parcel never came, so I opened a case
        negative_review | worst shop ever, one star
        chargeback_threat | I am going to do a chargeback
        invoice | can you send me an invoice
        presale | how much does it cost
        thanks | thank you very much
        thanks | not broken at all, thank you
        late_or_stuck | It is not damaged, just late
    """,
    "zh": """
        item_not_received | 包裹一直没收到
        item_not_received | 物流显示已签收但是我没有收到
        late_or_stuck | 物流好几天没更新了
        where_is_my_order | 我的订单到哪里了
        defective | 用了两天就坏了，开不了机
        not_as_described | 与图片不符，色差很大
        wrong_item | 发错货了，我买的是黑色
        missing_part | 少了一个充电器
        damaged | 收到的杯子碎了
        thanks | 商品没有损坏，谢谢
        how_to_use | 怎么安装
        counterfeit | 这是假货
        change_address | 可以改一下收货地址吗
        cancel_order | 取消订单
        return_exchange | 我不想退款，我想换一个
        refund | 什么时候退款到账
        claim_dispute | 我已经在平台开了纠纷
        claim_dispute | 货一直没收到，我已经开了纠纷
        negative_review | 再不处理我就给差评
        chargeback_threat | 我会找银行拒付
        invoice | 请开发票
        presale | 多少钱
        thanks | 谢谢
        other | 你好
    """,
    "es": """
        item_not_received | Mi paquete no ha llegado
        late_or_stuck | el paquete está retenido en la aduana
        where_is_my_order | ¿Dónde está mi pedido?
        defective | No está dañado, pero no funciona
        not_as_described | no se parece a la foto
        wrong_item | Me han enviado una talla equivocada
        missing_part | Falta el cargador
        damaged | El producto llegó roto
        how_to_use | ¿Cómo se instala?
        counterfeit | es una falsificación
        change_address | cambiar la dirección de entrega
        cancel_order | Cancelar pedido por favor
        return_exchange | Quiero devolverlo
        refund | Quiero mi reembolso
        claim_dispute | He abierto una reclamación en Amazon
        claim_dispute | Mi paquete no ha llegado y he abierto un caso en eBay
        negative_review | la peor tienda, nunca más
        chargeback_threat | voy a llamar a mi banco
        invoice | necesito la factura
        presale | ¿Cuánto cuesta el envío?
        thanks | muchas gracias
    """,
    "de": """
        item_not_received | Meine Bestellung ist nicht angekommen
        late_or_stuck | Paket hängt seit zwei Wochen im Zoll
        where_is_my_order | Wo ist mein Paket?
        defective | Das Gerät funktioniert nicht
        not_as_described | sieht ganz anders aus als auf dem Foto
        wrong_item | falsche Größe erhalten
        missing_part | Das Ladegerät fehlt
        damaged | Die Ware kam beschädigt an
        thanks | Die Ware ist nicht beschädigt, vielen Dank
        how_to_use | Wie schließe ich das an, gibt es eine Anleitung?
        counterfeit | Das ist eine Fälschung
        change_address | Bitte Lieferadresse ändern
        cancel_order | Bitte stornieren Sie die Bestellung
        return_exchange | Ich möchte das zurücksenden
        refund | Wann bekomme ich mein Geld zurück?
        claim_dispute | Ich habe einen A-bis-Z Antrag gestellt
        claim_dispute | Das Paket ist nicht angekommen, ich habe einen Fall eröffnet
        negative_review | nie wieder, schlechter Service
        chargeback_threat | Ich lasse das über meine Bank zurückbuchen
        invoice | Ich brauche eine Rechnung
        presale | Was kostet der Versand?
    """,
}
ROWS = [
    (language, *(part.strip() for part in row.split("|")))
    for language, block in EXAMPLES.items()
    for row in block.strip().splitlines()
]


@pytest.mark.parametrize(("language", "label", "text"), ROWS)
def test_plain_messages_are_read_as_what_they_say(language: str, label: str, text: str) -> None:
    """One plain sentence a label and language, negations among them."""
    reading = READER.read(text, None)

    assert (reading.label, reading.language) == (label, language), reading


@pytest.mark.parametrize("text", ["", "?", "Omega 3", "xyzzy", "Çok kötü bir gün geçirdim", "🙂"])
def test_what_says_nothing_gets_no_label(text: str) -> None:
    """Unsure is an answer; a wrong guess sends the wrong draft."""
    assert READER.read(text, None).label is None


@pytest.mark.parametrize(
    ("text", "order", "platform"),
    [
        ("order 123-1234567-1234567 please", "123-1234567-1234567", "amazon"),
        ("订单号１２３－１２３４５６７－１２３４５６７还没收到", "123-1234567-1234567", "amazon"),
        ("订单123-1234567-1234567请查", "123-1234567-1234567", "amazon"),
        ("123–1234567–1234567", "123-1234567-1234567", "amazon"),
        ("#12-12345-12345.", "12-12345-12345", "ebay"),
        ("my 8123456789012345 order", "8123456789012345", "aliexpress"),
        ("first 12-12345-12345, then 123-1234567-1234567", "12-12345-12345", "ebay"),
    ],
)
def test_order_numbers_are_found_with_their_platform(text: str, order: str, platform: str) -> None:
    """Buyers paste them from anywhere: full-width, with other dashes, without spaces."""
    reading = READER.read(text, None)

    assert (reading.order, reading.platform) == (order, platform)


@pytest.mark.parametrize(
    "text",
    [
        "no number",
        "9123-1234567-1234567",
        "123-1234567-12345678",
        "1-123-1234567-1234567-2",
        "A123456789012345678",
        "123456789012345",
        "123456789012345678901",
        "DHL 00340434161094015902",
        "2026-11-22 10:00",
    ],
)
def test_other_numbers_are_no_order_numbers(text: str) -> None:
    """A tracking number taken for an order would join the wrong case."""
    assert order_in(text) is None


@pytest.mark.parametrize(
    ("text", "hint", "language"),
    [
        ("ありがとう", None, "ja"),
        ("注文した商品がまだ届きません", "en", "ja"),
        ("배송이 언제 되나요", None, "ko"),
        ("Где мой заказ?", None, "ru"),
        ("أين طلبي", None, "ar"),
        ("我的 iPhone 保护壳碎了", "en", "zh"),
        ("ok", "de-DE", "de"),
        ("ok", None, "en"),
        ("123-1234567-1234567", "zh-CN", "zh"),
        ("Dov'è il mio ordine? Non ho ancora ricevuto il pacco", None, "it"),
        ("Onde está o meu pedido? Ainda não chegou", "en", "pt"),
        ("Bonjour, je n'ai pas reçu mon colis", "en", "fr"),
        ("Where is my order please", "zh", "en"),
        ("", None, "en"),
        ("no pictures, sorry", "en", "en"),
        ("want help submitting a new delivery address", "en", "en"),
        ("Mi paquete llegó roto", None, "es"),
        ("quiero mi dinero", "en", "es"),
    ],
)
def test_the_script_speaks_first_and_short_texts_keep_the_hint(text: str, hint: str | None, language: str) -> None:
    """The reply's language follows from it: a German who writes "ok" stays German."""
    assert language_of(text, hint) == language


@pytest.mark.parametrize(
    "text",
    ["The parcel never came, and I have not opened a case yet", "It never came. My bank will open a dispute."],
)
def test_a_claim_that_is_not_opened_does_not_outweigh_the_complaint(text: str) -> None:
    """Its clock would run for nothing."""
    assert WordRecogniser().read(text, None).label != "claim_dispute"


def test_labels_lead_to_the_situations_that_have_a_playbook() -> None:
    """Each label has its own; what says nothing is asked."""
    assert set(SITUATION_OF_LABEL) == {*LABELS, SAFETY}
    assert situation_of("late_or_stuck") is Situation.LATE_OR_STUCK
    assert situation_of("claim_dispute") is Situation.CLAIM
    assert situation_of("other") is situation_of(None) is situation_of("new") is Situation.UNSURE
    named = [situation for label, situation in SITUATION_OF_LABEL.items() if label != "other"]
    assert len(set(named)) == len(named), "no two labels are one situation"


@pytest.mark.parametrize(("language", "text"), safety_sentences.rows(safety_sentences.DANGER))
def test_danger_is_never_missed(language: str, text: str) -> None:
    """Fire, shock, battery, injury, poison: above whatever else the message says, and never unsure."""
    reading = READER.read(text, language)

    assert (reading.label, reading.confidence) == (SAFETY, 1.0)
    assert reading.likely[0] == SAFETY


@pytest.mark.parametrize(("language", "text"), safety_sentences.rows(safety_sentences.HARMLESS))
def test_what_only_sounds_like_danger_is_none(language: str, text: str) -> None:
    """ "Battery included?" must not wake the person in charge: who is woken for nothing stops looking."""
    assert READER.read(text, language).label != SAFETY


def test_danger_is_heard_whatever_surrounds_it() -> None:
    """In the middle of a long complaint about something else, in another language than the rest."""
    text = "Where is my parcel? I ordered two weeks ago. " * 20 + "第一个充电器起火了。" + " Please refund me."

    assert READER.read(text, None).label == SAFETY


@pytest.mark.parametrize("module", [en, zh, es, de, fr], ids=lambda module: module.__name__)
def test_word_tables_name_only_known_labels(module: object) -> None:
    """A label misspelt in a table would be proposed and lead nowhere."""
    cues = getattr(module, "CUES")  # noqa: B009 - the modules have no common type
    assert set(cues) <= set(LABELS)
    assert all(weight in (1, 2, 4) for weights in cues.values() for weight in weights)


def test_the_four_desk_languages_know_every_label() -> None:
    """A gap would be silent: that matter would always be unsure in that language."""
    for module in (en, zh, es, de):
        assert set(module.CUES) == set(LABELS)


def _holds(reading: Reading) -> None:
    assert reading.label is None or reading.label in (*LABELS, SAFETY)
    assert 0.0 <= reading.confidence <= 1.0
    assert (reading.label is not None) == (bool(reading.likely) and reading.confidence >= THRESHOLD)
    assert len(reading.likely) <= 3
    assert reading.label is None or reading.likely[0] == reading.label
    assert reading.language
    assert (reading.order is None) == (reading.platform is None)


@given(st.text(), st.none() | st.sampled_from(["en", "zh-CN", "", "xx-YY", "-"]))
def test_any_text_is_read(text: str, hint: str | None) -> None:
    """A message that breaks the reader would stop its lane."""
    _holds(READER.read(text, hint))


@given(st.text(st.characters(exclude_categories=()), max_size=60), st.sampled_from([text for *_, text in ROWS]))
def test_a_plain_sentence_survives_what_stands_around_it(noise: str, text: str) -> None:
    """Lone surrogates, direction marks and control characters come with pasted texts."""
    _holds(READER.read(f"{noise} {text} {noise}", None))


@pytest.mark.parametrize(
    "piece",
    [
        "not ",
        "没",
        "ﷺ",
        "1-",
        "\u200b",
        "😀",
        "damaged ",
        "i ordered ",
        "\ud800",
        "habe ",
        "a\u0301",
        "wrong item ",
    ],
)
def test_a_hundred_thousand_characters_are_read_to_a_limit(piece: str) -> None:
    """Only the beginning is looked at, so no text is slow; the suite's timeout is the proof."""
    _holds(READER.read(piece * (100_000 // len(piece)), None))


def test_the_reader_is_the_port() -> None:
    """The service swaps it for a model without a change elsewhere."""
    reader: Recogniser = READER

    assert reader.version.startswith("words-")


@pytest.mark.parametrize(
    ("text", "label", "wish"),
    [
        ("My parcel still has not arrived, I want a refund", "item_not_received", "refund"),
        ("It never arrived, give me my money back", "item_not_received", "refund"),
        ("The parcel is late, refund me", "late_or_stuck", "refund"),
        ("The cup is broken, refund please", "damaged", "refund"),
        ("wrong colour, I want my money back", "wrong_item", "refund"),
        ("还没到，我要退款", "item_not_received", "refund"),
        ("包裹太慢了，退款", "late_or_stuck", "refund"),
        ("杯子碎了，我要退款", "damaged", "refund"),
        ("质量太差，我要退货退款", "return_exchange", ""),
        ("No ha llegado, quiero mi dinero", "item_not_received", "refund"),
        ("Nicht angekommen, ich will mein Geld zurück", "item_not_received", "refund"),
        ("Es ist kaputt, ich will mein Geld zurück", "damaged", "refund"),
        ("Colis pas reçu, je veux être remboursé", "item_not_received", "refund"),
        ("cancel this and give my money back, it has not shipped", "cancel_order", "refund"),
        ("取消订单，退款", "cancel_order", "refund"),
        ("I have not received my refund", "refund", ""),
        ("I returned the broken cup two weeks ago, when do I get my refund?", "refund", ""),
        ("退款还没到", "refund", ""),
        ("还没收到退款", "refund", ""),
        ("Mi reembolso no ha llegado", "refund", ""),
        ("Meine Erstattung ist nicht angekommen", "refund", ""),
        ("Je n'ai pas reçu mon remboursement", "refund", ""),
    ],
)
def test_a_refund_is_wished_for_a_reason_or_waited_for(text: str, label: str, wish: str) -> None:
    """What went wrong is the matter and the money the wish; money that was promised is a matter of its own."""
    reading = WordRecogniser().read(text, None)

    assert (reading.label, reading.wish) == (label, wish)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("I will file an A-to-z claim if it does not come", None),
        ("My parcel never arrived. Otherwise I will open a case on eBay", "item_not_received"),
        ("The cup is broken, refund me or I open a dispute", "damaged"),
        ("再不发货我就开纠纷", None),
        ("Si no llega voy a abrir una reclamación en Amazon", None),
        ("Das Glas ist kaputt, sonst werde ich einen Fall eröffnen", "damaged"),
        ("I have now opened the claim", "claim_dispute"),
        ("I opened a case on eBay, I will wait for your answer", "claim_dispute"),
        ("我已经开了纠纷", "claim_dispute"),
        ("Amazon will decide about my A-to-z claim", "claim_dispute"),
    ],
)
def test_a_claim_that_is_threatened_with_runs_no_clock(text: str, label: str | None) -> None:
    """A marketplace's limit begins when one is opened; till then what went wrong is the matter."""
    reading = WordRecogniser().read(text, None)

    assert reading.label != "claim_dispute" if label is None else reading.label == label
