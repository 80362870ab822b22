"""Everything a decision is made from that is data: playbooks, rules, ladders, texts. One value, passed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flows.case import Situation
from flows.playbooks import Playbook
from flows.replies.catalogue import Catalogue
from flows.rules.ladders import Rung
from flows.rules.pack import RulePack
from flows.rules.states import States


@dataclass(frozen=True, slots=True)
class Book:
    """`rules` and `states` of all platforms, `ladders` by name (info_request, outer, ...), `replies` to buyers,
    `words` for staff.

    `versions` names what each came from; the journal keeps it, so that a replay knows whether it must agree.
    """

    playbooks: Mapping[Situation, Playbook]
    rules: RulePack
    states: States
    ladders: Mapping[str, tuple[Rung, ...]]
    replies: Catalogue
    words: Catalogue
    versions: Mapping[str, str]
