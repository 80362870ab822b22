"""The words the guard looks for, one pattern a subject, in en, zh, es, de, fr and ru. Read in lower case.

From the marketplace rules, section 5.1 (hints for a linter) and playbooks sections 0.3 and 14.
"""

from __future__ import annotations

import re

RATING = re.compile(
    r"\b(?:re-?views?|reviewers?|ratings?|rate us|rate (?:the|our|your|this|my)|feedbacks?|testimonials?"
    r"|thumbs up)\b"
    r"|\b(?:[1-5]|one|two|three|four|five)[ -]?stars?\b|\bstars\b|[★⭐]|\br[ .]e[ .]v[ .]i[ .]e[ .]w"
    r"|好评|差评|中评|评价|评论|评分|五星|星级|追评|晒单|打分"
    r"|\b(?:reseñas?|valoraci(?:ón|ones)|valorar(?:nos)?|calificaci(?:ón|ones)|calificar(?:nos)?|puntuaci(?:ón"
    r"|ones)|estrellas)\b"
    r"|\b(?:opiniones|opinión (?:positiva|negativa))\b"
    r"|\b(?:bewertung(?:en)?|bewerten|rezension(?:en)?|sterne(?:n)?|\w*sterne[- ]?bewertung)\b"
    r"|\bavis\b(?! de passage| d'exp)|\b(?:évaluations?|évaluer|étoiles|notez|commentaire positif)\b"
    r"|отзыв|оценк|оценит|рейтинг|зв[её]зд"
)

EXCHANGE = re.compile(
    r"\b(?:if you|once you|when you|after you|as soon as you|in return|in exchange|then we|provided|otherwise"
    r"|unless)\b"
    r"|\b(?:refund\w*|vouchers?|gift\w*|coupons?|discounts?|cash ?back|bonus|compensat\w*|replacement|free"
    r"|reward\w*)\b"
    r"|\bwe(?:'ll| will| can| would)\b"
    r"|如果|只要|换取|交换|返现|退款|退还|优惠券|红包|礼品|礼物|赠送|补偿|补发|重发|就给|再给|之后我们|后我们"
    r"|\b(?:si (?:nos|usted|deja|pone|cambia|elimina)|a cambio|reembols\w*|cup(?:ón|ones)|regal\w*|descuentos?"
    r"|gratis|compensa\w*)\b"
    r"|\b(?:después de que|en cuanto|cuando)\b"
    r"|\b(?:wenn sie|falls sie|sobald|nachdem|im gegenzug|dafür|dann|erstatt\w*|rückerstatt\w*|gutschein\w*"
    r"|geschenk\w*|rabatt\w*|kostenlos\w*)\b"
    r"|\b(?:si vous|en échange|en retour|rembours\w*|bon d'achat|cadeau\w*|réduction\w*|remise|gratuit\w*"
    r"|dès que vous|après)\b"
    r"|если вы|взамен|в обмен|возврат|верн[её]м|вернуть|скидк|купон|подар|бонус|бесплатн|после того|тогда"
)

CHANGE_RATING = re.compile(
    r"\b(?:change|remove|delete|revise|update|edit|withdraw|cambi\w+|elimin\w+|borr\w+|ändern|löschen|entfernen"
    r"|modifi\w+|supprim\w+)\b|修改|删除|撤回|更改|измен|удал"
)
POSITIVE = re.compile(
    r"\b(?:positive|good|great|nice|5[ -]?star|five[ -]?star|positiv[ao]s?|buen[ao]s?|positive[nrs]?|gute[nrs]?"
    r"|positif|bonne)\b|好评|五星|положит|хорош"
)

BLAME = re.compile(
    r"\byour (?:own )?(?:fault|mistake|error|carelessness|negligence)\b|\byou (?:should|ought to|could) have\b"
    r"|\byou (?:must have |probably )?(?:broke|dropped|misused|damaged) (?:it|the)\b|\byou (?:failed|forgot"
    r"|neglected) to\b"
    r"|\b(?:user|operator) error\b|\byou (?:are|'re) (?:lying|a liar|to blame|responsible for the damage)\b"
    r"|\byou didn'?t (?:read|follow)\b|\byou did not (?:read|follow)\b"
    r"|(?:是|属于)(?:您|你)(?:自己)?的?(?:错|责任|问题|过失)|(?:您|你)自己(?:弄|摔|造成|的问题|的责任|不)|(?:您"
    r"|你)(?:本来)?应该早"
    r"|使用不当|操作不当|(?:您|你)没有(?:仔细|认真|按)"
    r"|\b(?:culpa|error|fallo) (?:suy[ao]|tuy[ao])\b|\bes (?:su|tu) (?:propia )?(?:culpa|error|fallo)\b"
    r"|\b(?:usted |tú )?(?:debería|deberías|tendría que) (?:haber)\w*\b|\busted no (?:leyó|siguió)\b"
    r"|\b(?:ihre|deine) (?:eigene )?schuld\b|\bselbst schuld\b|\bselbst verschuldet\b|\b(?:ihr"
    r"|dein) (?:eigener )?fehler\b"
    r"|\bbedienungsfehler\b|\bsie hätten\b[^.]{0,60}\b(?:sollen|müssen)\b"
    r"|\b(?:votre|ta) (?:propre )?faute\b|\bvous auriez dû\b|\bvotre erreur\b|вы сами виноват|ваша (?:вина"
    r"|ошибка)|вам следовало"
)

