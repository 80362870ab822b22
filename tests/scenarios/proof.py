"""What must hold after any crash, told in numbers: design.md, invariants 1, 2, 3, 6, 7, 8, 10 and 11.

Each check reads what the store and both platforms hold at a quiet moment and tells what is wrong, in words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from bot.store import codec, journal
from tests.scenarios.found import Found, Letter, found, grouped
from tests.scenarios.rig import Rig
from tests.scenarios.world import actions, key_of, words

FINAL = ("delivered", "refused", "cancelled", "unknown")
SHOWN_UNKNOWN = "Outcome unknown"

Check = Callable[[Found], Iterator[str]]


async def prove(desk: Rig) -> dict[str, int]:
    """Assert all of it; answers the counts."""
    seen = await found(desk)
    wrong = [f"{check.__name__.strip('_')}: {problem}" for check in CHECKS for problem in check(seen)]
    assert not wrong, "\n".join(wrong)
    return counts(seen)


def counts(seen: Found) -> dict[str, int]:
    """What there was to prove: by the platforms, by the store, and how the outbox ended."""
    kept = seen.kept
    causes = Counter(row["event"] for rows in kept.journals.values() for row in rows)
    ends = Counter(f"{row['kind']} {row['state']}" for row in kept.outbox)
    rungs = Counter(f"rung {row['state']}" for row in kept.alarms)
    return {
        "buyer messages": len(seen.said),
        "edits": seen.edits,
        "heard": causes["BuyerWrote"],
        "cases": len(kept.cases),
        "journal entries": sum(len(rows) for rows in kept.journals.values()),
        "clicks acknowledged": seen.clicks,
        "approvals": len(kept.approvals),
        "sent to buyers": len(seen.sent),
        "alerts posted": sum(key_of(post).startswith("alarm:") for post in _everything(seen)),
        **dict(sorted((ends + rungs).items())),
    }


def _everything(seen: Found) -> Iterator[dict[str, Any]]:
    for post in seen.posts:
        yield post
        yield from seen.threads[post["ts"]]


def _every_message_is_an_event_once(seen: Found) -> Iterator[str]:
    """Invariants 1 and 2, compared with the buyers' own phones."""
    stored = grouped([((seen.kept.chats[r["conversation_id"]], r["external_id"]), r)
                      for r in seen.kept.messages if r["direction"] == "in"])  # fmt: skip
    events = Counter((r["event_id"], r["event"]) for rows in seen.kept.journals.values() for r in rows)
    for key, text in seen.said.items():
        rows = stored.pop(key, [])
        if [row["body"] for row in rows] != [text]:
            yield f"{key} {text!r} is stored as {[row['body'] for row in rows]}"
        for row in rows:
            if (heard := events[row["event_id"], "BuyerWrote"]) != 1:
                yield f"{key} {text!r} is {heard} events"
    yield from (f"stored and never said: {key}" for key in stored)
    edited = sum(number for (_, event), number in events.items() if event == "BuyerEdited")
    if edited != seen.edits:
        yield f"{seen.edits} edits are {edited} events"


def _nothing_is_left_over(seen: Found) -> Iterator[str]:
    """Invariant 10: nothing waits, and no cause of ours or theirs was poison."""
    for row in seen.kept.inbox.values():
        if row["state"] in ("waiting", "dead"):
            yield f"{row['kind']} {row['external_id']} is {row['state']}: {row['error']}"
    for row in seen.kept.outbox:
        if row["settled_at"] is None:
            yield f"{row['kind']} {row['id']} is {row['state']}"


def _no_click_is_lost(seen: Found) -> Iterator[str]:
    """Invariant 1: Slack never repeats a click that was acknowledged."""
    stored = sum(row["kind"] == "slack.block_actions" for row in seen.kept.inbox.values())
    if stored < seen.clicks:
        yield f"{seen.clicks} clicks were acknowledged, {stored} are stored"


def _nothing_is_sent_twice(seen: Found) -> Iterator[str]:
    """Invariant 6: each message the platform took is one row of ours; a delivered row is one message."""
    sent = {(m["chat"]["id"], str(m["message_id"])): m["text"] for m in seen.sent}
    for letter in seen.kept.letters:
        if letter.state not in FINAL:
            yield f"{letter.kind} {letter.id} ended as {letter.state}"
        if letter.state == "delivered" and sent.pop((letter.chat, letter.receipt or ""), None) != letter.text:
            yield f"{letter.kind} {letter.id} has the receipt {letter.receipt}, which is another's or nobody's"
    unsure = Counter((each.chat, each.text) for each in seen.kept.letters if each.state == "unknown")
    extra = Counter((chat, text) for (chat, _), text in sent.items()) - unsure
    for (chat, text), number in extra.items():
        yield f"chat {chat} got {number} more than we know of: {text[:60]!r}"


