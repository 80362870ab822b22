"""Danger in a buyer's words, in any language at once: fire, shock, battery, injury, poison. A hard rule.

Better one call too many than one too few: a single sign is enough, whatever else the message says. What only asks
("will it overheat?"), denies ("nobody was hurt") or names a thing ("smoke detector") is no sign. All languages are
looked for in every text, since a frightened buyer writes whatever comes first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_CLAUSE = re.compile(r"[.!?;,。！？；，]")
_NEAR = 48  # characters before a sign in which a negation or a question turns it round


@dataclass(frozen=True, slots=True)
class _Signs:
    """One language: what speaks of danger, what right before it takes that back, and what is only a name."""

    danger: re.Pattern[str]
    before: re.Pattern[str]
    names: re.Pattern[str]
    asked: re.Pattern[str] | None = None  # right after the sign: a question


def _signs(danger: str, before: str, names: str, asked: str = "") -> _Signs:
    return _Signs(
        re.compile(danger), re.compile(f"(?:{before})$"), re.compile(names), re.compile(asked) if asked else None
    )


_EN = _signs(
    r"\b(?:caught|catch(?:es|ing)?|on|set \w+ on) fire\b|\bin(?:to)? flames\b|\bfire (?:hazard|brigade|department"
    r"|fighters?)\b"
    r"|\b(?:started|small|a|the|big) fire\b|\bfire (?:broke out|started)\b|\bcaught alight\b|\bset alight\b"
    r"|\b(?:burn(?:ed|t|s|ing)?|scald(?:ed|s)?|scorch(?:ed)?|sing(?:ed|eing)) (?:\w+ ){0,2}(?:my|me|myself|his"
    r"|her|him|our|us|their|the"
    r"|through|down|a hole)\b|\bgot (?:\w+ )?(?:burn(?:ed|t)|hurt|injured|cut|shocked|sick|ill|poisoned|scalded)\b"
    r"|\b(?:chemical |acid |bad |severe |degree )burns?\b|\bburns? (?:on|mark|smell)|\bburning (?:smell|hot)\b"
    r"|\bsmell(?:s|ed|ing)? (?:\w+ ){0,2}(?:burn(?:ing|t|ed)|gas|smoke)\b|\bi smell (?:gas|smoke)\b"
    r"|\b(?:charger|cable|plug|battery|device|unit|adapter|it|socket|motor|product"
    r"|item) (?:\w+ ){0,2}(?:burn(?:ed|t)|burning)\b"
    r"|\b(?:smok(?:ing|ed|es)|smoke (?:came|come|comes|coming|poured|pouring|rose|billow\w*|everywhere|from"
    r"|out))\b"
    r"|\b(?:lots of|black|full of|emit\w*|see|saw) smoke\b|\bspark(?:s|ed|ing)\b"
    r"|\bexplo(?:d\w+|sion\w*)\b|\bbl(?:ew|own|ows) up\b|\bwent (?:bang|off like a)\b"
    r"|\bmelt(?:s|ed|ing)?\b|\b(?:electric(?:al)? shock|electrocut\w+|shocked (?:me|my|him|her|us)|(?:got|gave"
    r"|get|gives|had|felt|received)"
    r" (?:\w+ ){0,3}shocks?|zapped)\b|\blive wires?\b|\bexposed wir\w+"
    r"|\bbatter(?:y|ies) (?:\w+ ){0,3}(?:swell\w*|swollen|swelled|bulg\w+|puff\w+|leak(?:ed|ing|s)?|expand\w+"
    r"|inflat\w+)\b"
    r"|\b(?:swollen|bulging|leaking|puffy|expanded) batter(?:y|ies)\b"
    r"|\boverheat(?:s|ed|ing)?\b|\b(?:too|extremely|dangerously|very|really|so) hot (?:to (?:touch|hold)|it)\b"
    r"|\b(?:gets?|getting|got|became|is)"
    r" (?:extremely|dangerously|scalding|burning|boiling) hot\b"
    r"|\binjur(?:y|ies|ed|ing)\b|\b(?:hurt|cut|sliced|stabbed|pinched|crushed|broke|fractured|bruised"
    r"|sprained) (?:\w+ )?"
    r"(?:my|me|myself|his|her|himself|herself|our|their)\b(?! (?:heart|trust|hopes?|budget|screen|phone|order"
    r"|price|feelings?|glasses?))"
    r"|\b(?:my|his|her|our) (?:\w+ ){0,2}(?:was|is|were|has been|got) (?:\w+ )?(?:hurt|injured|bleeding|burn(?:ed"
    r"|t)|poisoned|electrocuted)\b"
    r"|\b(?:got|gets|getting|really|became|so|very) (?:\w+ )?hot and\b|\bturned black\b|\bburn(?:ing"
    r"|t) (?:plastic|rubber|electrical)\b|\bcould(?:n\'?t| not) breathe\b|\binhal\w+\b|\bfell (?:off|down"
    r"|from)\b.{0,30}\b(?:hurt|broke|hospital|injur\w*)\b|\bhot (?:oil|water|steam) (?:\w+ ){0,3}(?:on"
    r"|over) (?:me|my|him|his|her)\b|\bbleed(?:s|ing)?\b|\bbled\b|\bblood\b|\bstitches\b|\bhospital\w*\b"
    r"|\bemergency room\b|\bambulance\b"
    r"|\bthe er\b|\ba ?& ?e\b"
    r"|\b(?:see|saw|seen|went to|go to|visit(?:ed)?|call(?:ed)?) (?:the|a|my|our) (?:doctor|gp|paramedics?)\b"
    r"|\ballergic (?:reaction|to it|to this)\b|\b(?:a|bad|terrible|red|itchy|got|skin) rash(?:es)?\b|\bhives\b"
    r"|\bblister(?:s|ed|ing)?\b"
    r"|\bskin (?:\w+ )?(?:irritat\w+|reaction|burn\w*|peel\w*)\b|\bswollen (?:face|lips?|eyes?|hands?|skin"
    r"|throat)\b"
    r"|\bpoison(?:ed|ing|ous)\b|\btoxic\b|\bchok(?:ed|ing|es)\b|\bswallow(?:ed|s)\b|\bsuffocat\w+\b"
    r"|\bcan'?t breathe\b"
    r"|\bvomit\w*\b|\bthrew up\b|\bthrowing up\b|\bfelt? (?:very )?(?:sick|dizzy|ill) (?:after|from)\b"
    r"|\bgas leak\w*\b|\bleak(?:s|ing|ed)? gas\b"
    r"|\bcarbon monoxide\b|\bfumes\b|\b(?:collapsed|fell|broke|shattered|exploded) (?:\w+ ){0,2}(?:on|under|onto"
    r"|in) (?:me|my|him|her|us|our)\b"
    r"|\bdangerous(?:ly)?\b|\bunsafe\b|\b(?:safety|electrical|choking) hazard\b|\bcould have (?:been )?(?:killed"
    r"|died|burn\w+ down)\b"
    r"|\bnearly (?:killed|burn\w+|died)\b|\balmost (?:killed|burn\w+|died|started a fire)\b"
    r"|\bshort[- ]circuit\w*\b",
    r"\b(?:no|not|never|nobody|no one|nothing|without|isn'?t|wasn'?t|didn'?t|doesn'?t|don'?t|won'?t|non|avoid"
    r"|against|prevent\w*)(?: (?:was|is|been|got|gets?|any"
    r"|be|it|ever))?\W{0,2}(?:\w+ )?"
    r"|\b(?:does|can|could|will|would|may|might|should) (?:it|this|that|they|these|those|the \w+|your \w+|one"
    r"|i)(?: \w+){0,2} "
    r"|\b(?:is|are) (?:it|this|that|they|these|the \w+|your \w+|there)(?: (?:a|any|an|possibly))?(?: (?:risk"
    r"|danger|chance) of)? "
    r"|\b(?:whether) (?:it|this|they|the \w+)(?: \w+){0,2} ",
    r"\bfire[- ]?(?:proof|resist\w+|retard\w+|place\w*|pit|stick|tv|work\w*|tablet|alarm|extinguisher\w*"
    r"|blanket)\b"
    r"|\bsmoke (?:detector|alarm|machine|grey|gray|colou?r|bomb)\w*|\bnon[- ]?smok\w+|\bsmoking (?:pipe|jacket"
    r"|gun)"
    r"|\bshock[- ]?(?:absor\w+|proof|resist\w+)|\bburn(?:s|ing)? (?:calories|fat|cds?|dvds?)\b|\bburnt orange\b"
    r"|\bspark plugs?\b"
    r"|\bexplosion[- ]proof\b|\bhypo ?allergenic\b|\bblood (?:pressure|sugar|orange|oxygen)\b|\bhospital (?:bed"
    r"|gown|grade|corner|reception|address|entrance)s?\b|\bbleeding (?:money|edge)\b"
    r"|\bnon[- ]?toxic\b|\bheart ?burn\b|\bice melt\w*|\bmelt(?:ed|s|ing)? (?:chocolate|ice|cheese|wax|butter"
    r"|my heart)\b"
    r"|\b(?:chocolate|wax|cheese|butter|ice cream)s? (?:\w+ ){0,2}melt\w*|\bblister pack\w*|\bwax melts?\b"
    r"|\bcheese melt\w*",
)

_ZH = _signs(
    r"起火|着火|失火|火灾|自燃|燃烧|冒烟|冒黑烟|冒火|火花|打火花|爆炸|炸了|炸开|炸裂|爆裂|烧伤|烧到|烧焦|烧穿|烧了起来|烧起来|烧着|烧糊|烧黑|好多血|很多血|全是血|夹断|夹破|吞进|咽下|摔下来"
    r"|摔了下来|摔倒|骨折|发黑.{0,4}焦|插头发黑|跳火|烫伤|烫到|烫坏了?手"
    r"|焦味|焦糊|糊味|烧焦味|触电|漏电|电击|被电|电到|电了一下|短路|鼓包|漏液|电池.{0,4}(?:膨胀|发烫|变形|胀)|发烫|过热|烫手|滚烫|熔化|融化了?(?:插|线|壳|外)"
    r"|受伤|弄伤|割伤|割破|划破(?:了)?(?:我|手|皮|孩|宝|脸)|划伤(?:了)?(?:我|手|皮|孩|宝|脸|手指)|刺伤|扎伤|扎到|夹伤|夹到|砸伤|砸到|摔伤|流血|出血|血流"
    r"|缝(?:了)?.{0,2}针"
    r"|医院|急诊|救护车|送医|看医生|就医|过敏了|过敏反应|起疹|皮疹|红疹|红肿|水泡|起泡|皮肤.{0,4}(?:痒|烂|红|灼)|灼伤|灼烧|中毒|有毒|呕吐|吐了|窒息|噎|吞下|吞了|误食|误吞|头晕"
    r"|煤气泄漏|漏气.{0,3}味"
    r"|危险|安全隐患|差点(?:烧|炸|出人命|死|着|起)|出人命",
    r"(?:没有?人?|未|不会|并未|无|防止?|避免|预防|抗|阻|不易|不怕|会不会|是否会?|是不是|有没有|有无|会否|能否|怕|担心.{0,4}|如果.{0,4}|万一.{0,3}|(?:有没有|会不会"
    r"|是否).{1,5})(?:人|任何|被|有|发生|存在)?",
    r"防火|阻燃|防爆|防触电|防漏电|漏电保护|防烫|火花塞|无毒|防过敏|低过敏|医院(?:同款|门口|前台|收|地址|上班)|止血|防过热|过热保护|短路保护|防短路|防夹|不烫手",
    r"^(?:的)?(?:吗|么|嘛|风险吗|问题吗|隐患吗)|^.{0,4}(?:吗|么)[？?]?$",
)

_DE = _signs(
    r"\bfeuer gefangen\b|\bfing feuer\b|\bfängt feuer\b|\bin flammen\b|\bflammen\b|\bin brand\b"
    r"|\bbrand (?:ausge\w+|entst\w+)|\bzimmerbrand\b|\bbrandgefahr\b|\bbrandloch\b"
    r"|\b(?:ab|an|ver|aus)?gebrannt\b|\bbrannte\b|\b(?:es|gerät|akku|stecker|kabel|netzteil"
    r"|ladegerät) brennt\b(?! nicht)|\bzu brennen\b|\bangefangen zu (?:rauchen|qualmen|schmoren)"
    r"|\bverbrannt\w*|\bverbrennung\w*|\bverbrüht\w*|\bverbrühung\w*|\bverkohlt\w*|\b(?:ver|ge|durch)schmort\w*"
    r"|\bangesengt\w*"
    r"|\brauch\b|\brauchentwicklung\b|\b(?:gerät|akku|ladegerät|netzteil|es|stecker|kabel"
    r"|motor) (?:hat )?(?:ge)?rauch(?:t|te)\b|\bqualm\w*|\bgequalmt\b"
    r"|\bfunken\b|\bexplo\w+|\b(?:akku|batterie|glas|flasche)\w* (?:\w+ ){0,3}geplatzt\b|\bgeplatzt\b"
    r"|\bgeschmolzen\w*|\bschmilzt\b|\bschmolz\b"
    r"|\bstromschl\w+|\bstromstoß\w*|\belektrischen? schlag\b|\beinen? (?:\w+ )?(?:schlag|gewischt) (?:bekommen"
    r"|abbekommen|gekriegt|versetzt)|\beine gewischt\b|\bunter strom\b|\bkurzschluss\b"
    r"|\b(?:akku|batterie)\w* (?:\w+ ){0,3}(?:aufgebläht|aufgequollen|ausgelaufen|läuft aus|überhitzt\w*|dick"
    r"|heiß)\b|\büberhitz\w+|\b(?:glühend|extrem|brennend|kochend|gefährlich|viel zu|so) heiß\b|\bzu heiß zum\b"
    r"|\bverletz\w+|\b(?:mich|finger|hand|kind|sohn|tochter) (?:\w+ ){0,3}geschnitten\b|\bgequetscht\b"
    r"|\bschnittwunde\w*|\bblut(?:et|ete|ung|ig|end)?\b|\bgeblutet\b"
    r"|\baufgeschnitten\b|\bheiß geworden\b|\baufgebläht\b|\b(?:arm|bein|finger|hand|knochen|rippe|zahn"
    r"|fuß)\w* gebrochen\b|\bich (?:bin )?(?:\w+ )?gestürzt\b|\bflammen gespuckt\b|\bkrankenhaus\b"
    r"|\bnotaufnahme\b|\bnotarzt\b|\brettungswagen\b|\bkrankenwagen\b|\bfeuerwehr\b|\b(?:zum|beim"
    r"|einen|der) (?:haut|augen|zahn)?arzt\b|\bgiftnotruf\b"
    r"|\ballergische?n? reaktion\w*|\b(?:haut)?ausschlag\b|\bhautreaktion\w*|\bhautreizung\w*|\bquaddeln\b"
    r"|\bgeschwollen\w*|\bbrandblase\w*|\bblasen auf\b|\bverätz\w+"
    r"|\bvergift\w+|\bgiftig\w*|\bverschluckt\b|\berstick\w*|\bkeine luft\b|\berbrochen\b|\bübelkeit\b"
    r"|\bschwindelig\b|\bgasgeruch\b|\bgas (?:tritt|trat|riech)\w*|\briecht nach (?:gas|verbrannt\w*)"
    r"|\b(?:lebens)?gefährlich\w*|\blebensgefahr\w*|\bgefahr\b|\bsicherheitsrisiko\b|\bzusammengebrochen\b"
    r"|\bbrandgeruch\b|\bverbrannter geruch\b|\b(?:auf|unter) (?:mich|mir) (?:gefallen|gestürzt|zusammen\w*)",
    r"\b(?:nicht|nie|niemand|niemals|kein\w*|ohne|nichts|gegen|vor|schutz vor|weder)(?: (?:wurde|ist|war|dabei"
    r"|hat sich|mehr))?\W{0,2}(?:\w+ )?"
    r"|\b(?:kann|könnte|würde|darf|besteht|ob) (?:es|er|sie|das|der|die|man|\w+)(?: \w+){0,2} |\bist (?:das|es"
    r"|der \w+|die \w+|er|sie)(?: \w+)? ",
    r"\bfeuer(?:fest|zeug|stelle|schale|werk|löscher)\w*|\bflammhemmend\w*|\brauchmelder\w*|\brauchgrau\b"
    r"|\bstoßfest\w*|\bungiftig\w*|\bungefährlich\w*|\bblutdruck\w*|\bverletzungs(?:frei|schutz)\w*"
    r"|\bcd\w* brennen\b"
    r"|\bexplosionsgeschützt\w*|\büberhitzungsschutz\w*|\bkurzschlussschutz\w*",
)

_ES = _signs(
    r"\bfuego\b|\bincendi\w+|\ben llamas\b|\bllamas\b|\bse (?:me )?(?:quem(?:ó|a|aba)|prendi[óo]|incendi\w+"
    r"|ha quemado|está quemando)|\bquem(?:ado|ada|ados|adas|adura|aduras|é|ó|aron)\b|\bechand?o? humo\b"
    r"|\bhumo\b|\bhumea\w*|\bchisp(?:a|as|azo|azos|ea|eó)\b|\bexplo(?:t|s)\w+|\breventó\b|\breventad\w+"
    r"|\bestall(?:ó|ado|ar)\b|\bderriti?\w*|\bderreti\w+|\bfundi(?:ó|do|da)\b"
    r"|\bdescargas? eléctricas?\b|\b(?:me|le|nos|una) (?:dio|pegó|ha dado|dado) (?:\w+ ){0,2}(?:descarga|calambre"
    r"|calambrazo|corriente|chispazo)|\bcalambr\w+|\belectrocut\w+|\bcortocircuito\b"
    r"|\bbater[ií]as? (?:\w+ ){0,3}(?:hinchad\w+|hinch\w+|inflad\w+|derram\w+|gote\w+|pierde)"
    r"|\bpilas? (?:\w+ ){0,2}(?:derramad\w+|sulfatad\w+)|\bsobrecal\w+|\b(?:demasiado|muy"
    r"|extremadamente) caliente\b|\bse calienta (?:mucho|demasiado)|\bardiendo\b|\babrasa\w*"
    r"|\bherid(?:o|a|os|as)\b|\blesi(?:ón|ones|onó|onado|onada|onarme)\b|\blastim(?:ó|ado|ada|é)\b"
    r"|\bme (?:he )?(?:cort(?:é|ado)|hice daño|hecho daño|pinch(?:é|ado))\b|\bse (?:ha )?(?:cortó|cortado"
    r"|hizo daño|hecho daño)\b|\bsangr\w+|\bpuntos de sutura\b"
    r"|\b(?:brazo|pierna|dedo|muñeca|tobillo|diente|costilla) roto?a?\b|\bme caí\b|\bal rojo vivo\b"
    r"|\bechó llamas\b|\bhospital\b|\burgencias\b|\bambulancia\b|\bbomberos\b|\bal (?:médico|doctor)\b"
    r"|\breacci[óo]n (?:alérgica"
    r"|en la piel|alergica)|\bsarpullido\b|\bronchas\b|\berupci[óo]n\b|\birritaci[óo]n\b|\bampollas?\b"
    r"|\bhinchaz[óo]n\b|\bme (?:salió|ha salido) (?:un |una )?(?:alergia|sarpullido)"
    r"|\bintoxic\w+|\benvenen\w+|\bt[óo]xic\w+|\btrag(?:ó|ado|aron)\b|\batragant\w+|\basfixi\w+|\bahog(?:ó|ado"
    r"|aba|ando)\b|\bvomit\w+|\bmare(?:o|ado|ada)s?\b|\bfuga de gas\b|\bhuele a (?:gas|quemad\w+)|\bolor a (?:gas"
    r"|quemad\w+)"
    r"|\bpeligros[oa]s?\b|\bpeligro\b|\bcasi (?:me |se |nos )?(?:mat|quem|incendi|muer)\w+|\bse (?:me )?(?:cayó"
    r"|rompió|desplomó) encima\b",
    r"\b(?:no|nunca|nadie|sin|ni|ning[úu]n\w*|contra|evita\w*|anti)(?: (?:se|me|hay|ha|hubo|está|es"
    r"|resultó))?\W{0,2}(?:\w+ )?"
    r"|\b(?:puede|podría|pueden|acaso|corre)(?: (?:se|el|la|lo|me|existe|hay))?(?: \w+){0,2} |¿(?:es"
    r"|son) (?:un )?(?:producto )?|\b(?:hay|existe|tiene) (?:alg[úu]n )?(?:riesgo|peligro) de ",
    r"\b(?:resistente|a prueba|protecci[óo]n)(?: contra| de| al)? (?:el )?fuego\b|\bcortafuegos\b|\bign[ií]fug\w+"
    r"|\bdetector(?:es)? de humo\b|\bgris humo\b|\bcolor humo\b|\bno t[óo]xic\w+|\bhipoalerg[ée]nic\w+"
    r"|\bfuegos artificiales\b"
    r"|\bcolor fuego\b|\bquema ?grasas?\b",
)

_FR = _signs(
    r"\b(?:pris|prend|prenait|prendre|mis le|est en|en) feu\b|\bflammes\b|\bincendi\w+|\bbrûl(?:é|ée|és|ées|ure"
    r"|ures|ait|ant|ante|e|er)\b|\bbrul(?:é|ée|ure|ures)\b|\bsent le brûlé\b|\bodeur de (?:brûlé|gaz)|\broussi\w*"
    r"|\bfumée\b|\bfum(?:ait|e|er) (?:\w+ )?(?:quand|dès|après|beaucoup)|\b(?:il|elle|appareil|chargeur|batterie"
    r"|ça) fum(?:e|ait)\b|\bs'est mis(?:e)? à (?:fumer|brûler|chauffer)|\bétincelles?\b|\bexplos\w+|\béclaté\w*"
    r"|\bfondu\w*|\ba cramé\b|\bcramé\w*"
    r"|\b(?:choc|décharge|chocs|décharges) électriques?\b|\b(?:pris|reçu|eu) (?:une |un |le )?(?:décharge"
    r"|coup de jus|jus|châtaigne)|\bélectrocut\w+|\bcourt-?circuit\w*"
    r"|\bbatterie\w* (?:\w+ ){0,3}(?:gonfl\w+|fuit|coule|chauffe)|\bpiles? (?:\w+ ){0,2}(?:coulé|coulent|fuient)"
    r"|\bsurchauff\w+|\b(?:trop|extrêmement|très) chaud\w*\b|\bchauffe (?:énormément|beaucoup|trop|anormalement)"
    r"|\bbless(?:é|ée|és|ées|ure|ures)\b|\b(?:suis|s'est|est) (?:\w+ )?(?:coupé|coupée|entaillé|pincé"
    r"|électrisé)\w*|\bcoupé (?:la main|le doigt|les doigts|au doigt|à la main)|\bsaign\w+|\bdu sang\b"
    r"|\bpoints de suture\b"
    r"|\b(?:bras|jambe|doigt|poignet|cheville|dent|côte) (?:\w+ )?cassée?\b|\b(?:suis|est) tombée?\b|\b(?:reçu"
    r"|pris) (?:du|le) courant\b|\bsent (?:très )?mauvais\b|\bhôpital\b|\baux urgences\b|\bambulance\b"
    r"|\bpompiers\b|\bsamu\b|\b(?:chez|vu|voir|au|un|le) (?:médecin"
    r"|docteur)\b|\bréactions? (?:allergique|cutanée)s?\b|\béruption\b|\bplaques rouges\b|\bdémange\w+"
    r"|\birritation\w*|\bcloques?\b|\bgonflé(?:s|e|es)? (?:du|au|le|la|les|à)"
    r"|\b(?:yeux|lèvres|visage|main|mains|doigt|peau) (?:\w+ )?gonflé\w*|\bintoxi\w+|\bempoisonn\w+|\btoxique\w*"
    r"|\bavalé\w*|\bétouff\w+|\bvomi\w*|\bmalaise\b|\bnausées?\b|\bfuite de gaz\b"
    r"|\bdangereu\w+|\bdanger\b|\bfailli (?:mourir|brûler|prendre|mettre|causer)|\bs'est (?:effondré|cassé"
    r"|écroulé)\w* sur (?:moi|mon|ma)|\btombée? sur (?:moi|mon|ma)",
    r"\b(?:pas|jamais|personne|sans|aucun\w*|ni|contre|anti|évite\w*|n'est|non)(?: (?:été|de|a|est|n'a été"
    r"|risque de))?\W{0,2}(?:\w+ )?"
    r"|\b(?:peut|pourrait|peuvent|risque|risquent|est-ce que|va-t-il|est-il|est-elle|est-ce)(?: (?:\w+|qu'il"
    r"|l'appareil)){0,3} ?",
    r"\bignifug\w+|\bdétecteurs? de fumée\b|\bgris fumée\b|\bverre fumé\w*|\bhypoallergénique\w*"
    r"|\bnon[- ]toxiques?\b|\bfeux? d'artifice\b|\bbrûle[- ](?:graisses?|parfums?)\b|\bfondue?s? de chocolat\b"
    r"|\bchocolat fondu\b|\bvomi(?:r)? de couleur\b",
)

_ALL = (_EN, _ZH, _DE, _ES, _FR)


def reports_danger(read: str) -> bool:
    """Whether the text speaks of danger or injury that happened. `read` in lower case, as the recogniser does."""
    for signs in _ALL:
        read = signs.names.sub(" ", read)
    return any(_found(signs, read) for signs in _ALL)


def _found(signs: _Signs, read: str) -> bool:
    return any(not _taken_back(signs, read, match) for match in signs.danger.finditer(read))


def _taken_back(signs: _Signs, read: str, match: re.Match[str]) -> bool:
    """Denied or only asked, in whichever language: words of one are signs in another ("riesgo de incendio")."""
    before = _CLAUSE.split(read[max(0, match.start() - _NEAR) : match.start()])[-1]
    if any(other.before.search(before) for other in _ALL):
        return True
    return signs.asked is not None and signs.asked.search(read[match.end() : match.end() + 6]) is not None
