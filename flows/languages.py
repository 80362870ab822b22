"""Which language a text is in: by its script first, then by its small words. Short texts keep what was known."""

from __future__ import annotations

import re
from collections import Counter

FEW_WORDS = 4  # in so few one word in common is chance: another language than the known one must win by two
SURE_LETTERS = 12  # below this a Latin text is too short to tell (measured: word pairs are guessed wrong by all)
_LOOK = 2_000

_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af\u1100-\u11ff]")),
    ("zh", re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")),
    ("uk", re.compile(r"[іїєґІЇЄҐ]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
)
_SCRIPT_SHARE = 0.15  # of the letters; a Chinese question about a "USB-C hub" is still Chinese
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")

_SMALL_WORDS = {
    "en": "the is are was my i you it not and to have has of for on with this that what where when can do did "
    "please how order be in me your will would any but been from am we thanks hello hi return refund "
    "never item a an no sorry yes ok so if or as at by don't didn't can't i'm it's got get want need just "
    "there they then still now about new",
    "es": "a el la los las es está mi yo no y que de en un una por para con se lo me ha he cuándo dónde "
    "pedido quiero gracias hola del al su pero muy todavía llegado como le sin más voy necesito muchas "
    "dañado cuánto",
    "de": "der die das ist und ich nicht mein meine sie es ein eine zu mit auf für wo wann habe bitte den dem "
    "im von hallo noch wurde aber bestellung sind bin auch wie kann vielen dank danke nie wieder was "
    "falsche erhalten guten",
    "fr": "le la les est et je ne pas mon ma que de du des un une pour avec sur dans vous où bonjour commande "
    "ai suis il n'ai j'ai c'est en mais votre au reçu merci jamais",
    "it": "il lo la gli non mio mia che di un una per con sul sono ho dove quando ordine grazie ciao ma del "
    "della si ancora come",
    "pt": "a o os as não meu minha que de um uma para com no na onde quando pedido obrigado olá mas ainda do "
    "da está foi eu chegou",
    "nl": "de het een is en ik niet mijn met voor waar wanneer heb bestelling dank maar nog van op te zijn "
    "naar dat",
    "pl": "nie jest na się mój moje gdzie kiedy zamówienie proszę do że to dzień dobry jak czy mam paczka "
    "dziękuję",
    "tr": "ve bir bu ne nerede değil için siparişim var yok mı mi ile çok benim lütfen merhaba ürün ama gelmedi",
    "sv": "och är inte min mitt jag att det en på för med var när beställning tack hej har",
}
_OWN_LETTERS = {"es": "ñ¿¡", "de": "ßäöü", "fr": "çœêèû", "pt": "ãõ", "pl": "łąęśżź", "tr": "ğşı", "sv": "å"}
_VOTES: dict[str, tuple[str, ...]] = {}
for _language, _words in _SMALL_WORDS.items():
    for _word in _words.split():
        _VOTES[_word] = (*_VOTES.get(_word, ()), _language)


def language_of(text: str, hint: str | None) -> str:
    """A primary language tag such as "en". `hint` (zh-CN, es) decides where the text cannot; without one, "en"."""
    known = (hint or "en").replace("_", "-").split("-")[0].lower() or "en"
    head = text[:_LOOK].replace("’", "'")
    letters = len(_LETTER.findall(head))
    if letters == 0:
        return known
    by_script = _script(head, letters, known)
    enough = letters >= SURE_LETTERS or hint is None
    return by_script or (_by_words(head, known, is_known=bool(hint)) if enough else known)


def _script(text: str, letters: int, known: str) -> str | None:
    for language, pattern in _SCRIPTS:
        if len(pattern.findall(text)) >= max(1, letters * _share(language)):
            return known if language in {"ru", "uk"} and known in {"ru", "uk", "bg", "sr"} else language
    return None


def _share(language: str) -> float:
    """Ukrainian has only a few letters of its own."""
    return 0.02 if language == "uk" else _SCRIPT_SHARE


def _by_words(text: str, known: str, *, is_known: bool) -> str:
    low = text.lower()
    words = _WORD.findall(low)
    votes = Counter(language for word in words for language in _VOTES.get(word, ()))
    for language, letters in _OWN_LETTERS.items():
        votes[language] += sum(low.count(letter) for letter in letters)
    best, count = votes.most_common(1)[0]
    return best if count - votes[known] >= (2 if is_known and len(words) <= FEW_WORDS else 1) else known
