"""German, with and without umlauts."""

from __future__ import annotations

from flows.recognise_words import Cues

NEGATORS = r"\b(?:nicht|kein\w*|nie|niemals|ohne|weder|nichts)\b"
UNWANTED = r"\b(?:(?:möchte|will|brauche|wollte|wünsche) (?:\w+ )?(?:kein\w*|nicht)|statt|anstatt|keine)\b"

_PARCEL = r"(?:bestellung|paket|päckchen|ware|artikel|lieferung|sendung|produkt)"

CUES: Cues = {
    "item_not_received": {
        4: (
            (
                r"(?:nicht|nie|nichts|noch nicht|immer noch nicht|bis heute nicht) (?:\w+ ){0,2}(?:angekommen"
                r"|erhalten|bekommen|da|eingetroffen|geliefert|zugestellt|gekommen)"
            ),
            r"(?:als|angeblich|steht|laut \w+) (?:\w+ ){0,2}(?:zugestellt|geliefert|ausgeliefert)",
            r"(?:paket|sendung|bestellung) (?:\w+ ){0,2}(?:verloren|verschwunden|weg\b)",
            r"habe (?:\w+ ){0,3}nicht (?:erhalten|bekommen)",
        ),
    },
    "late_or_stuck": {
        4: (
            r"\b(?:verspät\w+|verzöger\w+|überfällig|zoll|hängt|steckt fest|feststeckt)\b",
            "(?:zu|so|sehr) spät",
            r"dauert (?:\w+ ){0,2}(?:lang\w*|ewig)",
            r"(?:keine?|nicht) (?:\w+ )?(?:bewegung|aktualisier\w+|bewegt|update)",
            r"(?:sollte|hätte) (?:\w+ ){0,3}(?:schon|längst|gestern|letzte)",
            r"(?:warte|wartet|seit) (?:\w+ ){0,3}(?:wochen|tagen|monat\w*)",
        ),
    },
    "where_is_my_order": {
        4: (
            rf"wo (?:ist|bleibt|befindet sich|sind) (?:\w+ )?(?:mein\w* |die |das |der )?(?:\w+ )?(?:{_PARCEL})?",
            r"wann (?:\w+ ){0,4}(?:kommt|komm\w*|geliefert|ankomm\w*|an\b|da\b|erhalte|bekomme)",
            "sendungs(?:nummer|verfolgung|status)",
            "tracking",
            rf"(?:status|stand) (?:\w+ ){{0,2}}{_PARCEL}",
            "lieferstatus",
            "schon (?:versendet|verschickt|unterwegs|abgeschickt)",
        ),
        2: (rf"\bmeine?[nr]? {_PARCEL}\b",),
    },
    "defective": {
        4: (
            r"(?:funktioniert|geht|lädt|startet|läuft) (?:\w+ ){0,3}(?:nicht|nicht mehr|kaum)",
            r"\b(?:defekt\w*|funktionsunfähig|mangelhaft\w*)\b",
            r"lässt sich (?:\w+ )?nicht (?:einschalten|laden|anschalten|starten)",
            "(?:kein|keinen) (?:ton|strom|bild|signal)",
            r"(?:nach|ging) (?:\w+ ){0,4}kaputt gegangen",
            r"(?:nach|schon nach) (?:\w+ ){1,4}(?:kaputt|ausgefallen)",
        ),
        2: (
            "schlechte qualität",
            r"\bfehlerhaft\w*",
        ),
    },
    "not_as_described": {
        4: (
            (
                r"nicht (?:wie|der|die|das|mit der) (?:\w+ ){0,3}(?:beschr\w+|abgebildet|bild\w*|foto\w*|angegeben"
                r"|beworben)"
            ),
            "entspricht nicht",
            r"(?:sieht|ist|sind) (?:\w+ ){0,2}(?:anders|ganz anders) (?:\w+ ){0,3}(?:aus|als)",
            "(?:kleiner|größer|dünner) als (?:angegeben|beschrieben|gedacht)",
            "irreführend",
        ),
    },
    "wrong_item": {
        4: (
            r"falsche\w* (?:artikel|produkt|größe|farbe|ware|modell|lieferung|teil|bestellung|sendung|paket)",
            "falsch geliefert",
            "verwechselt",
            r"(?:nicht das|nicht der|nicht die|nicht,? was)\w* ?(?:\w+ ){0,3}(?:bestellt|gekauft)",
            r"(?:bestellt|statt) (?:\w+ ){0,5}(?:aber|und|nur) (?:\w+ )?(?:bekommen|erhalten|gekommen)",
        ),
    },
    "missing_part": {
        4: (
            r"\bfehl(?:t|en|te|ten|end\w*)\b",
            "unvollständig",
            (
                r"nur (?:ein|eine|einen|zwei|die hälfte|teil\w*) (?:\w+ ){0,4}(?:erhalten|bekommen|angekommen"
                r"|geliefert|drin)"
            ),
            (
                r"(?:ladegerät|kabel|schrauben|zubehör|teil\w*|anleitung) (?:\w+ ){0,2}(?:nicht (?:dabei|enthalten"
                r"|drin|mitgeliefert))"
            ),
        ),
    },
    "damaged": {
        4: (
            (
                r"\b(?:beschädig\w+|zerbrochen\w*|zerstört\w*|zersplittert\w*|zerdrückt\w*|eingedrückt\w*"
                r"|verbeult\w*|zerrissen\w*|zerkratzt\w*|ausgelaufen|gebrochen\w*|gesprungen\w*)\b"
            ),
            r"(?:kaputt|defekt) (?:an\w*kommen|geliefert|eingetroffen|erhalten)",
            r"(?:kam|kommt|ist|war) (?:\w+ ){0,3}kaputt (?:an|bei)",
            "transportschaden",
        ),
        2: (r"\b(?:kaputt\w*|riss|risse|kratzer|delle\w*|schaden|bruch)\b",),
    },
    "how_to_use": {
        4: (
            (
                r"wie (?:\w+ ){0,3}(?:benutz\w*|verwend\w*|verbind\w*|installier\w*|aufbau\w*|schalt\w*|bedien\w*"
                r"|kopp\w*|reinig\w*|wasch\w*|einricht\w*|montier\w*|funktioniert)"
            ),
            r"\b(?:anleitung|bedienungsanleitung|handbuch|gebrauchsanweisung)\b",
            "welche[rn]? knopf",
        ),
    },
    "counterfeit": {
        4: (
            r"\b(?:fälschung\w*|gefälscht\w*|fake\w*|plagiat\w*|nachgemacht\w*|imitat\w*|raubkopie)\b",
            r"(?:nicht|kein\w*) (?:das |der |die )?(?:original\w*|echt\w*)",
            "nicht echt",
        ),
    },
    "change_address": {
        4: (
            (
                r"(?:adresse|anschrift|hausnummer|postleitzahl) (?:\w+ ){0,4}(?:änder\w*|geändert|falsch\w*"
                r"|korrigier\w*|aktualisier\w*)"
            ),
            r"(?:falsche|andere|neue) (?:\w+ )?(?:liefer|versand)?(?:adresse|anschrift)",
            r"(?:änder\w*|korrigier\w*) (?:\w+ ){0,4}(?:\w*adresse|anschrift)",
            "umgezogen",
            "an (?:eine )?andere adresse",
        ),
        2: (
            r"\b\w*adresse\b",
            r"\banschrift\b",
        ),
    },
    "cancel_order": {
        4: (
            r"\b(?:stornier\w*|storno|abbestell\w*|widerruf\w*)\b",
            "nicht (?:mehr )?(?:ver)?(?:senden|schicken)",
            "aus versehen bestellt",
            "doppelt bestellt",
        ),
    },
    "return_exchange": {
        4: (
            (
                r"\b(?:rücksend\w*|zurück\s?send\w*|zurück\s?schick\w*|zurückgeben|retour\w*|rückgabe"
                r"|rücksendeetikett|umtausch\w*|tauschen|umzutauschen|austausch\w*|ersatz\w*)\b"
            ),
            r"passt (?:\w+ )?nicht",
            "(?:zu|viel zu) (?:klein|groß|eng|kurz)",
            "andere größe",
        ),
    },
    "refund": {
        4: (
            r"\b(?:erstatt\w+|rückerstatt\w*|rückzahlung)\b",
            "geld zurück",
            r"(?:mein|das) geld (?:\w+ ){0,2}(?:zurück|wieder)",
            "gutschrift",
        ),
    },
    "claim_dispute": {
        4: (
            (
                r"(?:fall|antrag|a-bis-z\w*|a-z\w*|käuferschutz\w*|konflikt|streitfall) (?:\w+ ){0,3}(?:eröffn\w*"
                r"|geöffnet|gestellt|eingereicht|gemeldet)"
            ),
            "a-bis-z",
            "a-to-z",
            "käuferschutz",
            "verbraucherschutz",
            "verbraucherzentrale",
            "anwalt",
            r"(?:bei|an) (?:paypal|amazon|ebay|aliexpress) (?:\w+ )?(?:gemeldet|beschwert)",
            r"\b(?:reklamation|dispute)\b",
        ),
    },
    "negative_review": {
        4: (
            "(?:schlechte|negative) (?:bewertung|rezension)",
            r"(?:ein|1|null|0) sterne?\b",
            r"(?:schlecht\w*|mies\w*|schlimmst\w*) (?:\w+ )?(?:service|shop|händler|laden|kundenservice)",
            "nie wieder",
            "betrüger",
            "abzocke",
            "frechheit",
        ),
        2: (
            r"enttäusch\w+",
            "unverschämt",
        ),
    },
    "chargeback_threat": {
        4: (
            "chargeback",
            r"rückbuch\w+",
            "rücklastschrift",
            r"(?:meine|die|der|an meine|bei meiner) (?:bank|kreditkart\w+)",
            "zurückbuchen",
        ),
    },
    "invoice": {
        4: (r"\b(?:\w*rechnung(?!s?adresse)|quittung|beleg|kaufbeleg|ust\w*|mehrwertsteuer|mwst)\b",),
    },
    "presale": {
        4: (
            "was kostet",
            "wie (?:viel|teuer)",
            r"\b(?:preis|rabatt|angebot|lieferbar|verfügbar|vorrätig|auf lager|gutschein\w*|garantie)\b",
            "liefern sie (?:nach|auch|in)",
            "versenden sie",
            r"(?:möchte|will|würde gern\w*|interessiere) (?:\w+ ){0,4}(?:kaufen|bestellen)",
            "unterschied zwischen",
            "versandkosten",
            "empfehlen sie",
            "passt (?:das|es|er|sie) (?:zu|für|auf)",
        ),
    },
    "thanks": {
        4: (r"\b(?:danke\w*|vielen dank|herzlichen dank|besten dank)\b(?!.{0,40}(?:aber|\?))",),
        2: (
            "alles (?:gut|bestens|super)",
            "perfekt",
            "super",
        ),
    },
    "other": {
        4: (
            r"\b(?:passwort|anmelden|einloggen|mein konto|registrier\w*|mitarbeiter|echte person|mensch)\b",
            r"^(?:hallo|guten tag|guten morgen|hi|moin|servus)[\s!.,]*$",
        ),
        1: (r"^(?:hallo|guten tag)\b",),
    },
}
