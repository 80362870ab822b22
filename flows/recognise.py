"""A reader that needs nothing but words: tables of patterns a language, weighted, with negation.

Total and in linear time: whatever the text, it answers, looking at the first characters only. It abstains rather
than guess: below the threshold the label is None and the likeliest three are named.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from flows.case import Situation
from flows.languages import language_of
from flows.order_numbers import order_in
from flows.ports import Reading
from flows.recognise_words import Cues, de, en, es, fr, safety, zh
from flows.wishes import wish_in

LABELS = (
    "item_not_received", "late_or_stuck", "where_is_my_order", "defective", "not_as_described", "wrong_item",
    "missing_part", "damaged", "how_to_use", "counterfeit", "change_address", "cancel_order", "return_exchange",
    "refund", "claim_dispute", "negative_review", "chargeback_threat", "invoice", "presale", "thanks", "other",
)  # fmt: skip
SAFETY = "safety"  # read by a hard rule in every language, above all labels

# "other" itself (a greeting, "are you a person?") says nothing yet, so the buyer is asked.
SITUATION_OF_LABEL: Mapping[str, Situation] = MappingProxyType(
    {
        SAFETY: Situation.SAFETY,
        "item_not_received": Situation.ITEM_NOT_RECEIVED,
        "late_or_stuck": Situation.LATE_OR_STUCK,
        "where_is_my_order": Situation.LOGISTICS_ENQUIRY,
        "defective": Situation.DEFECTIVE,
        "not_as_described": Situation.NOT_AS_DESCRIBED,
        "wrong_item": Situation.WRONG_ITEM,
        "missing_part": Situation.MISSING_PART,
        "damaged": Situation.DAMAGED,
        "how_to_use": Situation.HOW_TO_USE,
        "counterfeit": Situation.COUNTERFEIT,
        "change_address": Situation.ADDRESS_CHANGE,
        "cancel_order": Situation.CANCELLATION,
        "return_exchange": Situation.RETURN_EXCHANGE,
        "refund": Situation.REFUND,
        "claim_dispute": Situation.CLAIM,
        "negative_review": Situation.NEGATIVE_REVIEW,
        "chargeback_threat": Situation.CHARGEBACK,
        "invoice": Situation.INVOICE,
        "presale": Situation.PRESALE,
        "thanks": Situation.THANKS,
        "other": Situation.UNSURE,
    }
)

THRESHOLD = 0.5
VERSION = "words-2026-11.5"
_LOOK = 2_000

# A negation right before these turns them round; the rest carry their own ("never arrived") or keep their sense.
_STATES = frozenset({"damaged", "defective", "wrong_item", "counterfeit", "missing_part", "late_or_stuck"})
_MORE_THAN_WHERE = frozenset({"refund", "item_not_received"})
_WISHES = frozenset({"refund", "return_exchange", "cancel_order", "claim_dispute", "chargeback_threat", "invoice"})


def situation_of(label: str | None) -> Situation:
    """The situation to settle a message under; unsure for no label."""
    return SITUATION_OF_LABEL.get(label, Situation.UNSURE) if label else Situation.UNSURE


@dataclass(frozen=True, slots=True)
class _Table:
    """One language's patterns, compiled: (label, weight, pattern)."""

    rows: tuple[tuple[str, int, re.Pattern[str]], ...]
    negated: re.Pattern[str]
    unwanted: re.Pattern[str]


def _table(cues: Cues, negators: str, unwanted: str, gap: str) -> _Table:
    rows = tuple(
        (label, weight, re.compile("|".join(f"(?:{pattern})" for pattern in patterns)))
        for label, weights in cues.items()
        for weight, patterns in weights.items()
    )
    return _Table(rows, re.compile(f"(?:{negators}){gap}$"), re.compile(f"(?:{unwanted}){gap}$"))


_WORDS_BETWEEN = r"(?:\s+\w+){0,2}\s*"
_SIGNS_BETWEEN = r"\S?"
_TABLES = {
    "en": _table(en.CUES, en.NEGATORS, en.UNWANTED, _WORDS_BETWEEN),
    "es": _table(es.CUES, es.NEGATORS, es.UNWANTED, _WORDS_BETWEEN),
    "de": _table(de.CUES, de.NEGATORS, de.UNWANTED, _WORDS_BETWEEN),
    "fr": _table(fr.CUES, fr.NEGATORS, fr.UNWANTED, _WORDS_BETWEEN),
    "zh": _table(zh.CUES, zh.NEGATORS, zh.UNWANTED, _SIGNS_BETWEEN),
}


