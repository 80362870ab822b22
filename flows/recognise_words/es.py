"""Spanish, with and without accents."""

from __future__ import annotations

from flows.recognise_words import Cues

NEGATORS = r"\b(?:no|nunca|sin|ni|nada|tampoco|ningún|ninguna?)\b"
UNWANTED = r"\bno (?:quiero|necesito|deseo|quisiera|pido|hace falta)\b|\ben (?:vez|lugar) de\b"

_PARCEL = r"(?:pedido|paquete|env[ií]o|producto|art[ií]culo|compra|encomienda)"

CUES: Cues = {
    "item_not_received": {
        4: (
            (
                r"(?:no|nunca|a[uú]n no|todav[ií]a no) (?:me |lo |la |nos |ha |he |se )*(?:lleg\w+|recib\w+"
                r"|entreg\w+)"
            ),
            r"(?:dice|aparece|consta|figura|marca) (?:como |que (?:est[aá] |fue )?)?entregad\w+",
            "no (?:ha|han) (?:llegado|entregado)",
            r"(?:paquete|pedido) (?:se )?(?:perdi\w+|perdido|extraviad\w+)",
            "sin recibir",
        ),
    },
    "late_or_stuck": {
        4: (
            r"\b(?:retras\w+|demor\w+|atrasad\w+|retenid\w+|parad\w+ en|atascad\w+|bloquead\w+ en)\b",
            "en (?:la )?aduanas?",
            "no (?:se )?(?:actualiza|mueve|avanza|ha actualizado|hay movimiento)",
            "deber[ií]a haber llegado",
            r"tarda\w* (?:mucho|demasiado|tanto)",
            r"(?:llevo|hace|desde hace|ya) (?:\w+ ){0,3}(?:semanas|d[ií]as|meses?) (?:esperando|que)",
            r"(?:sigo|llevo) \w* ?esperando",
        ),
    },
    "where_is_my_order": {
        4: (
            rf"d[oó]nde est[aá]n? (?:mi |mis |el |los )?(?:{_PARCEL})?",
            "por d[oó]nde va",
            r"cu[aá]ndo (?:\w+ ){0,3}(?:lleg\w+|recib\w+|entreg\w+)",
            r"\b(?:seguimiento|rastre\w+|tracking)\b",
            rf"estado (?:de|del) (?:mi |el )?{_PARCEL}",
            "(?:ha|han) (?:salido|enviado) (?:ya )?mi",
            r"ya (?:lo )?(?:han )?enviad\w+",
        ),
        2: (rf"\bmi {_PARCEL}\b",),
    },
    "defective": {
        4: (
            (
                r"(?:no|dej[oó] de|ha dejado de|ya no) (?:me )?(?:funciona\w*|enciend\w*|carga\w*|arranca\w*"
                r"|prende\w*|sirve|va bien)"
            ),
            r"\b(?:defectuos\w+|defecto|aver[ií]ad\w*|fall[ao]s?|estrope\w+)\b",
            "no (?:tiene|hay|se oye) (?:sonido|se[nñ]al|nada)",
        ),
        2: ("mala calidad",),
    },
    "not_as_described": {
        4: (
            (
                r"no (?:es|se parece|coincide|corresponde|tiene nada que ver) (?:\w+ ){0,3}(?:descri\w+|foto\w*"
                r"|imagen\w*|anunci\w+|publicad\w+)"
            ),
            r"(?:diferente|distint\w+) (?:a|de|al|que) (?:\w+ ){0,3}(?:descri\w+|foto\w*|imagen\w*|anunci\w+)",
            "publicidad enga[nñ]osa",
            r"m[aá]s (?:peque[nñ]\w+|grande|corto|fino) (?:de lo|que)",
            "no (?:coincide|corresponde) con",
        ),
    },
    "wrong_item": {
        4: (
            (
                r"(?:producto|art[ií]culo|pedido|talla|color|modelo|tama[nñ]o|paquete) (?:\w+ )?(?:equivocad\w+"
                r"|err[oó]ne\w+|incorrect\w+)"
            ),
            r"(?:equivocad\w+|err[oó]ne\w+) de (?:producto|talla|color|modelo)",
            r"no es lo que (?:\w+ )?(?:ped[ií]|compr[eé]|encargu[eé])",
            r"(?:ped[ií]|compr[eé]) (?:\w+ ){1,5}(?:y|pero) (?:me )?(?:\w+ )?(?:lleg\w+|envi\w+|recib\w+|mand\w+)",
            "otr[oa] (?:producto|talla|color|modelo)",
        ),
    },
    "missing_part": {
        4: (
            r"\bfaltan?\b",
            r"\bfalta (?:una|un|el|la)\b",
            r"incomplet\w+",
            r"solo (?:\w+ )?(?:recib\w+|lleg\w+|ven[ií]a) (?:\w+ )?(?:un|una|uno|la mitad)",
            (
                r"no (?:ven[ií]a\w*|inclu\w+|tra[ií]a\w*) (?:\w+ ){0,2}(?:cargador|cable|piezas?|tornillos?"
                r"|accesorios?|mando|manual)"
            ),
        ),
    },
    "damaged": {
        4: (
            (
                r"(?:lleg\w+|recib\w+|ven[ií]a|vino|est[aá]|estaba|producto|caja|pantalla|paquete|cristal|todo"
                r"|art[ií]culo) (?:(?!no\b|nunca\b|sin\b)\w+ ){0,3}(?:rot[oa]s?|da[nñ]ad[oa]s?|golpead[oa]s?"
                r"|aplastad[oa]s?|abollad[oa]s?|rajad[oa]s?|rayad[oa]s?|mojad[oa]s?)"
            ),
            r"\b(?:da[nñ]ad[oa]s?|aplastad[oa]s?|abollad[oa]s?|hech[oa] (?:a[nñ]icos|pedazos)|agrietad[oa]s?)\b",
        ),
        2: (r"\b(?:rot[oa]s?|rompi\w+|da[nñ]os?|golpe|grieta|ara[nñ]azo\w*)\b",),
    },
    "how_to_use": {
        4: (
            (
                r"c[oó]mo (?:se )?(?:\w+ )?(?:us[ao]\w*|conect\w+|instal\w+|mont\w+|configur\w+|enciend\w+"
                r"|funciona|emparej\w+|limpi\w+|lav\w+|carg\w+)"
            ),
            r"\b(?:instrucciones|manual)\b",
            "qu[eé] bot[oó]n",
        ),
    },
    "counterfeit": {
        4: (
            r"\b(?:fals[oa]s?|falsificad\w+|falsificaci[oó]n|imitaci[oó]n|r[eé]plica|pirata)\b",
            r"no es (?:\w+ )?(?:original|aut[eé]ntic\w+|de marca)",
        ),
    },
    "change_address": {
        4: (
            (
                r"(?:cambi\w+|modific\w+|actualiz\w+|corregi\w+|equivocad\w+|otra|nueva|err[oó]nea"
                r"|incorrecta) (?:\w+ ){0,4}direcci[oó]n"
            ),
            r"direcci[oó]n (?:\w+ ){0,4}(?:equivocad\w+|incorrect\w+|mal|err[oó]nea|cambi\w+)",
            "me he mudado",
            "me equivoqu[eé] (?:de|en|con) (?:la )?direcci[oó]n",
        ),
        2: (r"\bdirecci[oó]n\b",),
    },
    "cancel_order": {
        4: (
            r"\b(?:cancel\w+|anul\w+)\b",
            "no (?:lo )?env[ií]en",
            "ya no lo quiero",
            "ped[ií] por error",
        ),
    },
    "return_exchange": {
        4: (
            (
                r"\b(?:devolver\w*|devoluci[oó]n|devuelv\w+|cambiarlo|cambiarla|canjear|reemplaz\w+|sustitu\w+"
                r"|etiqueta de devoluci[oó]n)\b"
            ),
            r"cambi\w+ (?:por|de talla|el producto)",
            "(?:otra|distinta) talla",
            r"me queda (?:grande|peque[nñ]\w+|corto)",
            "uno nuevo",
        ),
    },
    "refund": {
        4: (
            r"\b(?:reembols\w+|reintegr\w+)\b",
            r"devolu\w+ (?:de|del) (?:mi )?(?:dinero|importe)",
            "(?:mi|el) dinero(?: de vuelta)?",
            r"devu[eé]lv\w+ (?:\w+ )?dinero",
        ),
    },
    "claim_dispute": {
        4: (
            (
                r"(?:abr\w+|abiert\w+|puest\w+|pon\w+|inici\w+|present\w+) (?:\w+ ){0,2}(?:disputa|reclamaci[oó]n"
                r"|caso|queja formal)"
            ),
            r"\b(?:disputa|a-to-z|a a z)\b",
            r"denunci\w+",
            "protecci[oó]n al consumidor",
            "reclamaci[oó]n (?:en|a) (?:amazon|ebay|paypal|aliexpress)",
        ),
        2: (r"\breclamaci[oó]n\b",),
    },
    "negative_review": {
        4: (
            "(?:mala|negativa|p[eé]sima) (?:rese[nñ]a|valoraci[oó]n|opini[oó]n|calificaci[oó]n|cr[ií]tica)",
            "(?:una|1|cero) estrellas?",
            r"(?:peor|p[eé]sim\w+|horrible) (?:\w+ )?(?:tienda|servicio|vendedor|atenci[oó]n|experiencia)",
            r"nunca m[aá]s (?:compr\w+)?",
            "no (?:vuelvo|volver[eé]) a comprar",
            r"estafa\w*",
        ),
        2: (
            r"decepcion\w+",
            "verg[uü]enza",
        ),
    },
    "chargeback_threat": {
        4: (
            "contracargo",
            "chargeback",
            "retroceder el (?:cargo|pago)",
            r"(?:llam\w+|contact\w+|habl\w+|ir[eé]|avis\w+) (?:\w+ ){0,2}(?:banco|tarjeta)",
            "disputar el (?:cargo|pago)",
            "anular el (?:cargo|pago)",
        ),
    },
    "invoice": {
        4: (r"\b(?:factura\w*|recibo|comprobante|iva|nif|cif)\b",),
    },
    "presale": {
        4: (
            "cu[aá]nto (?:cuesta|vale|es)",
            r"\b(?:precio|descuentos?|oferta|disponib\w+|stock|promoci[oó]n)\b",
            "hac[eé]is env[ií]os",
            "(?:hacen|realizan) env[ií]os",
            "(?:env[ií]an|enviais|envi[aá]is) a",
            "(?:quiero|quisiera|me interesa|puedo) comprar",
            "qu[eé] diferencia",
            "gastos de env[ií]o",
            "garant[ií]a",
            r"me recomiend\w+",
        ),
    },
    "thanks": {
        4: (r"\bgracias\b(?!.{0,40}(?:pero|\?))",),
        2: (
            "todo (?:bien|perfecto)",
            "muy amable",
            "perfecto",
        ),
    },
    "other": {
        4: (
            (
                r"\b(?:contrase[nñ]a|iniciar sesi[oó]n|mi cuenta|registr\w+|persona real|agente|operador"
                r"|hablar con alguien)\b"
            ),
            r"^(?:hola|buenas|buenos d[ií]as|buenas tardes)[\s!.,]*$",
        ),
        1: (r"\bhola\b",),
    },
}
