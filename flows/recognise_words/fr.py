"""French: the most frequent matters only, until there is a French playbook and catalogue."""

from __future__ import annotations

from flows.recognise_words import Cues

NEGATORS = r"\b(?:pas|jamais|sans|aucun\w*|rien|ni)\b"
UNWANTED = r"\b(?:(?:ne )?(?:veux|souhaite|voudrais) pas|plutôt que|au lieu de)\b"

CUES: Cues = {
    "item_not_received": {
        4: (
            r"(?:pas|jamais|rien|toujours pas) (?:encore )?(?:re[cç]u\w*|eu\b|arriv\w+|livr\w+|réceptionn\w+)",
            "toujours rien",
            r"(?:indiqu\w+|marqu\w+|not[ée]\w*|annonc\w+) (?:\w+ ){0,2}livr\w+",
            r"colis (?:\w+ )?(?:perdu|volé|disparu)",
        ),
    },
    "late_or_stuck": {
        4: (
            r"\b(?:retard\w*|bloqu\w+|douane)\b",
            r"(?:aucune|pas de) (?:nouvelle\w*|mise à jour|évolution)",
            r"(?:toujours|encore) (?:\w+ ){0,3}(?:dépôt|expéditeur|transit)",
            r"devait (?:être livr\w+|arriver)",
        ),
    },
    "where_is_my_order": {
        4: (
            "o[uùû] (?:en )?(?:est|sont|se trouve)",
            r"quand (?:\w+ ){0,3}(?:arriv\w+|livr\w+|recev\w+)",
            "(?:numéro|n°) de suivi",
            r"\bsuivi\b",
            "statut de (?:ma|la) commande",
        ),
        2: (
            r"\bma commande\b",
            r"\bmon colis\b",
        ),
    },
    "damaged": {
        4: (r"\b(?:cass[ée]\w*|abîm[ée]\w*|endommag[ée]\w*|fissur[ée]\w*|bris[ée]\w*|déchir[ée]\w*|fuite)\b",),
    },
    "defective": {
        4: (
            r"ne (?:\w+ )?(?:fonctionne|marche|s'allume|charge) (?:pas|plus)",
            r"\b(?:défectueu\w+|défaut|en panne)\b",
        ),
    },
    "wrong_item": {
        4: (
            r"(?:mauvais\w*|erreur d[e'] ?) ?(?:article|produit|taille|couleur|colis)",
            "pas ce que j'ai commandé",
        ),
    },
    "missing_part": {
        4: (
            r"\b(?:manque\w*|manquant\w*|incomplet\w*)\b",
            r"(?:re[cç]u|eu) que \d+",
        ),
    },
    "return_exchange": {
        4: (
            r"\b(?:retourn\w+|renvoy\w+|échang\w+|remplac\w+)\b",
            "bon de retour",
        ),
        2: (r"\bretour\b",),
    },
    "refund": {
        4: (r"\brembours\w+",),
    },
    "cancel_order": {
        4: (r"\bannul\w+",),
    },
    "change_address": {
        4: (
            r"(?:chang\w+|modifi\w+|mauvaise|nouvelle|erreur) (?:\w+ ){0,4}adresse",
            r"adresse (?:\w+ ){0,3}(?:fausse|erronée|incorrecte)",
        ),
    },
    "counterfeit": {
        4: (
            r"contrefa[cç]\w+",
            r"\bfaux\b",
            "(?:pas|n'est pas) (?:un )?(?:original|authentique)",
        ),
    },
    "claim_dispute": {
        4: (
            r"\blitige\b",
            r"(?:ouv\w+|dépos\w+) (?:\w+ ){0,2}(?:réclamation|plainte|dossier)",
            "a-to-z",
        ),
    },
    "chargeback_threat": {
        4: (
            "(?:ma|la) banque",
            "rétrofacturation",
            "opposition au paiement",
        ),
    },
    "invoice": {
        4: (
            r"\bfactures?\b",
            r"\btva\b",
        ),
    },
    "presale": {
        4: (
            r"\b(?:prix|code promo|disponib\w+|combien|réduction|frais de (?:port|douane|livraison))\b",
            "avant de (?:passer )?commander?",
            "des originaux",
            "j'aurais besoin",
        ),
    },
    "thanks": {
        4: (r"\b(?:merci (?:beaucoup|pour|de votre)|(?:vous )?remercie)\b(?!.{0,60}\?)",),
    },
    "negative_review": {
        4: (
            "mauvais avis",
            r"(?:très )?déçu\w*",
            "arnaque",
            "honteux",
            "plus jamais",
        ),
    },
    "how_to_use": {
        4: (
            r"comment (?:\w+ ){0,3}(?:utilis\w+|branch\w+|install\w+|connect\w+|nettoy\w+|monter)",
            "mode d'emploi",
            "notice",
        ),
    },
    "other": {
        4: (
            "mot de passe",
            "mon compte",
            "(?:valider|payer|finaliser?) ma commande",
            "arrive pas à (?:payer|valider)",
            "conseiller",
            r"^(?:bonjour|bonsoir|salut)[\s!.,]*$",
        ),
    },
}
