"""Questions: none a second time, and evidence only as a wish."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from flows.case import Situation
from flows.guard.evidence import check_evidence, fault_of
from flows.guard.reading import Draft, sentences
from flows.view import Finding

_REQUEST = re.compile(
    r"\b(?:please|could you|can you|would you|send (?:us|me)|share|attach|upload|provide|tell us|need)\b"
    r"|请|麻烦|能否|可否|提供|发给|发送|告诉我们"
    r"|\b(?:por favor|envíe(?:nos|me)?|mánde(?:nos|me)|adjunte|indíque(?:nos|me)|díga(?:nos|me)|podría)\b"
    r"|\b(?:bitte|senden sie|schicken sie|fügen sie|nennen sie|könnten sie|teilen sie|brauchen|benötigen)\b"
)
_ABOUT = {
    "order": re.compile(
        r"\border (?:number|no\.?|id)\b|订单(?:编)?号|\bnúmero de(?:l)? pedido\b|\b(?:bestell|auftrags)nummer\b"
    ),
    "evidence": re.compile(
        r"\b(?:photo|picture|image|video)s?\b|照片|图片|视频|拍照|\b(?:fotos?|fotografías?|imágenes|vídeos?)\b"
        r"|\b(?:fotos?|bilder|videos?)\b"
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


def check_questions(
    draft: Draft, situation: Situation, symptom: str | None, asked: Collection[str], asks: Collection[str]
) -> Iterator[Finding]:
    """`asks` is what the draft's branch asks, `asked` what the buyer was asked before. Whatever the buyer answered
    to a question, "I have none" included, it was answered.
    """
    put = {*asks, *worded_questions(draft.read)}
    for question in sorted(put & set(asked)):
        message = f"The buyer was already asked for {_WORDS.get(question, question)}."
        remedy = "Work with what is there, or offer a solution without it."
        yield Finding("block", "guard.asked_before", message, question, remedy)
    if "evidence" not in put:
        return
    if not _VOLUNTARY.search(draft.read):
        message = "Evidence is voluntary: say so, and offer a way without it."
        yield Finding("warn", "guard.evidence_pressed", message, "", "Add “if you like; a description will do”.")
    yield from check_evidence(draft, fault_of(situation, symptom))


def worded_questions(read: str) -> frozenset[str]:
    """Questions that the words themselves put, sentence by sentence: a request near its subject."""
    found = set()
    for start, end in sentences(read):
        sentence = read[start:end]
        if _REQUEST.search(sentence) and not _GIVEN.search(sentence):
            found |= {name for name, about in _ABOUT.items() if about.search(sentence)}
    return frozenset(found)
