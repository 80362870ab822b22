"""What a marketplace says of an order, by its adapter or by a person who read it there."""

from __future__ import annotations

from flows import answering, events, marketplace
from flows.case import Notice, Situation, Source
from flows.drafting import redraft
from flows.step.approving import take_back
from flows.step.situation import become
from flows.work import Work, person

# What the case is about once this was said; other events leave it as it is, or as "other" while nobody knows.
ABOUT = {
    "claim_notice": Situation.CLAIM,
    "inr_opened": Situation.ITEM_NOT_RECEIVED,
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
    about = ABOUT.get(event.event)
    if about is not None:
        become(work, about, Source.PLATFORM, notice)
    elif case.situation is Situation.UNSURE:
        work.change(situation=Situation.OTHER, situation_by=Source.PLATFORM)
    marketplace.tell(work, notice)
    answering.sync(work)
    key = "notice_by" if event.by else "notice"
    work.note(key, event=f"word:event.{event.event}", at=event.started_at, by=person(event.by))
    if event.note:
        work.note("note", by=person(event.by), text=f"text:{work.write(event.note).ref.id}")
    redraft(work)
    work.show()


def _source(event: events.PlatformNotice) -> str:
    return "notice_read" if event.by else "platform_says"