def _nothing_leaves_unapproved(seen: Found) -> Iterator[str]:
    """Invariant 3: each reply is one approval's, and each approval of a reply queued one."""
    replies = Counter((each.case, each.version) for each in seen.kept.letters if each.kind == "reply")
    yes = Counter((row["case_id"], row["version"]) for row in seen.kept.approvals if _is_reply(seen, row))
    for key in replies.keys() | yes.keys():
        if (replies[key], yes[key]) != (1, 1):
            yield f"case and version {key}: {yes[key]} approvals, {replies[key]} replies"


def _is_reply(seen: Found, approval: dict[str, Any]) -> bool:
    """A proposal that was replaced before this moment is known by its approval alone."""
    proposal = seen.kept.proposals.get(approval["proposal_id"])
    return proposal is None or proposal["kind"] == "reply"


def _order_is_held(seen: Found) -> Iterator[str]:
    """Invariant 7: heard by `update_id`, answered in the order of the approvals."""
    for case, rows in seen.kept.journals.items():
        causes = [seen.kept.inbox[row["event_id"]] for row in rows]
        heard = grouped([(c["lane"], c["position"]) for c in causes if c["channel"].startswith("telegram:")])
        yield from (f"case {case}: {positions}" for positions in heard.values() if positions != sorted(positions))
    answered = grouped([(letter.case, letter) for letter in seen.kept.letters if _is_delivered(letter)])
    for case, letters in answered.items():
        numbers = [int(each.receipt or 0) for each in sorted(letters, key=lambda each: each.version or 0)]
        if numbers != sorted(numbers):
            yield f"case {case}: replies, by approval, are the messages {numbers}"


def _is_delivered(letter: Letter) -> bool:
    return letter.kind == "reply" and letter.state == "delivered"


def _what_is_unknown_is_shown(seen: Found) -> Iterator[str]:
    """Invariant 6: only a person may settle it, so a person must read of it."""
    for letter in seen.kept.letters:
        if letter.state == "unknown" and letter.kind == "reply":
            told = "\n".join(words(post) for post in seen.threads[seen.kept.cards[letter.case]["message"]])
            if SHOWN_UNKNOWN not in told:
                yield f"reply {letter.id} is unknown, and its thread does not say so"


def _every_alarm_fired_once_or_says_why(seen: Found) -> Iterator[str]:
    """Invariant 8: one event for each rung that fell due, and an alert at the desk or a reason."""
    fired = Counter(r["external_id"] for r in seen.kept.inbox.values() if r["kind"] == "event" and _is_rung(r))
    posted = Counter(key_of(post) for post in _everything(seen))
    for rung in seen.kept.alarms:
        name = f"{rung['rung']} of {rung['deadline_id']}"
        key = f"alarm:{rung['deadline_id']}:{rung['due_at'].isoformat()}:{rung['rung']}"
        due, state = rung["fired_at"] is not None, rung["state"]
        if (events := fired.pop(key, 0)) != due:
            yield f"{name}: fired {rung['fired_at']}, and that many events: {events}"
        if seen.kept.deadlines[rung["deadline_id"]]["due_at"] != rung["due_at"]:
            continue  # a timer that was moved on: this instant is over, and its event found that out
        if state == "waiting" and due != (rung["at"] <= seen.at) and not _has_ended(seen, rung):
            yield f"{name} was due at {rung['at']}, now is {seen.at}, and it is {state}"
        if state == "waiting" and due and not _has_ended(seen, rung):
            yield f"{name} fired and nothing came of it"
        if state == "sounded" or (state in ("skipped", "failed") and not rung["reason"]):
            yield f"{name} is {state} without a reason"
        alerts = posted[f"alarm:{rung['deadline_id']}:{rung['rung']}"]
        if alerts != (state in ("delivered", "acknowledged")):
            yield f"{name} is {state}, and that many alerts stand at the desk: {alerts}"
    yield from (f"an event for a rung that is not there: {key}" for key in fired)


