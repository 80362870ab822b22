"""What a marketplace says of an order, by its adapter or by a person who read it there."""

from __future__ import annotations

from flows import answering, disputes, events, marketplace, paid
from flows.case import Notice, Situation, Source
from flows.drafting import redraft
from flows.step.approving import take_back
from flows.step.situation import become
from flows.work import Work, person

# What the case is about once this was said, whatever it was before ...
DISPUTES = {
    "claim_notice": Situation.CLAIM,
    "chargeback_notice": Situation.CHARGEBACK,
    "payment_dispute_notice": Situation.CHARGEBACK,
}
# ... or while nobody knew. Other events leave it as it is.
REQUESTS = {
    "inr_opened": Situation.ITEM_NOT_RECEIVED,
    "return_request": Situation.RETURN_EXCHANGE,
    "cancel_request": Situation.CANCELLATION,
    "escalated": Situation.ESCALATION,
    "request_opened": Situation.DISPUTE,
    "dispute_opened": Situation.DISPUTE,
    "dispute_changed_by_buyer": Situation.DISPUTE,
}


def platform_notice(work: Work, event: events.PlatformNotice) -> None:
    """The clocks follow; an approval given before this was known is void."""
    case = work.case
    notice = Notice(event.platform, event.event, event.started_at, _source(event), event.due_at, event.reference)
    if notice in case.notices:
        return  # the same again
    take_back(work, "platform_spoke")
    work.void()
    work.change(order=event.order or case.order, platform=event.platform, site=event.site or case.site)
    if event.by:
        work.change(owner=case.owner or event.by)
    _about(work, event)
    disputes.noticed(work, event.platform, event.event, Source.STAFF if event.by else Source.PLATFORM)
    marketplace.tell(work, notice)
    paid.noticed(work, event)
    answering.sync(work)
    key = "notice_by" if event.by else "notice"
    work.note(key, event=f"word:event.{event.event}", at=event.started_at, by=person(event.by))
    if event.note:
        work.note("note", by=person(event.by), text=f"text:{work.write(event.note).ref.id}")
    redraft(work)
    work.show()


def _about(work: Work, event: events.PlatformNotice) -> None:
    """What the case is about now. A claim that a chargeback follows was one: its clock ends by the state rules."""
    by, known = Source.STAFF if event.by else Source.PLATFORM, work.case.situation
    about = DISPUTES.get(event.event)
    if about is None and known is Situation.DISPUTE:
        about = REQUESTS.get(event.event)  # the notice may name its reason
    elif about is None and known in (Situation.UNSURE, Situation.OTHER):
        about = REQUESTS.get(event.event, Situation.OTHER)
    if about is Situation.CLAIM:
        become(work, about, by)
    elif about is not None:
        work.change(situation=about, situation_by=by)


def _source(event: events.PlatformNotice) -> str:
    return "notice_read" if event.by else "platform_says"
