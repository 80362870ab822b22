"""The dialogs about one case, as Slack views. Pure.

An input's block id and action id are the same word, so that an inline error can name its block and Slack keeps
what was typed when the view is updated. Limits: docs.slack.dev, reference/views (title and submit 24).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from adapters.slack.markup import Block, clean, cut, lines_object, plain_text, size
from adapters.slack.words import Say
from flows.view import EditorView, FactQuestion, FactsView, Option

INPUT_LIMIT = 3000
METADATA_LIMIT = 3000
TITLE = 24


def editor_room(view: EditorView) -> int:
    """How many characters the dialog takes for this draft."""
    return min(INPUT_LIMIT, view.limit)


def fits_editor(view: EditorView) -> bool:
    """Whether the whole draft can stand in Slack's input: a cut one must never be sent by mistake."""
    return size(clean(view.text)) <= INPUT_LIMIT


def editor(view: EditorView, say: Say) -> Block:
    """The editing dialog. Slack has one submit button, so saving without sending is a tick box."""
    note = [_note(view)] if view.note else []
    blocks = [*note, _text_input(view.text, view, say), *_only_save(view, say)]
    submit = say("edit.send" if view.can_send else "edit.save")
    return _edit_view(view, view.title, blocks, submit, say)


def changed(view: EditorView | None, about: str, typed: str, why: str, say: Say) -> Block:
    """What an edit becomes when the case moved on: the typed text is kept, and sending it needs another yes.

    `about` is the view's own metadata, kept when there is nothing left to edit.
    """
    kept = "changed.kept" if view else "changed.gone"
    told: Block = {"type": "section", "text": plain_text(f"{why}\n{say(kept)}", 2800)}
    if view is None:
        shown = [{"type": "section", "text": plain_text(typed)}] if typed else []
        return modal("gone", say("changed.title"), [told, *shown], about, say)
    blocks = [told, _text_input(typed, view, say), *_only_save(view, say)]
    submit = say("changed.send" if view.can_send else "edit.save")
    return _edit_view(view, say("changed.title"), blocks, submit, say)


def _edit_view(view: EditorView, title: str, blocks: list[Block], submit: str, say: Say) -> Block:
    about = metadata(case=view.case, version=view.version, can_send=view.can_send)
    return modal("edit", title, blocks, about, say, submit) | {"notify_on_close": True}


def _note(view: EditorView) -> Block:
    return {"type": "context", "elements": [lines_object((view.note,), None, 2000)]}


def _text_input(text: str, view: EditorView, say: Say) -> Block:
    room = max(editor_room(view), min(INPUT_LIMIT, size(text)))
    element: Block = {"multiline": True, "max_length": room}
    if text:
        element["initial_value"] = clean(text)
    return text_input("text", say("edit.text"), **element)


def _only_save(view: EditorView, say: Say) -> list[Block]:
    if not view.can_send:
        return []
    box = {"type": "checkboxes", "options": [_option("only_save", say("edit.only_save"))]}
    return [_input("options", say("edit.options"), box, optional=True)]


def decline(case: str, version: int, reasons: Sequence[tuple[str, str]], say: Say) -> Block:
    options = [_option(value, label) for value, label in reasons[:10]]
    blocks = [text_input("reason", say("decline.reason"), max_length=1000)]
    if options:
        radio = {"type": "radio_buttons", "options": options}
        note = text_input("note", say("decline.note"), optional=True, multiline=True, max_length=1000)
        blocks = [_input("reason", say("decline.reason"), radio), note]
    return _about_case("decline", case, version, blocks, say)


def submitted(case: str, version: int, say: Say) -> Block:
    proof = text_input("proof", say("submitted.proof"), max_length=1000)
    proof["hint"] = plain_text(say("submitted.hint"), 2000)
    return _about_case("submitted", case, version, [proof], say)


def no_reply(case: str, version: int, say: Say) -> Block:
    reason = text_input("reason", say("no_reply.reason"), multiline=True, max_length=1000)
    return _about_case("no_reply", case, version, [reason], say)


def _about_case(name: str, case: str, version: int, blocks: list[Block], say: Say) -> Block:
    about = metadata(case=case, version=version)
    return modal(name, say(f"{name}.title"), blocks, about, say, say(f"{name}.submit"))


