"""What a step does besides talking, as a value: a refund, a parcel, a label, a claim answered.

No adapter can carry one out yet: a person does, and says so with a proof. Only then is it done.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from flows.values import Money, TextRef

PROMISED = "promised"  # the key of a task that a delivered reply made: a refund, a parcel
REFUND, PARTIAL_REFUND, CANCEL = "refund", "partial_refund", "cancel"
RESHIP, PART, RETURN_LABEL = "reship", "send_part", "return_label"
PAYS_BACK = frozenset({REFUND, PARTIAL_REFUND, CANCEL})  # money to the buyer
PAYS_ALL = frozenset({REFUND, CANCEL})  # the whole order, unless an amount says less
SENDS = frozenset({RESHIP, PART})  # goods to the buyer
CAN_COST = (REFUND, PARTIAL_REFUND, CANCEL, RESHIP, PART, RETURN_LABEL)


class ActionState(StrEnum):
    PROPOSED = "proposed"  # a draft suggests it; nothing is decided
    WAITING = "waiting"  # one person approved it, a second one must
    APPROVED = "approved"  # its text is on the way to the buyer
    BY_HAND = "by_hand"  # a person is to do it now
    SUBMITTED = "submitted"  # done, with proof
    CANCELLED = "cancelled"  # the approval was voided or taken back for good
    REFUSED = "refused"  # a person said no


OPEN = (ActionState.APPROVED, ActionState.BY_HAND)
COUNTS = (*OPEN, ActionState.SUBMITTED)  # what a ledger holds against the order


class Action(Struct, frozen=True, gc=False, omit_defaults=True):
    """One action of a case. `kind` is the playbooks' word (refund, reship, answer_claim, ...).

    `version` is the case's at the yes, `amount` what that yes was for (None: not known). `text` is what is to be
    copied or was told to the buyer (`told`: it was), `proof` the id of the text that a person gave as one.
    `due_at` is by when it was promised to the buyer, `unless`: only if the buyer says nothing. `untold`: it is
    done, and the buyer does not know yet; `telling`: the effect that tells it by itself.
    `needs` is whose yes is needed besides the first one (second, lead), for the reason `why`.
    """

    id: str
    kind: str
    state: ActionState
    version: int
    text: TextRef
    order: str | None = None
    amount: Money | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    needs: str = ""
    why: str = ""
    second_by: str | None = None
    second_at: datetime | None = None
    done_by: str | None = None
    done_at: datetime | None = None
    proof: str | None = None
    told: bool = False
    due_at: datetime | None = None
    unless: bool = False
    untold: bool = False
    telling: str = ""


class Entry(Struct, frozen=True, gc=False, omit_defaults=True):
    """An action in the ledger of its order: whose case, who approved it, when it was approved or done.

    `state` is approved, by_hand or submitted. `number` is the case's.
    """

    action: str
    case: str
    number: int
    kind: str
    state: ActionState
    by: str
    at: datetime
    amount: Money | None = None


def entry_of(action: Action, case: str, number: int) -> Entry | None:
    """The action as its order's ledger has it; None while it does not count."""
    at = action.done_at or action.approved_at
    if action.state not in COUNTS or at is None:
        return None
    by = action.done_by or action.approved_by or ""
    return Entry(action.id, case, number, action.kind, action.state, by, at, action.amount)
