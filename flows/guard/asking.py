"""Questions: none a second time, and evidence only as a wish."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from flows.case import Situation
from flows.guard.evidence import check_evidence, fault_of
from flows.guard.reading import Draft, sentences
from flows.view import Finding

_REQUEST = re.compile(
    r"\b(?:please|could you|can you|would you|send (?:us|me)|show us|share|attach|add|upload|provide|tell us"
    r"|need)\b"
    r"|(?<!申)请|麻烦|能否|可否|可以(?:让|发|附)|提供|发给|发送|发[一几][张段份]|告诉我们|我们需要"
    r"|\b(?:por favor|envíe(?:nos|me|n)?(?:lo)?|mánde(?:nos|me)|adjunte|añada|indíque(?:nos|me)|díga(?:nos|me)"
    r"|cuéntenos"
    r"|podría|necesitamos)\b"
    r"|\b(?:bitte|senden sie|schicken sie|fügen sie|nennen sie|schreiben sie|könnten sie|teilen sie|brauchen"
    r"|benötigen)\b"
)
# A request near its subject; nobody hands these in by accident.
_ABOUT = {
    "order": re.compile(
        r"\border (?:number|no\.?|id)\b|订单(?:编)?号|\bnúmero de(?:l)? pedido\b|\b(?:bestell|auftrags)nummer\b"
    ),
    "evidence": re.compile(
        r"\b(?:photo|picture|image|video)s?\b|照片|图片|视频|拍照|\b(?:fotos?|fotografías?|imágenes|vídeos?)\b"
        r"|\b(?:fotos?|bilder|videos?)\b"
    ),
}
_THEIRS = {  # the buyer's own things to tell: the same words may ask after something new
    "tracking": re.compile(
        r"\btracking (?:number|no\.?)|物流单号|快递单号|\bnúmero de seguimiento\b|\b(?:sendungs|paket)nummer\b"
    ),
    "address": re.compile(
        r"\b(?:new|full|correct) address\b|新地址|完整.{0,4}地址|\bdirección (?:nueva|completa)"
        r"|\bnueva dirección\b"
        r"|\b(?:neue|vollständige)\w* (?:adresse|anschrift)\b"
    ),
    "invoice_data": re.compile(
        r"\b(?:tax|vat) (?:number|id|data)\b|税号|\bnúmero fiscal\b|\bsteuernummer\b|\bust-?id"
    ),
}
# Questions that are their own request.
_ASKED = {
    "wish": re.compile(
        r"\bwhat would you (?:prefer|like)\b|\bwould you (?:like|prefer) (?:us|a|that)\b|\bwhich (?:do "
        r"|would )?you prefer\b"
        r"|您(?:更)?(?:希望|想要?).{0,40}(?:还是|哪)|告诉我们您的选择|\b(?:qué|cuál) prefiere\b|¿prefiere"
        r"|¿le parece bien"
        r"|\bwas (?:ist|wäre) ihnen lieber\b|\bwas ihnen lieber\b|\bwas möchten sie\b"
        r"|\bmöchten sie.{1,80}\boder\b|\bsollen wir\b.{1,80}\boder\b"
        r"|\bist ihnen das recht\b"
    ),
    "problem": re.compile(
        r"\bwhat (?:exactly )?happened\b|\bwhat (?:did you do|have you done)\b|发生了什么|怎么回事|怎样操作"
        r"|什么情况"
        r"|\bqué (?:ha pasado|pasó|ocurrió|ha ocurrido)\b|\bwas (?:ist )?(?:genau )?(?:geschehen|passiert)\b"
        r"|\bwas geschah\b"
    ),
    "reason": re.compile(
        r"\bwhat is it about\b|\bis something wrong with\b|\bwhy (?:do|would) you (?:want|like)\b|什么原因"
        r"|商品有问题"
        r"|\b(?:le )?pasa algo al producto\b|\bde qué se trata\b|\bworum geht es\b|\bstimmt mit (?:dem artikel"
        r"|der ware)\b"
    ),
}
_GIVEN = re.compile(r"\b(?:thank|thanks|danke|gracias|merci)\b|感谢|谢谢|已收到|发来的")
_VOLUNTARY = re.compile(
    r"\b(?:if you (?:like|wish|want|prefer|can)|voluntary|optional|if you'd (?:like|rather))\b"
    r"|自愿|如果您愿意|如您愿意|方便的话|\b(?:si lo desea|si quiere|voluntari[ao]|opcional)\b"
    r"|\b(?:wenn sie möchten|freiwillig|falls sie möchten|gerne?)\b"
)
_WORDS = {
    "order": "the order number",
    "evidence": "photos or a video",
    "wish": "the choice",
    "problem": "what happened",
    "address": "the new address",
    "confirmation": "a confirmation of the address",
    "acceptance": "whether the parcel will be taken in",
    "request": "the official request",
    "reason": "the reason",
    "tracking": "the tracking number of the return",
    "invoice_data": "the data for the invoice",
}


_INSTEAD = {
    "order": "Look for the order with the buyer's name, address or payment instead.",
    "evidence": "Offer a solution without it: a replacement, a part of the money, a return.",
    "wish": "Say what you do now, and by when; the buyer may still object.",
    "problem": "Go by what was said so far, and offer a way out.",
    "address": "Repeat the address as you have it, and say what happens next.",
    "confirmation": "Say what you do now, and by when.",
    "acceptance": "Say what you do now, and by when.",
    "request": "Have a manager decide without it.",
    "reason": "Say the next step without it.",
    "tracking": "Ask the carrier, or decide without it.",
    "invoice_data": "Send the invoice as the order was placed.",
}


def check_questions(
    draft: Draft, situation: Situation, symptom: str | None, asked: Collection[str], asks: Collection[str]
) -> Iterator[Finding]:
    """`asks` is what the draft's branch asks, `asked` what the buyer was asked before. Whatever the buyer answered
    to a question, "I have none" included, it was answered.
    """
    worded = _worded(draft.read)
    for question in sorted({*asks, *worded} & set(asked)):
        message = f"The buyer was already asked for {_WORDS.get(question, question)}."
        level = "block" if question in asks or question in _ABOUT else "warn"
        yield Finding(level, "guard.asked_before", message, worded.get(question, question), _INSTEAD[question])
    if "evidence" not in {*asks, *worded}:
        return
    if not _VOLUNTARY.search(draft.read):
        message = "Evidence is voluntary: say so, and offer a way without it."
        yield Finding("warn", "guard.evidence_pressed", message, "", "Add “if you like; a description will do”.")
    yield from check_evidence(draft, fault_of(situation, symptom))


def worded_questions(read: str) -> frozenset[str]:
    """Questions that the words themselves put. Not all can be told by words: "is that right?" asks anything."""
    return frozenset(_worded(read))


@lru_cache(256)  # asked of a text when staff write it, when it is checked, and when it leaves
def _worded(read: str) -> Mapping[str, str]:
    """Question → the sentence that puts it: a request near its subject, or the words of the question itself."""
    found: dict[str, str] = {}
    for start, end in sentences(read):
        sentence = read[start:end]
        requested = _REQUEST.search(sentence) and not _GIVEN.search(sentence)
        for name, about in (*_ABOUT.items(), *_THEIRS.items()):
            if requested and about.search(sentence):
                found.setdefault(name, sentence.strip())
        asked = requested or sentence.rstrip().endswith(("?", "？"))
        for name, question in _ASKED.items():
            if asked and question.search(sentence):
                found.setdefault(name, sentence.strip())
    return found
