"""Evidence that can show the fault, and evidence that cannot: section 17A of the playbooks, as a table.

A photo of a silent phone proves nothing and costs a day: what is asked for must be able to show what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from flows.case import Situation
from flows.guard.reading import Draft
from flows.view import Finding

KINDS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "video": re.compile(r"\b(?:video|vídeo|film|clip|recording)s?\b|视频|短片|录像"),
        "photo": re.compile(
            r"\b(?:photo|picture|image|foto|fotografía|bild|imagen)(?:s|er|ern|n|es)?\b|\bimágenes\b|照片|图片|拍照"
        ),
        "test": re.compile(
            r"\b(?:tests?|try|restart|reset|switch(?:ing)? it|charge it|apagar\w*|encender\w*|prueba)\b"
            r"|\beinschalten\b|\bausschalten\b|\bneustart\w*|测试|重启|再开机|充满电"
        ),
        "screen": re.compile(r"\b(?:screenshot|screen shot|captura|bildschirmfoto|settings)s?\b|截图|截屏|设置"),
        "scale": re.compile(
            r"\b(?:ruler|tape measure|measure\w*|scale|regla|medida|lineal|maßstab|maß\w*)\b|尺|测量|大小的物品"
        ),
        "label": re.compile(
            r"\b(?:label|tag|etiqueta|etikett|packing list|lista de contenido|packliste)\b|标签|面单|装箱单"
        ),
        "everything": re.compile(
            r"\b(?:everything|all parts|whole content|todo lo que|allem|alles)\b|所有物品|全部|所有配件"
        ),
        "box": re.compile(
            r"\b(?:box|carton|packaging|parcel|caja|embalaje|karton|paket|verpackung)\b|外箱|包装|箱"
        ),
        "close": re.compile(r"\b(?:close[- ]?up|de cerca|nahaufnahme)\b|近拍|特写"),
    }
)


@dataclass(frozen=True, slots=True)
class Shows:
    """What can show a fault, any of `useful`; what cannot, alone; and how to say what to ask for `instead`."""

    useful: frozenset[str]
    useless: frozenset[str]
    instead: str


FAULTS: Mapping[str, Shows] = MappingProxyType(
    {
        "no_function": Shows(
            frozenset({"video", "test", "screen"}),
            frozenset({"photo", "close"}),
            "a short video, or what a named test shows",
        ),
        "stops": Shows(frozenset({"video"}), frozenset({"photo", "close"}), "a video with a clock in the picture"),
        "surface": Shows(
            frozenset({"photo", "close"}),
            frozenset({"video"}),
            "photos, close and whole, with something for scale",
        ),
        "size": Shows(
            frozenset({"scale", "label"}), frozenset({"video"}), "a photo with a ruler, or of the label"
        ),
        "missing": Shows(
            frozenset({"everything", "label"}), frozenset({"close", "video"}), "one photo of everything received"
        ),
        "parcel": Shows(
            frozenset({"box", "label"}), frozenset({"close", "video"}), "photos of box, label and inside"
        ),
    }
)
# The fault that a situation is about by itself; elsewhere somebody must have said which it is.
_OF_SITUATION = {
    Situation.MISSING_PART: "missing",
    Situation.DAMAGED: "parcel",
    Situation.HOW_TO_USE: "no_function",
}


def fault_of(situation: Situation, symptom: str | None) -> str | None:
    """The kind of fault that evidence must be able to show, or None while nobody knows it."""
    return symptom if symptom in FAULTS else _OF_SITUATION.get(situation)


def kinds_in(read: str) -> frozenset[str]:
    """The kinds of evidence that a text names."""
    return frozenset(kind for kind, pattern in KINDS.items() if pattern.search(read))


def check_evidence(draft: Draft, fault: str | None) -> Iterator[Finding]:
    """For a text that asks for evidence. Nothing is found while nobody knows what kind of fault it is."""
    if fault is None:
        return
    named = kinds_in(draft.read)
    shows = FAULTS[fault]
    if named & shows.useless and not named & shows.useful:
        words = ", ".join(sorted(named & shows.useless))
        message = "This evidence cannot show the fault, so the buyer would send it in vain."
        yield Finding("block", "guard.evidence_useless", message, words, f"Ask for {shows.instead}.")
