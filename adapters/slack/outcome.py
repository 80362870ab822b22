"""Every failure of the Web API as one of the port errors, in words that say what to do. Pure.

The table is telegram-slack.md 2.7: certainly not done, refused, gone, or nobody can tell. Codes:
docs.slack.dev, reference/methods (chat.postMessage, chat.update, conversations.info, apps.connections.open).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from adapters.reaching import PROXY_FAILURES
from flows.ports import Gone, OutcomeUnknown, PortError, Refused, Unavailable

TRY_LATER = frozenset({"ratelimited", "rate_limited", "service_unavailable", "message_limit_exceeded"})
PERHAPS_DONE = frozenset({"internal_error", "fatal_error", "request_timeout"})
GONE = frozenset(
    {
        "message_not_found",
        "thread_not_found",
        "cant_update_message",
        "edit_window_closed",
        "cannot_reply_to_message",
    }
)
ACCOUNT = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "team_access_not_granted"}
)
ADVICE = {
    "invalid_auth": "Slack does not know this token: copy the bot token (xoxb-…) of the installed app again",
    "not_authed": "no token was sent: set the bot token (xoxb-…)",
    "account_inactive": "the app was removed from the workspace: install it again and copy the new token",
    "token_revoked": "the token was revoked: install the app again and copy the new token",
    "token_expired": "the token has expired: switch token rotation off for this app and install it again",
    "not_allowed_token_type": "this is the wrong kind of token: posting needs xoxb-…, Socket Mode needs xapp-…",
    "team_access_not_granted": "the app has no access to this workspace: ask an administrator to grant it",
    "channel_not_found": "the channel is not there any more, or the bot was removed: /invite the bot there",
    "not_in_channel": "the bot is not in the channel: /invite it there",
    "is_archived": "the channel is archived: unarchive it, or choose another one",
    "is_inactive": "the channel is archived: unarchive it, or choose another one",
    "restricted_action": "the workspace does not let the app post here: ask an administrator",
    "user_not_in_channel": "this person is not in the channel",
    "invalid_blocks": "Slack does not accept the layout of this message",
    "msg_blocks_too_long": "the message is too long for Slack",
    "msg_too_long": "the message is too long for Slack",
    "expired_trigger_id": "the click was more than three seconds ago",
}


def mapped(method: str, error: Exception, *, repeatable: bool) -> PortError:
    """`repeatable`: doing it twice changes nothing, so a lost answer is no more than a reason to try again."""
    match error:
        case SlackApiError():
            return _answered(method, error, repeatable=repeatable)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return Unavailable("Slack cannot be reached")
    if isinstance(error, PROXY_FAILURES):
        return Unavailable("the proxy does not let us through to Slack: check SLACK_PROXY or AMENDS_PROXY")
    if repeatable:
        return Unavailable(f"Slack did not answer {method}")
    return OutcomeUnknown(f"Slack did not answer {method}: it may have been done")


def _answered(method: str, error: SlackApiError, *, repeatable: bool) -> PortError:
    code, answer = code_of(error), _answer(error)
    if _status(error) == 429 or code in TRY_LATER:
        return Unavailable(f"Slack asks for patience ({code or 429})", _retry_after(error))
    if code in PERHAPS_DONE or (_status(error) >= 500):
        if repeatable:
            return Unavailable(f"Slack failed ({code or _status(error)})")
        return OutcomeUnknown(f"Slack failed on {method} ({code or _status(error)}): it may have been done")
    if code in GONE:
        return Gone(f"the message in Slack is gone ({code})")
    return Refused(_why(method, code, answer), fatal=code in ACCOUNT)


def _why(method: str, code: str, answer: Mapping[str, Any]) -> str:
    if code == "missing_scope":
        needed = answer.get("needed") or "another one"
        return f"the Slack app lacks the scope {needed} ({method}): add it under OAuth & Permissions and reinstall"
    return f"Slack refused {method}: {ADVICE.get(code, code or 'no reason given')}"


def code_of(error: SlackApiError) -> str:
    return str(_answer(error).get("error") or "")


def _answer(error: SlackApiError) -> Mapping[str, Any]:
    """The JSON of the answer; empty when Slack, or something in between, answered anything else."""
    data = getattr(error.response, "data", None)
    return data if isinstance(data, dict) else {}


def _status(error: SlackApiError) -> int:
    response: Any = error.response
    status = getattr(response, "status_code", None) or getattr(response, "status", 0)
    return int(status or 0)


def _retry_after(error: SlackApiError) -> float | None:
    """Seconds, from the header."""
    headers = getattr(error.response, "headers", None) or {}
    given = next((value for name, value in headers.items() if name.lower() == "retry-after"), None)
    try:
        return float(given) if given is not None else None
    except (TypeError, ValueError):
        return None
