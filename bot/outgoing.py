"""Effects as outbox rows: which lane keeps their order, which key makes them once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.store import codec, outbox
from flows.effects import (
    CancelReply,
    Effect,
    PageStaff,
    RecogniseMessage,
    RefreshAlarm,
    ReleaseReply,
    SendAutomatic,
    SendReply,
    ShowCase,
    SoundAlarm,
    TellCase,
    TellPerson,
)
from flows.values import derived_id

_NOTHING = '{"v":1}'  # a card is rendered from its case


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One event's effects on one case as outbox rows. `at`: machine clock; `lane_of`: conversation → lane."""

    event: str
    case: str
    at: datetime
    lane_of: Mapping[str, str]

    def row(self, effect: Effect) -> outbox.New | None:
        match effect:
            case SendReply(id, conversation, text, version, buttons):
                lane = self.lane_of[conversation]
                below = {"buttons": buttons} if buttons else {}
                said = {"v": 1, "conversation": conversation, "text": text.id, "digest": text.digest}
                body = codec.dumps(said | below)
                return outbox.New(id, self.case, self.event, "reply", lane, f"reply:{id}", body, self.at,
                                  held=True, version=version, buyer_lane=lane)  # fmt: skip
            case SendAutomatic(id, kind, conversation, text):
                lane = self.lane_of[conversation]
                return self._new(id, "automatic", lane, f"{kind}:{id}", conversation=conversation, text=text.id,
                                 digest=text.digest)  # fmt: skip
            case ShowCase(patience_s):
                lane = f"card:{self.case}"
                return outbox.New(derived_id(self.event, lane), self.case, self.event, "card", lane,
                                  f"{lane}:{self.event}", _NOTHING,
                                  self.at + timedelta(seconds=patience_s))  # fmt: skip
            case SoundAlarm(id, deadline, rung, people, loud, again):
                return self._new(id, "alarm", f"alarm:{deadline}", f"alarm:{deadline}:{rung}:{self.event}",
                                 deadline=deadline, rung=rung, people=list(people), loud=loud,
                                 again=again)  # fmt: skip
            case PageStaff(id, deadline, rung, path):
                return self._new(id, "page", f"page:{path}:{deadline}", f"page:{id}", deadline=deadline, rung=rung,
                                 path=path)  # fmt: skip
            case RefreshAlarm(id, deadline, rung, message):
                return self._new(id, "alarm_edit", f"alarm:{deadline}", f"alarm_edit:{id}", deadline=deadline,
                                 rung=rung, message=message)  # fmt: skip
            case TellPerson(id, person, line):
                return self._new(id, "tell", f"tell:{person}", f"tell:{id}", person=person,
                                 line=codec.plain(line))  # fmt: skip
            case RecogniseMessage(id, message, language):
                return self._new(
                    id, "recognise", f"recognise:{message}", f"recognise:{id}", message=message, language=language
                )
            case ReleaseReply() | CancelReply() | TellCase():
                return None

    def _new(self, id: str, kind: str, lane: str, key: str, **body: Any) -> outbox.New:
        return outbox.New(id, self.case, self.event, kind, lane, key, codec.dumps({"v": 1, **body}), self.at)
