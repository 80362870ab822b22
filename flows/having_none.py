"""Reads "I don't have it" in a buyer's words: an answer to what we asked for, so that nobody asks again.

By tables of patterns a language: the buyer languages of `flows/replies`, and French. Total and in linear time. A
text that names what is missing speaks of that alone; one that does not speaks of all we asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from flows.recognise import plain

_IT = {
    "evidence": r"(?:a |any |the |an? \w+ )?(?:photos?|pictures?|pics?|images?|videos?|films?|clips?|camera"
    r"|evidence|proof"
    r"|box|packaging|label|packing list)",
    "order": r"(?:an? |any |the |my |that )?(?:order (?:number|no|id|confirmation)|invoice|receipt)",
    "tracking": r"(?:an? |any |the )?(?:tracking(?: number| no| id)?|shipment number)",
}
_IT_ZH = {
    "evidence": r"(?:照片|图片|视频|相机|录像|截图|证据|包装|外箱|盒子|面单|装箱单)",
    "order": r"(?:订单号|订单编号|单号|订单信息|发票|收据)",
    "tracking": r"(?:物流单号|快递单号|运单号|追踪号)",
}
_IT_ES = {
    "evidence": r"(?:la |las |el |los |una? |ningun[ao]? |ningún )?(?:fotos?|fotografías?|imagen|imágenes"
    r"|v[ií]deos?|cámara"
    r"|pruebas?|caja|embalaje|etiqueta)",
    "order": r"(?:el |un |ningún )?(?:número (?:de(?:l)? )?pedido|factura|recibo)",
    "tracking": r"(?:el |un |ningún )?número de (?:seguimiento|envío)",
}
_IT_DE = {
    "evidence": r"(?:die |das |den |ein\w* |kein\w* )?(?:fotos?|bild(?:er)?|videos?|film|kamera|belege?"
    r"|beweise?|karton"
    r"|verpackung|etikett|packliste)",
    "order": r"(?:die |eine |keine )?(?:bestellnummer|auftragsnummer|bestellbestätigung|rechnung)",
    "tracking": r"(?:die |eine |keine )?(?:sendungsnummer|paketnummer|trackingnummer)",
}
_IT_FR = {
    "evidence": r"(?:la |les |le |de |d'|une? |aucune? )?(?:photos?|images?|vidéos?|caméra|preuves?|boîte"
    r"|emballage|carton)",
    "order": r"(?:le |de |aucun )?(?:numéro de commande|facture)",
    "tracking": r"(?:le |de |aucun )?numéro de suivi",
}
# What is said before the thing ({it}) or, in some tongues, around it.
_LACK: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "en": (
            (
                r"\b(?:do not|don't|dont|did not|didn't|does not|no longer|haven't|never) (?:have|had|own|got|keep"
                r"|kept|take|took|make|made|possess|know|find)(?: got| taken)? {it}"
            ),
            (
                r"\b(?:can not|cannot|can't|cant|could not|couldn't|unable to|not able to) (?:take|make|send"
                r"|provide|record|film|show|find|give|get|upload|see)(?: you| u)? {it}"
            ),
            r"\b(?:have|got|there (?:is|are)) no (?:more )?{it}",
            r"\b(?:lost|deleted|threw(?: away)?|thrown(?: away)?|binned) {it}",
            r"^(?:sorry,? )?no {it}",
        ),
        "zh": (
            (
                r"(?:没有|没|无|未保留|没留|没有留|没拍|没存|找不到|丢了|扔了|删了|拍不了|无法提供|提供不了"
                r"|发不了){it}"
            ),
            r"{it}(?:我?也?都?)?(?:没有|没了|找不到|丢了|扔了|删了|没留|没拍|没存|拍不了|不在了)",
        ),
        "es": (
            r"\bno (?:tengo|tenemos|conservo|guard[oé]|encuentro|hice|saqué|hay) {it}",
            r"\bno puedo (?:hacer|sacar|tomar|enviar(?:le|les)?|mandar(?:le|les)?|grabar|encontrar) {it}",
            r"\b(?:perdí|borré|tiré|he perdido|he borrado|he tirado) {it}",
        ),
        "de": (
            (
                r"\b(?:habe|hab|haben|besitze|finde) (?:ich |wir )?(?:leider |auch |gar "
                r"|dafür )*{it}(?: \w+){0,2} nicht\b"
            ),
            (
                r"\b(?:habe|hab|haben|besitze|finde) (?:ich |wir )?(?:leider |auch |gar |dafür )*(?:kein\w*"
                r"|nicht) {it}"
            ),
            r"{it} (?:habe|hab|finde) (?:ich|wir) (?:leider |auch )*nicht\b",
            r"\bkann (?:ich )?(?:leider |ihnen )*{it}(?: \w+){0,2} nicht\b",
            r"\bkann (?:ich )?(?:leider |ihnen )*kein\w* {it}",
        ),
        "fr": (
            r"\bn'ai (?:pas|plus|pris|fait|aucune?)(?: de| d'| pris| fait)* ?{it}",
            r"\bne (?:peux|trouve|retrouve) (?:pas|plus)(?: vous)?(?: faire| prendre| envoyer)* ?{it}",
            r"\bj'ai (?:perdu|jeté|supprimé) {it}",
        ),
    }
)
# Said of whatever was asked: no thing is named.
_ALONE: Mapping[str, str] = MappingProxyType(
    {
        "en": r"\b(?:i|we) (?:really |just |also |still )?(?:do not|don't|dont) have (?:it|any|one|them|that"
        r"|those)\b(?! (?!any ?more|now|here|sorry|unfortunately|left)\w)"
        r"|\b(?:i|we) (?:have|'ve got|got) (?:none|nothing)\b|\bnone,? (?:sorry|unfortunately)"
        r"|^(?:sorry,? )?none\W*$"
        r"|\b(?:i|we) (?:have |had |already )*(?:lost|deleted|threw|thrown) (?:it|them|that|everything)\b",
        "zh": r"^(?:我)?(?:这个|这些|都)?(?:也)?没有(?:了|呢|啊|哦)?[\s。！!，,]*(?:抱歉|不好意思"
        r"|对不起)?[\s。！!]*$|(?:这个|这些)我?(?:都|也)?没有"
        r"|拍不了|提供不了|无法提供",
        "es": r"\bno (?:lo|la|los|las) (?:tengo|tenemos|encuentro|conservo)\b|\bno tengo(?: nada"
        r"| ninguno?a?)?\W*$|\bya no (?:lo|la|los|las)",
        "de": r"\b(?:habe|hab|haben) (?:ich |wir )?(?:das |es |sie |die |den )?(?:leider "
        r"|auch )*(?:nicht(?: mehr)?|keine?[sn]?)\W*$"
        r"|\b(?:das|es|sie|die) (?:habe|hab|haben) (?:ich|wir) (?:leider )?nicht"
        r"|\b(?:habe|hab|haben) (?:ich |wir )?(?:das |es |sie |die |alles )?(?:leider |schon )*(?:gelöscht"
        r"|weggeworfen)\b",
        "fr": r"\bje (?:ne )?l(?:'|es |e |a )(?:ai|avais|trouve) (?:pas|plus)|\bn'en ai (?:pas|plus|aucune?)\b"
        r"|\bje n'ai rien\b",
    }
)
_THINGS = {"en": _IT, "zh": _IT_ZH, "es": _IT_ES, "de": _IT_DE, "fr": _IT_FR}
REQUESTS = frozenset({"order", "evidence", "tracking", "invoice_data", "address"})  # what one may have or not


def _named(subject: str) -> re.Pattern[str]:
    rows = (
        lack.replace("{it}", things[subject]) for language, things in _THINGS.items() for lack in _LACK[language]
    )  # fmt: skip
    return re.compile("|".join(f"(?:{row})" for row in rows))


_NAMED = {subject: _named(subject) for subject in _IT}
_UNNAMED = re.compile("|".join(f"(?:{row})" for row in _ALONE.values()))


def lacking(text: str) -> frozenset[str]:
    """Which requests the buyer says to have nothing for: those named, all of them when none is, else no one."""
    read = plain(text)
    named = frozenset(subject for subject, pattern in _NAMED.items() if pattern.search(read))
    if named:
        return named
    return REQUESTS if _UNNAMED.search(read) else frozenset()