# A claim that stands, not one that is threatened with: what is said beside it is its reason, and no rival of it.
_OPENED = {
    "en": r"\b(?:opened|filed|raised|started|lodged|submitted|escalated) (?:\w+ ){0,3}(?:case|claim|dispute)",
    "zh": r"(?:已|了).{0,6}(?:纠纷|索赔)|(?:纠纷|索赔).{0,4}(?:已|了)",
    "es": r"\b(?:abierto|abri|abrí|presentado|presenté|iniciado) (?:\w+ ){0,3}(?:caso|reclamaci\w+|disputa)",
    "de": r"\b(?:fall|antrag|streitfall|konflikt|reklamation)\b.{0,40}\b(?:er|ge)öffnet|\bantrag gestellt",
    "fr": r"\b(?:ouvert|déposé|lancé) (?:\w+ ){0,3}(?:litige|réclamation|dossier)",
}
_STANDS = {language: re.compile(pattern) for language, pattern in _OPENED.items()}

# One that is only threatened with: no limit of a marketplace runs for it, and what went wrong is the matter.
_THREATENED = {
    "en": (
        r"(?:\b(?:i|we)(?:'ll|'m going to| will| shall| might| may| am going to| are going to| am about to)\b"
        r"|\b(?:i|we) (?:have|want|need) to\b|\b(?:or|otherwise,?) (?:i|we)\b)"
        r"[^.!?]{0,40}(?:claim|dispute|\bcase\b|\ba[- ]?to[- ]?z\b|escalat)"
    ),
    "zh": r"(?:要|会|将|准备|打算|否则|不然|就)[^。！？]{0,8}(?:纠纷|索赔|a-?to-?z)",
    "es": (
        r"(?:\bvoy a\b|\babriré|\bpresentaré|\biniciaré|\breclamaré|\btendré que\b|\bsi no\b)"
        r"[^.!?]{0,40}(?:reclamaci|disputa|\bcaso\b|a-?to-?z)"
    ),
    "de": (
        r"(?:\bwerde\b|\bmuss\b|\bsonst\b|\bansonsten\b)"
        r"[^.!?]{0,50}(?:\bfall\b|antrag|a-?(?:to|bis)-?z|konflikt|melde)"
    ),
    "fr": r"(?:\bvais\b|\bouvrirai|\bdéposerai|\bsinon\b)[^.!?]{0,40}(?:litige|réclamation|a-?to-?z)",
}
_THREATS = {language: re.compile(pattern) for language, pattern in _THREATENED.items()}

# Money that is waited for. Without it a refund named beside a complaint is what the buyer wants for it.
_AWAITED = {
    "en": (
        r"\b(?:where|when|status|how long|what about|wait\w*|received?)\b[^.!?,;]{0,40}\b(?:refund|money back)",
        r"\b(?:got|get|seen?|still no|update|track|check\w*)\b[^.!?,;]{0,40}\b(?:refund|money back)",
        r"\b(?:refund|money)\b[^.!?,;]{0,40}(?:n't\b|\barriv|\b(?:not|still|yet|pending|status|promised|when)\b)",
        r"\bpromised\b.{0,40}\brefund",
    ),
    "zh": (
        r"退款[^。！？，,；]{0,8}(?:没|未|还|到|进度|时候|何时|多久|状态)",
        r"(?:没|未)(?:有)?收到[^。！？，,；]{0,6}退款",
        r"(?:时候|何时|多久|哪里|怎么|查)[^。！？，,；]{0,8}退款",
    ),
    "es": (
        r"\b(?:reembolso|dinero)\b[^.!?,;]{0,40}(?:\bno\b|todav[ií]a|\ba[uú]n\b|lleg|cu[aá]ndo|estado)",
        r"(?:cu[aá]ndo|d[oó]nde|recib\w+|llegado|esper\w+|estado)[^.!?,;]{0,40}\b(?:reembolso|dinero)",
    ),
    "de": (
        r"(?:erstattung|r[uü]ckzahlung|\bgeld\b)[^.!?,;]{0,40}\b(?:nicht|noch|wann|immer)\b",
        r"(?:\bwann\b|\bwo\b|erhalten|\bwarte|status)[^.!?,;]{0,40}(?:erstattung|r[uü]ckzahlung|\bgeld\b)",
    ),
    "fr": (
        r"remboursement[^.!?,;]{0,40}(?:\bpas\b|toujours|encore|quand)",
        r"(?:quand|\bo[uù]\b|re[cç]u|attend|statut)[^.!?,;]{0,40}rembours",
    ),
}
_WAITED_FOR = {language: re.compile("|".join(patterns)) for language, patterns in _AWAITED.items()}
RETURN_SAID = 4  # points of a return that is said in so many words
_REASONS = (
    "cancel_order",
    "item_not_received",
    "late_or_stuck",
    "defective",
    "not_as_described",
    "wrong_item",
    "missing_part",
    "damaged",
)


