"""Payloads as Slack sends them, cut to the fields that docs.slack.dev shows (reference/interaction-payloads)."""

from __future__ import annotations

import json
from typing import Any

from tests.adapters.slack_views import CASE

Payload = dict[str, Any]
ABOUT = json.dumps({"case": CASE, "version": 3, "can_send": True})


def block_actions(
    action_id: str, value: str | None = None, *, option: str | None = None, block: str = "b1"
) -> Payload:
    action: Payload = {
        "type": "button" if option is None else "static_select",
        "action_id": action_id,
        "block_id": block,
        "action_ts": "1795181234.500600",
    }
    action |= {"value": value} if value is not None else {}
    action |= {"selected_option": {"value": option, "text": {"type": "plain_text", "text": "x"}}} if option else {}
    return {
        "type": "block_actions",
        "token": "secret-verification-token",
        "user": {"id": "U0LENA", "username": "lena", "team_id": "T1"},
        "container": {"type": "message", "message_ts": "1795180000.000100", "channel_id": "C0AFTER"},
        "trigger_id": "1.2.abc",
        "response_url": "https://hooks.slack.com/actions/secret",
        "actions": [action],
    }


def view(kind: str, callback_id: str, values: Payload | None = None, about: str = ABOUT) -> Payload:
    """`values`: what an element's state holds, by action id."""
    state = {name: {name: element} for name, element in (values or {}).items()}
    return {
        "type": kind,
        "token": "secret-verification-token",
        "user": {"id": "U0LENA", "username": "lena"},
        "view": {
            "id": "V1",
            "hash": "1795181234.h1",
            "callback_id": callback_id,
            "private_metadata": about,
            "state": {"values": state},
        },
        "trigger_id": "1.2.abc",
        "response_urls": [{"response_url": "https://hooks.slack.com/secret"}],
    }


def typed(value: str | None) -> Payload:
    return {"type": "plain_text_input", "value": value}


def selected(value: str | None) -> Payload:
    return {"type": "static_select", "selected_option": value and {"value": value}}


def ticked(*values: str) -> Payload:
    return {"type": "checkboxes", "selected_options": [{"value": value} for value in values]}


def picked(unix: int) -> Payload:
    return {"type": "datetimepicker", "selected_date_time": unix}


def thread_message(text: str, **more: Any) -> Payload:
    event = {
        "type": "message",
        "user": "U0LENA",
        "text": text,
        "ts": "1795181300.000200",
        "event_ts": "1795181300.000200",
        "thread_ts": "1795180000.000100",
        "channel": "C0AFTER",
    }
    return {"type": "event_callback", "event_id": "Ev1", "token": "secret", "event": event | more}