def _alerts_show_what_is_true(seen: Found) -> Iterator[str]:
    """An alert that was acknowledged, or whose clock was stopped, asks for nothing any more."""
    asking = {key_of(post) for post in _everything(seen) if "acknowledge" in actions(post)}
    for rung in seen.kept.alarms:
        ended = seen.kept.deadlines[rung["deadline_id"]]["state"] in ("met", "stopped")
        if f"alarm:{rung['deadline_id']}:{rung['rung']}" in asking and (ended or rung["state"] == "acknowledged"):
            yield f"{rung['rung']} of {rung['deadline_id']} is {rung['state']}, and its alert still asks"


def _is_rung(row: dict[str, Any]) -> bool:
    return bool(str(row["external_id"]).startswith("alarm:"))


def _has_ended(seen: Found, rung: dict[str, Any]) -> bool:
    """Its clock was stopped, or is set for another instant: that is why it stayed silent."""
    deadline = seen.kept.deadlines[rung["deadline_id"]]
    return bool(deadline["state"] != "running" or deadline["due_at"] != rung["due_at"])


def _journals_replay_to_the_cases(seen: Found) -> Iterator[str]:
    """Invariant 11: every chain holds, and the changes add up to the stored case."""
    for id, case in seen.kept.cases.items():
        rows = seen.kept.journals[id]
        yield from (f"case {id}: {problem}" for problem in journal.broken(rows))
        if case.revision != len(rows):
            yield f"case {id} has the revision {case.revision} and {len(rows)} entries"
        if journal.fold([codec.loads(row["change"]) for row in rows]) != case:
            yield f"case {id} is not what its journal adds up to"


def _one_card_a_case(seen: Found) -> Iterator[str]:
    """At its newest revision, and where we think it stands."""
    standing = grouped([(key_of(post), post["ts"]) for post in seen.posts if key_of(post).startswith("card:")])
    for id in seen.kept.cases:
        card, places = seen.kept.cards.get(id), standing.pop(f"card:{id}", [])
        if card is None or places != [card["message"]]:
            yield f"case {id}: {card and card['message']} is kept, at the desk stand {places}"
        elif unseen := [row["seq"] for row in _after(seen, id, card["revision"]) if _shows(row)]:
            yield f"case {id}: {unseen} ask for a fresh card, which shows {card['revision']}"
    yield from (f"a card of no case: {key}" for key in standing)


def _after(seen: Found, case: str, revision: int) -> list[dict[str, Any]]:
    return [row for row in seen.kept.journals[case] if row["seq"] > revision]


def _shows(row: dict[str, Any]) -> bool:
    """Whether this step asked for a fresh card: that an alert was posted, for one, does not show on it."""
    return any(effect["effect"] == "ShowCase" for effect in codec.loads(row["effects"]))


def _threads_tell_everything_once(seen: Found) -> Iterator[str]:
    """Each entry of the journal that says something stands in exactly one post of its case's thread."""
    for case, card in seen.kept.cards.items():
        posts = seen.threads.get(card["message"], [])
        told = Counter(number for post in posts for number in _told(case, key_of(post)))
        speaking = [row["seq"] for row in seen.kept.journals[case] if codec.loads(row["lines"])]
        missing = [number for number in speaking if told[number] != 1]
        if missing:
            yield f"case {case}: told not once: {[(number, told[number]) for number in missing]}"
        said = "\n".join(words(post) for post in posts)
        heard = [row for row in seen.kept.messages if (row["direction"], row["case_id"]) == ("in", case)]
        for row in heard:  # a line about an edited message shows its newest text, if it is told after the edit
            if not 1 <= (times := said.count(row["body"])) <= 1 + row["edits"]:
                yield f"case {case}: {row['body']!r} stands {times} times in its thread"


def _told(case: str, key: str) -> range:
    """The entries that a post in the thread tells, by its key `thread:<case>:<first>-<last>`."""
    if not key.startswith(f"thread:{case}:"):
        return range(0)
    first, _, last = key.rpartition(":")[2].partition("-")
    return range(int(first), int(last) + 1)


CHECKS: tuple[Check, ...] = (
    _every_message_is_an_event_once,
    _nothing_is_left_over,
    _no_click_is_lost,
    _nothing_is_sent_twice,
    _nothing_leaves_unapproved,
    _order_is_held,
    _what_is_unknown_is_shown,
    _every_alarm_fired_once_or_says_why,
    _alerts_show_what_is_true,
    _journals_replay_to_the_cases,
    _one_card_a_case,
    _threads_tell_everything_once,
)
