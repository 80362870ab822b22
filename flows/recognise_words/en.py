"""English, as buyers on the marketplaces write it."""

from __future__ import annotations

from flows.recognise_words import Cues

NEGATORS = r"\b(?:not|isn'?t|wasn'?t|aren'?t|weren'?t|never|no|nothing|without|neither|hasn'?t been)\b"
UNWANTED = (
    r"\b(?:(?:don'?t|do not|didn'?t|did not|not) (?:want|need|like|wish|ask(?:ed|ing)?)|no need|rather than"
    r"|instead of)\b"
)

CUES: Cues = {
    "item_not_received": {
        4: (
            (
                r"(?:never|not|nothing|n'?t|nt) (?:\w+ ){0,2}(?:arrived?|received?|come|came|delivered|got"
                r"|turned up|show(?:ed|n)? up)"
            ),
            "(?:says?|marked|shows?|showing|status) (?:as |it was |that it'?s |it is )?delivered (?:but|and|yet)",
            "(?:marked as|says|shows) delivered",
            "(?:did|do|have|has)(?:n'?t| not) (?:get|got|receive)",
            "not in my mailbox",
            "lost in (?:the )?(?:mail|post|transit)",
            "(?:parcel|package|order) (?:is|was|got) (?:lost|missing)",
        ),
        2: (
            "(?:not|never) reached",
            "still (?:haven'?t|have not|not)",
            "not yet (?:received|arrived|here)",
        ),
    },
    "late_or_stuck": {
        4: (
            r"\bdelay(?:ed|s|ing)?\b",
            r"\b(?:is|be|very|too|so|running|showing|just) late\b",
            r"\blate deliver",
            r"(?:order|delivery|parcel|package) (?:\w+ )?late\b",
            r"(?:no|hasn'?t|has not|not|stopped) (?:\w+ )?(?:updat(?:ed|e|ing)|mov(?:ed|ing|ement)|progress)",
            r"\bstuck\b",
            "held (?:up )?(?:at|in|by) customs",
            r"\bat customs\b",
            r"(?:tak(?:es|ing|en)|took) (?:\w+ ){0,3}(?:long|forever|ages)",
            "should have (?:been (?:here|delivered)|arrived|come)",
        ),
        2: (
            "still waiting",
            r"waiting for (?:\w+ ){0,2}(?:days|weeks|month)",
            "(?:so|too) many days",
            r"(?:been|already) (?:\w+ ){0,2}(?:days|weeks?|months?)",
            "why so (?:long|late|many)",
            "still (?:have )?not received",
            r"not received (?:\w+ ){0,3}(?:yet|till)",
        ),
    },
    "where_is_my_order": {
        4: (
            (
                r"where(?:'s| is| are|s)? (?:is )?(?:my|the|our|this) (?:\w+ ){0,2}(?:order|parcel|package|item"
                r"|product|delivery|stuff|shipment|box|purchase)"
            ),
            r"where (?:is|are) (?:it|they)\b",
            (
                r"when (?:will|can|do|would|is|are|shall) (?:\w+ ){0,6}(?:arriv\w*|deliver\w*|get here|come\b"
                r"|reach\w*|receive|be here)"
            ),
            (
                "(?:order|shipment|shipping|delivery|parcel|package|current|present) (?:current )?(?:status"
                "|progress|state|update)"
            ),
            (
                r"(?:status|state|progress|whereabouts|update|news|eta) (?:of|on|for|about) (?:my|the|this"
                r"|our) (?:\w+ )?(?:order|parcel|package|delivery|shipment|purchase|item)"
            ),
            (
                "track(?:ing)? (?:my |the |an? |this |of )?(?:order|parcel|package|shipment|number|id|details|info"
                "|link|code|status)"
            ),
            "order track",
            r"\btracking\b",
            r"\btrack\b",
            (
                r"(?:has|is|was|have) (?:my|the) (?:\w+ )?(?:order|package|parcel|item)s? (?:been "
                r"|already )?(?:shipped|sent|dispatched|arrived|left)"
            ),
        ),
        2: (
            "what(?:'s| is|s)? (?:about|the status|the current status)",
            "whats? (?:going on|happening|up) with (?:my|the) order",
            r"(?:order|my) (?:number|#|no)\b",
            "check (?:on )?(?:my|the) order",
            "any news",
            "how (?:long|much (?:more )?time|many days)",
            "when (?:will|do|can) i (?:get|receive|expect)",
            "expect (?:my|the) (?:delivery|order|package)",
            r"\bmy order\b.{0,20}\bnot (?:yet )?(?:reached|delivered)",
        ),
        1: (
            r"\bmy (?:order|parcel|package|delivery|shipment)\b",
            r"\border related\b",
            r"\bstatus\b",
        ),
    },
    "defective": {
        4: (
            (
                r"(?:do(?:es)?|did|is|are|has|have|was)(?:n'?t| not|nt) (?:\w+ )?(?:work|working|worked|turn on"
                r"|switch on|charge|charging|function\w*|start|power on)"
            ),
            "(?:won'?t|wont|will not|can'?t|cannot) (?:turn on|switch on|charge|work|start|power|connect)",
            "(?:stopped|stops|quit|ceased) (?:working|charging|functioning)",
            "not working",
            r"\b(?:defect\w*|faulty|malfunction\w*)\b",
            "(?:battery|motor|screen|zipper|handle|button|switch) (?:dies|died|broke|failed|is dead|fell off)",
            "no (?:sound|power|picture|light|signal)",
            r"broke (?:\w+ ){0,3}(?:after|first|within)",
            "fell apart",
            "short[- ]circuit",
        ),
        2: (
            r"\b(?:dead|useless|broke|flicker\w*|overheat\w*)\b",
            r"\bexpired?\b",
            "(?:bad|poor|low) quality",
        ),
    },
    "not_as_described": {
        4: (
            (
                r"not (?:as|like|what|the same as) (?:\w+ )?(?:described|description|advertised|pictured|shown"
                r"|the (?:picture|photo|description|listing)|it (?:said|says))"
            ),
            (
                r"(?:nothing|not|isn'?t|doesn'?t look) (?:\w+ )?like (?:the|in the|your) (?:picture|photo|image"
                r"|description|listing)"
            ),
            (
                r"different (?:from|than|to) (?:\w+ ){0,4}(?:picture|photo|image|description|listing|described"
                r"|advertised|said|shown)"
            ),
            (
                r"(?:smaller|bigger|thinner|shorter|cheaper|larger) than (?:\w+ )?(?:advertised|described|expected"
                r"|shown|stated|listed)"
            ),
            r"(?:mis-?leading|false) (?:\w+ )?(?:description|advertis\w+|picture|photo|listing)",
            r"(?:said|listed|sold) (?:\w+ ){0,3}new but",
        ),
        2: (
            "(?:does not|doesn'?t|don'?t) match",
            "as described",
            "as advertised",
            "clearly used",
            "second ?hand",
        ),
    },
    "wrong_item": {
        4: (
            (
                "wrong (?:item|product|size|colou?r|order|model|one|thing|parcel|package|version|article|flavou?r"
                "|goods)s?"
            ),
            r"(?:not|isn'?t) what i (?:\w+ )?(?:ordered|bought|paid for|purchased)",
            "did(?:n'?t| not) order (?:this|what)",
            "(?:someone|somebody) else'?s (?:order|parcel|package|item)",
            r"ordered (?:\w+ ){1,5}(?:but|and) (?:\w+ )?(?:got|received|sent|came)",
            (
                r"(?:sent|received|got|delivered|shipped) (?:me )?(?:the |a |an )?(?:wrong|different|incorrect"
                r"|other|another)\b"
            ),
            r"instead of (?:the )?(?:\w+ ){0,3}(?:i ordered|ordered)",
            "mixed up",
        ),
        2: (r"\bwrong\b",),
    },
    "missing_part": {
        4: (
            (
                r"(?:part|piece|screw|accessor\w*|charger|cable|item|manual|remote|adapter|bolt|lid"
                r"|component)s? (?:\w+ )?(?:is|are|was|were) (?:\w+ )?(?:missing|not (?:included|in))"
            ),
            r"missing (?:\w+ )?(?:part|piece|screw|accessor|charger|cable|item|remote|adapter|component|bolt)",
            "(?:not|weren'?t|wasn'?t) (?:included|in the (?:box|package|parcel))",
            "incomplete",
            (
                r"only (?:received|got|sent|came with|had)? ?(?:\w+ )?(?:one|two|three|half|part|1|2|3)\b (?:of"
                r"|out of|from|item|was|were|came)?"
            ),
        ),
        2: (
            r"\bmissing\b",
            "was (?:empty|short)",
            "empty box",
        ),
    },
    "damaged": {
        4: (
            (
                r"(?:arrived?|came|received?|delivered|got|is|was|were|are|item|box|package|parcel|product|it"
                r"|totally|completely|badly) (?:(?!not\b|never\b|no\b)\w+ ){0,2}(?:damaged|broken|cracked|smashed"
                r"|shattered|crushed|dented|torn|ripped|leaking|bent|scratched)"
            ),
            (
                r"(?:damaged|broken|cracked|shattered|crushed|smashed) (?:\w+ ){0,3}(?:on arrival"
                r"|in (?:the )?(?:post|mail|transit)|when|upon|product|item|box|package|goods|glass)"
            ),
            r"\b(?:shattered|smashed|dented|crushed)\b",
            "torn open",
            "in pieces",
            "leak(?:ed|ing) (?:all|every)",
            "(?:crack|scratch|dent|hole)s? (?:in|on|across)",
            r"\btampered\b",
        ),
        2: (r"\b(?:damaged?|broken|cracked?|scratched|torn|leaking|spilled|leaked)\b",),
    },
    "how_to_use": {
        4: (
            (
                r"how (?:do|can|should|to|does) (?:i |we |you |one |this |it )?(?:use|connect|set ?up|install"
                r"|assemble|pair|operate|turn|switch|clean|wash|charge|reset|mount|configure|take|consume|work)\b"
            ),
            r"\b(?:instructions?|user manual|manual|user guide)\b",
            "which (?:button|cable|side|port)",
            (
                r"(?:can'?t|cannot|don'?t know how to|unable to) (?:\w+ )?(?:pair|connect|install|assemble|set ?up"
                r"|figure out)"
            ),
        ),
        2: ("how (?:do|does) (?:it|this) work",),
    },
    "counterfeit": {
        4: (
            r"\b(?:counterfeit\w*|replicas?|knock[- ]?offs?|bootleg)\b",
            r"(?:is|are|it'?s|got|received|a|sent|sold|selling|with|looks?) (?:\w+ )?fakes?\b",
            r"\bfake (?:product|item|logo|brand|one|goods)",
            "not (?:an? )?(?:original|authentic|genuine|real)",
            "isn'?t (?:original|authentic|genuine|real)",
        ),
        2: (r"\b(?:fake|authentic\w*|genuine|duplicate)\b",),
    },
    "change_address": {
        4: (
            (
                r"(?:chang\w*|updat\w*|modif\w*|correct\w*|edit\w*|different|another|new|wrong|set ?up|switch"
                r"|enter\w*|add|swap|alter) (?:\w+ ){0,4}address\w*"
            ),
            r"address(?:es)? (?:\w+ ){0,3}(?:chang\w*|wrong|incorrect|issue|updat\w*|different)",
            (
                r"(?:deliver|send|ship) (?:it )?(?:to )?(?:\w+ ){0,3}(?:office|neighbou?r|work"
                r"|different place) instead"
            ),
            r"(?:street|house|flat|postal|zip)(?: code| number)? (?:\w+ ){0,2}(?:wrong|incorrect|missing)",
            "i(?:'ve| have)? moved",
        ),
        2: (r"\baddress\b",),
    },
    "cancel_order": {
        4: (
            r"\bcancel\w*\b",
            "(?:do not|don'?t|please stop) (?:ship|send)",
            "changed my mind",
            "ordered (?:it |this )?(?:by (?:mistake|accident)|twice)",
        ),
    },
    "return_exchange": {
        4: (
            (
                r"(?:want|like|need|wish|how|can|start|initiate|request|about|for|arrange|make"
                r"|to) (?:\w+ ){0,4}(?:return|exchange|swap|replace|replacement|replacements)\b"
            ),
            (
                r"\breturn(?:ing|s)? (?:\w+ ){0,2}(?:label|policy|it|this|item|product|order|goods|process|parcel"
                r"|package|something)"
            ),
            r"send (?:it|this|them|something|the \w+) back",
            r"\bsend back\b",
            r"(?:exchange|swap|replace) (?:\w+ ){0,3}(?:size|colou?r|item|product|order|process|it|this|another)",
            r"\breplacements?\b",
            "(?:not|n'?t) happy",
            "does(?:n'?t| not) fit",
            "too (?:small|big|large|tight)",
        ),
        2: (
            r"\b(?:return(?:ed|ing|s)?|exchang\w+|replac\w+|swap)\b",
            "refund",
        ),
    },
    "refund": {
        4: (
            r"\brefund(?:ed|s|ing)?\b",
            r"\bmoney back\b",
            r"\breimburse\w*",
            r"\brestitution\b",
            r"\brebate\b",
            r"(?:get|give|return|want) (?:me )?(?:\w+ )?(?:my )?money (?:back|returned)",
        ),
        2: (
            r"(?:amount|payment|money) (?:\w+ ){0,3}(?:back|returned|credited)",
            r"compensat\w+",
        ),
    },
    "claim_dispute": {
        4: (
            (
                r"(?:opened?|filed?|raised?|start(?:ed|ing)?|lodged?|escalat\w+|submitt\w+|opening"
                r"|filing) (?:\w+ ){0,3}(?:case|claim|dispute|complaint with)"
            ),
            r"\ba[- ]?to[- ]?z\b",
            "case opened",
            "dispute (?:has been|was|is) (?:opened|open)",
            "consumer protection",
            "escalated? (?:this|it) to",
            "report(?:ed|ing)? (?:you|this|it) to (?:paypal|amazon|ebay|aliexpress|the platform)",
        ),
        2: (r"\b(?:disput\w+|claim|claims)\b",),
    },
    "negative_review": {
        4: (
            "(?:bad|negative|one[- ]star|1[- ]star|terrible|poor) (?:review|rating|feedback)",
            r"(?:one|zero|1|0|no) stars?\b",
            r"worst (?:\w+ )?(?:shop|seller|service|company|store|experience|customer)",
            r"never (?:buy\w*|order\w*|shop\w*|purchas\w*|again)",
            (
                r"(?:terrible|awful|horrible|disgusting|pathetic|appalling) (?:\w+ )?(?:service|support|shop"
                r"|seller|experience|quality|company)"
            ),
            "very disappointed",
            "tell everyone",
            "avoid this (?:seller|shop)",
            r"leave (?:\w+ ){0,2}(?:review|feedback)",
        ),
        2: (r"\b(?:disappoint\w+|unacceptable|ridiculous|scam\w*|worst|rude)\b",),
    },
    "chargeback_threat": {
        4: (
            r"\bcharge ?backs?\b",
            r"(?:dispute|reverse|stop|cancel) (?:\w+ ){0,2}(?:charge|payment|transaction)",
            r"(?:call|contact|tell|with|inform|through|via) (?:\w+ )?(?:bank|card (?:issuer|company)|credit card)",
            "credit card company",
        ),
    },
    "invoice": {
        4: (
            r"\b(?:invoic\w+|vat|tax receipt|proof of purchase)\b",
            r"\b(?:bills?|receipt) (?:for|of|from|to|number|\d+)",
            r"(?:the|my|a|see|get|download|check|send) (?:\w+ ){0,2}(?:bills?|receipts?)\b",
        ),
    },
    "presale": {
        4: (
            (
                r"\b(?:price|prices|cost|costs|how much|mrp|emi|cod|cash on delivery|discounts?|offers?|coupon"
                r"|promo\w*|instal+ments?|showrooms?|distributors?)\b"
            ),
            (
                r"\b(?:in stock|available|availability|do you (?:have|sell|ship|deliver|offer|accept|provide)"
                r"|can i (?:buy|get|order|pay)|deliverable|pin ?code)\b"
            ),
            (
                r"(?:want|like|looking|interested|wanted|need) (?:\w+ )?(?:buy|buying|order some|purchas\w+"
                r"|to order|get the product)"
            ),
            (
                r"(?:recommend|suggest|which (?:\w+ )?(?:one|is|mattress|product|protein|size|model|to buy)"
                r"|best \w+|difference between|compar\w+|tell me about|features?|warranty|trial)"
            ),
            "if i (?:order|place|buy)",
            "will it fit",
            r"are you (?:\w+ )?(?:delivering|shipping|taking orders)",
            "payment (?:options?|methods?|modes?)",
            "modes? of payment",
            r"(?:are|is) (?:your|the|these) products? (?:\w+ )?(?:original|genuine|authentic)",
            "original or",
        ),
        2: (
            (
                r"\b(?:sizes?|size chart|dimensions?|colou?rs? available|delivery (?:option|charge|area|period"
                r"|time)s?|shipping (?:cost|option)s?)\b"
            ),
            r"\b(?:mattress|protein|gainer|supplement|weight (?:loss|gain)|diet|nutrition|muscle)\w*\b",
            r"\b(?:buy|purchase|order (?:now|today))\b",
        ),
        1: (r"\b(?:product|products|custom|deliver(?:y|ing)?)\b",),
    },
    "thanks": {
        4: (
            (
                r"\b(?:thank(?:s| you)|thx|many thanks|cheers|appreciate|grateful|gratitude)\b(?!.{0,40}(?:but"
                r"|please|\?))"
            ),
        ),
        2: (
            (
                r"\b(?:perfect|all (?:good|sorted)|arrived safely|great (?:service|job)|you(?:'re| are) (?:great"
                r"|awesome|the best))\b"
            ),
        ),
    },
    "other": {
        4: (
            (
                r"\b(?:human|live (?:agent|person|chat)|real person|representative|call ?back|toll free"
                r"|call cent(?:er|re)|customer (?:care|service|support))\b"
            ),
            (
                r"(?:talk|speak|chat|connect|connected|speaking|talking) (?:\w+ )?(?:to|with) (?:\w+ ){0,3}"
                r"(?:agent|person|human|someone|somebody|executive|operator|assistant|representative)"
            ),
            (
                r"\b(?:password|log ?in|sign ?(?:in|up|on)|my account|an? (?:\w+ )?account|account|newsletter"
                r"|registration|register\w*|franchise|referr?al|refer)\b"
            ),
            "(?:become|became|be|associated as) (?:a |an )?seller",
            r"\bseo\b",
            "click here",
            "weather",
            "joke",
            r"^(?:hi|hello|hey|good (?:morning|evening|afternoon)|start over|help|talk)[\s!.,]*$",
        ),
        2: (
            (
                r"\b(?:complain\w*|contact|phone number|call me|stores? open|store|urgent|emergency|working hours"
                r"|hours)\b"
            ),
        ),
        1: (
            r"^(?:hi|hello|hey)\b",
            r"\b(?:assist\w*|help)\b",
        ),
    },
}