APOLOGY = re.compile(
    r"\b(?:sorry|apologi[sz]e|apolog(?:y|ies)|regret)\b|抱歉|对不起|致歉|道歉|歉意"
    r"|\b(?:lo siento|lo sentimos|lamentamos|lamento|disculp\w+|perdón)\b"
    r"|\b(?:tut (?:uns|mir) leid|entschuldig\w+|bedauern|verzeihung)\b|\b(?:désolés?|excus\w+|navrés?)\b|извин"
    r"|сожале|прост"
)
PLAN = re.compile(
    r"\b(?:refund\w*|send\w*|replac\w*|ship\w*|reship\w*|return\w*|repair\w*|solution|proposal|label|answer"
    r"|update|check\w*|find out)\b"
    r"|退款|退还|补发|重发|重新发货|寄出|换货|退货|维修|方案|答复|回复|核实|面单|金额"
    r"|\b(?:reembols\w+|envi\w+|devol\w+|cambi\w+|repar\w+|soluci\w+|propuesta|etiqueta|respuesta|recoge\w+"
    r"|comprob\w+)\b"
    r"|\b(?:erstatt\w+|send\w+|ersatz\w*|zurück\w*|repar\w+|lösung\w*|vorschlag|etikett|antwort\w*|prüf\w+"
    r"|klär\w+)\b"
    r"|\b(?:rembours\w+|envo\w+|rempla\w+|retour\w*|répar\w+|solution|réponse|étiquette)\b|верн|возврат|отправ"
    r"|замен|решен|ответ"
)

SOON = re.compile(
    r"\b(?:soon(?!er)|shortly|as soon as possible|asap|in due course|any day now|any time now|in no time)\b"
    r"|很快|尽快|马上|不久|稍后|尽早|即将"
    r"|\b(?:pronto|en breve|cuanto antes|lo antes posible|próximamente|enseguida)\b"
    r"|\b(?:bald|in kürze|demnächst|schnellstmöglich|so schnell wie möglich|baldmöglichst|zeitnah|umgehend)\b"
    r"|\b(?:bientôt|dès que possible|sous peu|prochainement)\b|скоро|в ближайшее время|как можно скорее"
)
CONDITIONAL_SOON = re.compile(r"\bas soon as (?!possible)\b|\bso bald\b")

WITHDRAW = re.compile(
    r"\b(?:close|cancel|withdraw|drop|retract)\b[^.?!]{0,25}\b(?:case|claim|dispute|complaint|request)\b"
    r"|\bconfirm(?:ing)? (?:the )?(?:receipt|delivery)\b"
    r"|(?:关闭|撤销|取消|撤回)(?:您的|你的|这个|该)?(?:纠纷|索赔|投诉|申诉|case)|(?:先|请)(?:您)?确认收货"
    r"|\b(?:cierre|cerrar|retire|retirar|cancele|cancelar|anule)\b[^.?!]{0,25}\b(?:caso|reclamación|disputa"
    r"|queja)\b"
    r"|\b(?:fall|antrag|reklamation|beschwerde|anspruch)\b[^.?!]{0,25}\b(?:schließen|zurückziehen|zurücknehmen)\b"
    r"|\b(?:schließen|ziehen) sie\b[^.?!]{0,25}\b(?:fall|antrag|reklamation|beschwerde)\b"
    r"|\b(?:fermer|retirer|annuler|fermez|retirez|annulez)\b[^.?!]{0,25}\b(?:litige|réclamation)\b|закрыть спор"
    r"|закройте спор"
)

PAYMENT = re.compile(
    r"\bpay\s?pal\b|\bwestern union\b|\bmoney\s?gram\b|\bvenmo\b|\bzelle\b|\bcash ?app\b|\bwise transfer\b"
    r"|\bpayoneer\b"
    r"|\bbank (?:transfer|account)\b|\biban\b|\bwire (?:transfer|the money)\b|\b(?:bitcoin|btc|usdt"
    r"|crypto\w*)\b|\bbizum\b"
    r"|支付宝|微信(?:支付|转账|收款)|银行(?:转账|账户|卡号)|私下(?:转账|退款|付款)|线下(?:转账|退款|付款)"
    r"|\b(?:transferencia bancaria|cuenta bancaria|giro postal)\b|\b(?:banküberweisung|überweisung|bankkonto"
    r"|kontonummer)\b"
    r"|\b(?:virement bancaire|compte bancaire)\b|банковск\w+ перевод|на карту|outside (?:of )?(?:the platform"
    r"|amazon|ebay|aliexpress)"
)

MESSENGERS = {
    "whatsapp": re.compile(r"\bwhats ?app\b|\bwa\.me\b"),
    "wechat": re.compile(r"\bwe ?chat\b|\bweixin\b|微信|加我|\bvx号|\bqq\b|qq群"),
    "telegram": re.compile(r"\btelegram\b|\bt\.me\b|телеграм"),
    "other": re.compile(
        r"\b(?:viber|facebook|instagram|messenger|skype|tiktok|snapchat|discord|line id)\b|二维码|qr[ -]?code"
        r"|вконтакте"
    ),
}
