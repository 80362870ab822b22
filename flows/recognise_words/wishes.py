"""How buyers put what they want, in five languages (`flows.wishes` reads by it)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# The values of the fact `wish`, each with its words by language. `{w}` is a way to say that one wants something,
# `{p}` a way to ask somebody to do it.
WORDS: Mapping[str, Mapping[str, str | tuple[str, ...]]] = MappingProxyType(
    {
        "en": {
            "w": (
                "(?:(?:i|we|i'd|we'd) (?:really |just |only |now |would |still |simply )*(?:like|want"
                "|need|prefer|demand|request|expect|wish|insist on|ask for|am asking for|am requesting"
                "|would rather have)(?: to)?(?: have| get| receive)?|(?:can|could|may) (?:i|we)"
                " (?:please |just )?(?:have|get)|(?:please|pls|kindly|just) (?:give|get) (?:me|us)"
                "|give (?:me|us)|i am asking for|i'm asking for)"
            ),
            "p": (
                "(?:(?:please|pls|kindly|just|can you|could you|would you|will you|you (?:should|must"
                "|have to))(?: please| just| kindly)?)"
            ),
            "refund": (
                (
                    "{w} (?:a |my |the |our )?(?:full |complete |immediate )?(?:refund|money back|money"
                    " returned)"
                ),
                "{w} (?:to be )?refunded",
                "{w} (?:it|this|them|everything) refunded",
                "{p} (?:issue|process|make|send|arrange) (?:me )?(?:a |the |my )?(?:full )?refund",
                (
                    "{p} refund (?!policy|status|request)(?:me|us|my|our|the|this|it|in full|both"
                    "|everything|all)"
                ),
                r"\brefund me\b(?! part| half| some)",
                "(?:give|return|send|get) (?:me |us )?(?:back )?(?:all )?my money(?: back)?",
                r"\bmoney back (?:please|now|asap)",
                r"(?:^|[,;] ?)(?:just |a |full |my )*refund,? (?:please|pls|now|asap)$",
            ),
            "reship": (
                (
                    "{w} (?:a |the |another |my )?(?:new one|other one|another one|replacement|new item"
                    "|exchange for the same)"
                ),
                r"{w} another\b(?! (?:day|week|solution|answer))",
                "{w} (?:it|this|them) (?:replaced|sent again|re-?sent)",
                (
                    "{p} (?:send|ship|mail) (?:me |us |out )?(?:a new one|another one|another|a"
                    " replacement|the replacement|it again|one more|the right one|the correct (?:one|item"
                    "|size|colou?r))"
                ),
                "{p} (?:replace|resend|re-send|reship) (?:it|this|them|my|the)",
            ),
            "part": (
                (
                    "(?:{w}|{p} (?:send|ship|mail)(?: me| us)?) (?:only |just )?(?:the |a |my |that"
                    r" )?(?:missing|broken|spare|replacement|right) (?:\w+ )?(?:part|piece|screw|bolt|leg"
                    "|lid|cable|charger|bag|component|hardware)s?"
                ),
            ),
            "return": (
                "{w} (?:return|send back) (?:it|this|them|the|my)",
                "{w} send (?:it|this|them) back",
            ),
            "partial_refund": (
                (
                    "(?:{w}|{p} (?:give|offer|issue)(?: me| us)?) (?:a |some )?(?:partial refund|part of"
                    " (?:my|the) money)"
                ),
                r"refund (?:me |us )?(?:part|half|some|a part|\d+ ?%)",
            ),
            "if": r"\b(?:if|unless|otherwise|or else|in case|should (?:it|you|the))\b",
            "or": r"^(?: \w+){{0,2}},? or (?!i |we |else)",
            "not": (
                r"(?:(?:don'?t|do not|not|never|didn'?t|no longer) (?:\w+ ){{0,2}}|rather than (?:\w+"
                r" )?|instead of (?:\w+ )?)$"
            ),
            "status": (
                r"\b(?:how|what|which|why|where|when|status|how long|still waiting|waiting for|yet to|haven'?t"
                r"|have not|not yet|has not|hasn'?t|did not|didn'?t|never)\b"
            ),
        },
        "es": {
            "w": (
                "(?:(?:quiero|quisiera|querría|deseo|necesito|exijo|solicito|prefiero|pido|me gustaría"
                "|queremos)(?: que (?:me|nos))?(?: recibir| obtener| tener)?|(?:puedo|podría)"
                " (?:recibir|tener|pedir))"
            ),
            "p": "(?:por favor,?|pueden|podrían|puede|podría|haga[n]? el favor de)",
            "refund": (
                (
                    "{w} (?:un |el |mi |la )?(?:reembolso|devolución (?:del|de mi) dinero|dinero(?: de"
                    " vuelta)?)"
                ),
                "{w} (?:devuelvan|devolváis|reembolsen) (?:el |mi )?(?:dinero|importe)",
                (
                    "(?:devu[eé]lvanme|reemb[oó]lsenme|devolvedme|devolverme|reembolsarme|me devuelven)"
                    " (?:el |mi |todo el )?(?:dinero|importe)"
                ),
                r"{w} (?:que )?(?:me )?reembols\w+",
            ),
            "reship": (
                (
                    "{w} (?:otro|otra|uno nuevo|una nueva|un reemplazo|un repuesto completo|un cambio por"
                    r" otro)\b"
                ),
                "{w} (?:env[ií]en|manden) (?:otro|otra|uno nuevo|de nuevo)",
                (
                    "(?:env[ií]enme|m[aá]ndenme|enviarme|mandarme) (?:otro|otra|uno nuevo|una nueva|un"
                    " reemplazo)"
                ),
            ),
            "part": (
                (
                    "(?:{w}|(?:env[ií]enme|m[aá]ndenme|enviarme|mandarme)|env[ií]en|manden) (?:solo |sólo"
                    " )?(?:la |el |una |las |los )?(?:pieza|parte|tornillo|repuesto)s?"
                ),
            ),
            "return": (
                "{w} (?:devolver|retornar) (?:el |la |lo |los |este |esta )",
                "{w} devolverlo",
                "{w} devolverla",
            ),
            "partial_refund": (
                "(?:{w}|{p}) (?:un |una )?(?:reembolso parcial|parte del dinero)",
            ),
            "if": r"\b(?:si|salvo que|de lo contrario|en caso de)\b",
            "or": r"^(?: \w+){{0,2}},? (?:o|u) (?!voy|vamos)",
            "not": r"(?:\b(?:no|tampoco|en (?:vez|lugar) de)(?: \w+)?\s?)$",
            "status": (
                r"\b(?:cómo|como|qué|cuáles|por qué|dónde|donde|cuándo|cuando|estado|todavía no|aún no"
                r"|no he recibido|esperando|no me ha)\b"
            ),
        },
        "de": {
            "w": (
                "(?:(?:ich|wir) (?:möchte|möchten|will|wollen|hätte|hätten|brauche|brauchen|bitte um"
                "|verlange|fordere|wünsche|bestehe auf|erwarte)(?: gerne?| bitte| nur| lieber| jetzt|"
                " daher)*|(?:möchte|will|hätte) ich(?: gerne?| bitte| nur| lieber| jetzt| daher)*)"
            ),
            "p": "(?:bitte|können sie|könnten sie|könnt ihr)(?: mir| uns)?(?: bitte)?",
            "refund": (
                (
                    "{w} (?:mein |das |den |eine |die |meine )?(?:volle |vollständige )?(?:geld zurück"
                    "|kaufpreis zurück|(?:rück)?erstattung|rückzahlung)"
                ),
                r"{p} (?:\w+ ){{0,4}}(?:erstatten|zurückerstatten|zurückzahlen|zurücküberweisen)",
                "(?:erstatten|überweisen) sie (?:mir |uns )?(?:bitte )?(?:den|das|mein)",
                r"\bgeld zurück,? bitte",
            ),
            "reship": (
                (
                    "{w} (?:einen |eine |ein )?(?:neuen|neue|neues|ersatz(?:lieferung|gerät|artikel)?"
                    r"|anderen|umtausch)\b"
                ),
                (
                    r"{p} (?:\w+ ){{0,3}}(?:ersatz|noch einmal|nochmals?|neu|einen neuen|eine neue|ein"
                    r" neues) (?:\w+ )?(?:schicken|senden|zusenden|liefern)"
                ),
                (
                    "(?:schicken|senden) sie (?:mir |uns )?(?:bitte )?(?:einen neuen|eine neue|ein neues"
                    "|ersatz|noch eine?[nm]?)"
                ),
            ),
            "part": (
                (
                    "(?:{w}|{p}|(?:schicken|senden) sie (?:mir |uns )?(?:bitte )?) ?(?:nur )?(?:das |die "
                    "|den |ein |eine )?(?:fehlende[nrs]?|ersatz|passende[nrs]?) ?(?:teil|schraube|kabel"
                    r"|ladegerät|deckel)\w*"
                ),
            ),
            "return": (
                (
                    r"{w} (?:es |ihn |sie |das |den |die |diese[ns]? )?(?:\w+ ){{0,3}}(?:zurückgeben"
                    "|zurückschicken|zurücksenden|retournieren)"
                ),
            ),
            "partial_refund": (
                "(?:{w}|{p}) (?:einen |eine |um )?(?:preisnachlass|teilerstattung|teil des geldes)",
            ),
            "if": r"\b(?:wenn|falls|sonst|ansonsten|sollte|sofern|andernfalls)\b",
            "or": r"^(?: \w+){{0,2}},? oder (?!ich|wir)",
            "not": r"(?:\b(?:nicht|kein|keine|keinen|statt|anstatt)(?: \w+)?\s?)$",
            "status": (
                r"\b(?:wie|was|welche[nrms]?|warum|wo|wann|status|noch nicht|noch keine?|warte|wie"
                r" lange|bisher)\b"
            ),
        },
        "fr": {
            "w": (
                "(?:(?:je|nous) (?:veux|voudrais|souhaite|souhaiterais|demande|désire|préfère|exige"
                "|voulons|souhaitons|préfèrerais|préférerais)|j'aimerais|j'exige)(?: donc| juste|"
                " plutôt| obtenir| avoir| recevoir)*"
            ),
            "p": "(?:merci de|veuillez|pouvez-vous|pourriez-vous|je vous prie de|svp)(?: me| nous)?",
            "refund": (
                "{w} (?:un |le |mon |être |une? )?(?:remboursement|remboursée?s?|argent)",
                "{w} me faire rembourser",
                "{p} rembourser",
                "remboursez-moi",
                "rendez-moi (?:mon |l')argent",
            ),
            "reship": (
                (
                    "{w} (?:un |une |le |en )?(?:nouveau|nouvelle|autre|remplacement|échange contre le"
                    " même)"
                ),
                "{p} (?:renvoyer|réexpédier|remplacer|envoyer (?:un|une) (?:nouveau|nouvelle|autre))",
                "(?:envoyez|renvoyez)-m'en un autre",
            ),
            "part": (
                (
                    "(?:{w}|{p} envoyer) (?:juste )?(?:la |une |les )?(?:pièce|vis|partie) ?(?:manquantes?"
                    "|cassées?|de rechange)"
                ),
            ),
            "return": (
                "{w} (?:le |la |les )?(?:retourner|renvoyer) ?(?:le|la|les|cet|cette|ce|mon|ma)?",
            ),
            "partial_refund": (
                "(?:{w}|{p}) (?:un |une )?(?:remboursement partiel|partie de mon argent)",
            ),
            "if": r"(?:\bsi\b|\bs'il\b|\bsinon\b|\bau cas où\b|\bà moins\b)",
            "or": r"^(?: \w+){{0,2}},? ou (?!je|nous)",
            "not": r"(?:\b(?:pas|plutôt que|au lieu d[e'])(?: \w+)?\s?)$",
            "status": (
                r"\b(?:comment|quels?|quelles?|pourquoi|où|quand|toujours pas|pas encore|j'attends|état"
                r"|en attente)\b"
            ),
        },
        "zh": {
            "w": "(?:我(?:们)?(?:只|就|还是|现在)?(?:想要?|要求?|需要|希望|选择|申请))",
            "p": "(?:请|麻烦|能不能|可以|可不可以|帮我|给我)(?:你们?|您)?(?:帮我|给我)?",
            "refund": (
                "{w}(?:全额|全部|直接)?(?:退款|退钱|把钱退)",
                "{p}(?:全额|全部|直接|把钱)?(?:退款(?!多久|什么时候|进度)|退钱|退给我)",
                "把钱退(?:给我|回来)",
                "(?:^|[,，] ?)退款(?:吧|谢谢|了)?$",
            ),
            "reship": (
                "{w}(?:重新?发|补发|换一个|换新|换货|再发一[个件])",
                "{p}(?:重新?发|补发一?[个件份]?(?!配件|零件|螺丝)|换一个|换新|换货|再[发寄]一[个件])",
            ),
            "part": (
                (
                    "(?:{w}|{p})(?:补发|补寄|寄|发)(?:一下|一个)?(?:缺少?的|少的|漏的)?(?:配件|零件|螺丝"
                    "|部件)"
                ),
            ),
            "return": (
                "{w}退货(?!退款)",
                "{p}退货(?!退款|政策)",
            ),
            "partial_refund": (
                "(?:{w}|{p})(?:部分退款|退一?部分|退一半)",
            ),
            "if": "(?:如果|要是|否则|不然|万一)",
            "or": r"^.{{0,3}}(?:或|还是)",
            "not": "(?:不|别|没|不用|不需要|而不是)$",
            "status": "(?:怎么|怎样|如何|什么情况|为什么|什么时候|何时|多久|到账|进度|还没|没收到)",
        },
    }
)  # fmt: skip