class WordRecogniser:
    """Implements `flows.ports.Recogniser`. One serves a shop; `formats` are the shop's own order numbers."""

    def __init__(self, formats: Sequence[re.Pattern[str]] = ()) -> None:
        self._formats = tuple(formats)

    @property
    def version(self) -> str:
        return VERSION

    def read(self, text: str, language_hint: str | None) -> Reading:
        language = language_of(text, language_hint)
        order, platform = order_in(text, self._formats) or (None, None)
        scores = score(text, language)
        ranked = sorted(scores, key=lambda label: (-scores[label], LABELS.index(label)))
        sure = confidence(scores, ranked)
        label = ranked[0] if ranked and sure >= THRESHOLD else None
        wish = wish_in(plain(text), language)
        if safety.reports_danger(plain(text)):
            return Reading(SAFETY, 1.0, (SAFETY, *ranked[:2]), language, order, platform, wish)
        return Reading(label, sure, tuple(ranked[:3]), language, order, platform, wish)


def score(text: str, language: str) -> dict[str, int]:
    """Points by label, from the language's own table; Chinese shops' English words count as well."""
    read = plain(text)
    points: dict[str, int] = {}
    for table in (_TABLES[name] for name in _tables_for(language)):
        for label, weight, pattern in table.rows:
            if _holds(table, label, pattern, read):
                points[label] = points.get(label, 0) + weight
    is_opened = _is_opened(language, read)
    if points.get("claim_dispute") and not is_opened and _is_threat(language, read):
        del points["claim_dispute"]
    if points.get("claim_dispute") and is_opened:
        reasons = (count for label, count in points.items() if label not in ("claim_dispute", "chargeback_threat"))
        points["claim_dispute"] += max(reasons, default=0)
    for label in _beside_a_refund(language, read, points):
        points.pop(label, None)
    return _settled(points)


def _beside_a_refund(language: str, read: str, points: Mapping[str, int]) -> tuple[str, ...]:
    """The labels that give way where a refund is named as well. Waited for, the money is what has not arrived.
    Wished for beside a complaint or a return, that is what the message is about; and goods that are not there are
    not late.
    """
    if "refund" not in points:
        return ()
    if any(_WAITED_FOR[name].search(read) for name in _tables_for(language)):
        return ("item_not_received", "late_or_stuck")
    has_reason = any(points.get(label) for label in _REASONS) or points.get("return_exchange", 0) >= RETURN_SAID
    late = ("late_or_stuck",) if points.get("item_not_received") else ()
    return ("refund", *late) if has_reason else ()


def _is_threat(language: str, read: str) -> bool:
    return any(_THREATS[name].search(read) for name in _tables_for(language))


def _is_opened(language: str, read: str) -> bool:
    """Whether the text says that a claim was opened, and not that it was not."""
    return any(
        not _TABLES[name].negated.search(read[: match.start()][-40:])
        for name in _tables_for(language)
        for match in _STANDS[name].finditer(read)
    )


def _settled(points: dict[str, int]) -> dict[str, int]:
    """Polite thanks under a complaint are no thanks; "when do I get my refund" asks for the refund."""
    gives_way = {label for label in ("thanks", "other") if _stronger(points, label)}
    if points.keys() & _MORE_THAN_WHERE:
        gives_way.add("where_is_my_order")
    return {label: count for label, count in points.items() if label not in gives_way}


def _stronger(points: dict[str, int], label: str) -> bool:
    matters = (count for other, count in points.items() if other not in ("thanks", "other"))
    return max(matters, default=0) >= max(4, points.get(label, 0))


def _tables_for(language: str) -> tuple[str, ...]:
    if language not in _TABLES:
        return ()
    return ("zh", "en") if language == "zh" else (language,)


def _holds(table: _Table, label: str, pattern: re.Pattern[str], read: str) -> bool:
    return any(not _turned(table, label, read[: match.start()]) for match in pattern.finditer(read))


def _turned(table: _Table, label: str, before: str) -> bool:
    """Whether what stands right before turns the match into its opposite."""
    near = before[-40:]
    if label in _STATES:
        return table.negated.search(near) is not None
    return label in _WISHES and table.unwanted.search(near) is not None


def confidence(scores: Mapping[str, int], ranked: list[str]) -> float:
    """0 to 1, rising with the points of the best label and falling with those of the next."""
    if not ranked:
        return 0.0
    best, *rest = (scores[label] for label in ranked)
    second = rest[0] if rest else 0
    return round(best / (best + second + 1.0), 3)


def plain(text: str) -> str:
    """How patterns see a text: plain letters, lower case, single spaces, nothing invisible; its beginning only."""
    composed = unicodedata.normalize("NFKC", text[:_LOOK])[:_LOOK].replace("’", "'")
    visible = "".join(" " if char.isspace() else char for char in composed if unicodedata.category(char) != "Cf")
    return " ".join(visible.lower().split())