def facts(view: FactsView, say: Say) -> Block:
    """One select for each fact. What stood there before is remembered, so that only changes are recorded."""
    was = {question.name: question.current or "" for question in view.questions}
    about = metadata(case=view.case, version=view.version, was=was)
    if len(about) > METADATA_LIMIT:
        about = metadata(case=view.case, version=view.version)
    blocks = [_fact(question, say) for question in view.questions[:100]]
    return modal("facts", view.title, blocks, about, say, say("facts.submit"))


def _fact(question: FactQuestion, say: Say) -> Block:
    """Slack refuses an empty option value, so each is written with a leading "=": "=" alone is "not known"."""
    if question.kind != "choice":
        return _typed_fact(question, say)
    known = [option for option in question.options if option.value][:99]
    unknown = next((option for option in question.options if not option.value), None)
    options = [*known, unknown or Option("", say("facts.unknown"))]
    shown = [_option(f"={option.value}", option.label) for option in options]
    current = [option for option in shown if option["value"] == f"={question.current or ''}"]
    element: Block = {"type": "static_select", "options": shown} | _initial(current)
    return _input(f"fact:{question.name}", question.label, element, optional=True)


def _typed_fact(question: FactQuestion, say: Say) -> Block:
    """An input whose name says its kind, so that what is typed can be read and refused without asking."""
    name, current = f"typed:{question.kind}:{question.name}", question.current or ""
    if question.kind == "instant":
        element: Block = {"type": "datetimepicker"}
        if current:
            element["initial_date_time"] = int(datetime.fromisoformat(current).timestamp())
        return _input(name, question.label, element, optional=True)
    block = text_input(name, question.label, optional=True, max_length=200, **_typed(current))
    if question.kind == "money":
        block["hint"] = plain_text(say("facts.money_hint"), 2000)
    return block


def _typed(current: str) -> Block:
    return {"initial_value": clean(current)[:200]} if current else {}


def _initial(current: Sequence[Block]) -> Block:
    return {"initial_option": current[0]} if current else {}


def metadata(**about: Any) -> str:
    """What a view remembers for us: never a text, it holds 3000 characters."""
    return json.dumps(about, sort_keys=True, separators=(",", ":"))


def modal(name: str, title: str, blocks: list[Block], about: str, say: Say, submit: str = "") -> Block:
    view: Block = {
        "type": "modal",
        "callback_id": name,
        "title": plain_text(title, TITLE),
        "close": plain_text(say("cancel" if submit else "close"), TITLE),
        "private_metadata": about,
        "blocks": blocks,
    }
    return view | ({"submit": plain_text(submit, TITLE)} if submit else {})


def text_input(name: str, label: str, *, optional: bool = False, **element: Any) -> Block:
    return _input(name, label, {"type": "plain_text_input", **element}, optional=optional)


def select_input(
    name: str, label: str, options: Sequence[tuple[str, str]], *, initial: str = "", optional: bool = False
) -> Block:
    shown = [_option(value, words) for value, words in options]
    first = [option for option in shown if option["value"] == initial]
    return _input(name, label, {"type": "static_select", "options": shown} | _initial(first), optional=optional)


def checkboxes(name: str, label: str, options: Sequence[tuple[str, str]]) -> Block:
    """None need be ticked."""
    shown = [_option(value, words) for value, words in options]
    return _input(name, label, {"type": "checkboxes", "options": shown}, optional=True)


def instant_input(name: str, label: str, initial: int | None, *, optional: bool = False) -> Block:
    """`initial` in Unix seconds; Slack shows it in the reader's own zone."""
    first = {} if initial is None else {"initial_date_time": initial}
    return _input(name, label, {"type": "datetimepicker", **first}, optional=optional)


def _input(name: str, label: str, element: Block, *, optional: bool = False) -> Block:
    named = {**element, "action_id": name}
    block: Block = {"type": "input", "block_id": name, "label": plain_text(label, 2000), "element": named}
    return block | ({"optional": True} if optional else {})


def _option(value: str, label: str) -> Block:
    return {"value": cut(value, 150), "text": plain_text(label, 75)}
