"""Reads a short answer to "is it solved?": yes, no, or something that people must read.

Only a message that says nothing else counts: a case is closed by it. In the buyer languages of `flows/replies`,
and French.
"""

from __future__ import annotations

import re

from flows.recognise import plain

LONGEST = 60  # characters; who writes more says more
_GREETING = "hi|hello|hallo|hola|bonjour|您好|你好"
_YES = "yes|yep|yeah|ja|s[ií]|oui|是的?|对"
_ALL_IS_WELL = (  # closes it with or without a "yes" before it
    r"(?:(?:it|that|everything|all)(?:'s| is| has been)? )(?:all )?(?:solved|settled|fine|good|well|ok(?:ay)?"
    r"|great|perfect)(?: now)?|(?:problem )?solved|(?:it )?works(?: (?:now|fine|well|perfectly))?"
    r"|(?:es ist |ist )?(?:jetzt )?(?:alles|es) (?:ist )?(?:jetzt )?(?:gut|bestens|in ordnung|ok|erledigt|gelöst)"
    r"|erledigt|gelöst"
    r"|(?:ya )?(?:todo|est[aá]) (?:est[aá] )?(?:bien|perfecto|resuelto|solucionado|en orden)|resuelto|solucionado"
    r"|tout (?:va bien|est (?:bon|réglé|en ordre))|c'est (?:bon|réglé|résolu)|réglé|résolu"
    r"|(?:都|已经?|现在)?(?:好了|解决了|可以了)|没问题了?"
)
_IT_CAME = (  # so only after a "yes": the parcel alone may not be what it was about
    r"(?:i|we)(?: have|'ve)? (?:got|received) (?:it|the money|everything)|it(?: has|'s)? (?:arrived|came)"
    r"|(?:ist )?angekommen|(?:es )?ist (?:da|angekommen)|(?:ha |ya )?(?:llegado|lleg[oó]|lo recib[ií])"
    r"|(?:je l'ai|bien) reçu|(?:已经?)?(?:收到|到)了?"
)
_NO = (
    r"no|nope|not (?:yet|really|solved|at all)|still (?:not|no|nothing|broken|waiting|open)(?: \w+){0,3}"
    r"|nein|(?:immer )?noch nicht|leider (?:noch )?nicht"
    r"|(?:todav[ií]a|a[uú]n) no|non|(?:toujours )?pas encore|toujours pas"
    r"|没有|还没有?|还?没有?解决|不行"
)
_THANKS = (
    r"(?:many )?thanks?(?: you)?(?: so much| very much| a lot)?|thx|danke(?: schön| sehr)?|vielen dank"
    r"|(?:muchas )?gracias|merci(?: beaucoup)?|谢谢(?:您|你)?们?|多谢|感谢"
)
_SORRY = "sorry|unfortunately|leider|lo siento|désolée?"
_GAP = r"[,.!;，。！；\s]*"
_END = r"[.!。！\s👍🙂😊]*"
_IS_YES = re.compile(
    f"(?:(?:{_GREETING}){_GAP})?(?:(?:{_YES})(?:{_GAP}(?:{_ALL_IS_WELL}|{_IT_CAME}))?|{_ALL_IS_WELL})"
    f"(?:{_GAP}(?:{_THANKS}))?{_END}"
)
_IS_NO = re.compile(f"(?:(?:{_GREETING}){_GAP})?(?:{_NO})(?:{_GAP}(?:{_NO}))?(?:{_GAP}(?:{_SORRY}))?{_END}")


def settled_or_not(text: str) -> bool | None:
    """True for a yes, False for a no, None for whatever else the buyer says."""
    read = plain(text)
    if len(read) > LONGEST:
        return None
    if _IS_YES.fullmatch(read):
        return True
    return False if _IS_NO.fullmatch(read) else None
