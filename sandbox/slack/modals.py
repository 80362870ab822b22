"""The views that are open: per person a stack of modals and one App Home.

Source: docs.slack.dev, surfaces/modals (stack of three, hash, what an update keeps), read November 2026.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

from sandbox.slack.errors import SlackError
from sandbox.slack.view_state import carried_over, initial_state
from sandbox.slack.walk import elements

View = dict[str, Any]
MODAL_DEPTH = 3


@dataclass(slots=True)
class Modals:
    """Views are kept whole, in the shape that views.open answers."""

    stacks: dict[str, list[View]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    _counter: int = 0

    def stack(self, user_id: str) -> list[View]:
        return self.stacks.setdefault(user_id, [])

    def open(self, user_id: str, view: View) -> View:
        """A new root; what was open before is gone."""
        self.stacks[user_id] = [view]
        view["root_view_id"] = view["id"]
        return view

    def push(self, user_id: str, view: View) -> View:
        stack = self.stack(user_id)
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= MODAL_DEPTH:
            raise SlackError("push_limit_reached")
        view["previous_view_id"], view["root_view_id"] = stack[-1]["id"], stack[0]["id"]
        stack.append(view)
        return view

    def made(self, given: View, about: View, second: int) -> View:
        """A whole view from what the app sent. `about`: the ids of team, app and bot."""
        view = self._content(given) | {
            "id": self._next("V"),
            "hash": self._hash(second),
            "root_view_id": "",
            "previous_view_id": None,
            **about,
        }
        self._refuse_second(view)
        view["state"] = {"values": initial_state(view["blocks"])}
        return view

    def update(self, view: View, given: View, expected_hash: str | None, second: int) -> View:
        """New content for a view that is open; raises SlackError `hash_conflict`."""
        if expected_hash and expected_hash != view["hash"]:
            raise SlackError("hash_conflict")
        before = view["state"]["values"]
        content = self._content(given)
        if not content["external_id"]:
            content["external_id"] = view["external_id"]
        view.update(content, hash=self._hash(second))
        view["state"] = {"values": carried_over(before, view["blocks"])}
        return view

    def find(self, view_id: str | None, external_id: str | None = None) -> View:
        """An open modal or home; SlackError `not_found` once it is closed."""
        for view in self._all():
            if view["id"] == view_id or (external_id and view["external_id"] == external_id):
                return view
        raise SlackError("not_found")

    def owner(self, view_id: str) -> str:
        for user_id, stack in self.stacks.items():
            if any(view["id"] == view_id for view in stack):
                return user_id
        return next(user for user, view in self.homes.items() if view["id"] == view_id)

    def close(self, user_id: str, view_id: str, *, everything: bool = False) -> None:
        """Close one view, with those above it, or the whole stack."""
        stack = self.stack(user_id)
        at = next((n for n, view in enumerate(stack) if view["id"] == view_id), len(stack))
        del stack[0 if everything else at :]

    def _all(self) -> list[View]:
        return [view for stack in self.stacks.values() for view in stack] + [*self.homes.values()]

    def _content(self, given: View) -> View:
        """What the app decides about a view, with the ids Slack makes up where it left them out."""
        blocks = copy.deepcopy(given["blocks"])
        self.name_blocks(blocks)
        return {
            "type": given["type"],
            "title": given.get("title"),
            "submit": given.get("submit"),
            "close": given.get("close"),
            "blocks": blocks,
            "private_metadata": given.get("private_metadata", ""),
            "callback_id": given.get("callback_id", ""),
            "external_id": given.get("external_id", ""),
            "clear_on_close": given.get("clear_on_close", False),
            "notify_on_close": given.get("notify_on_close", False),
        }

    def name_blocks(self, blocks: list[dict[str, Any]]) -> None:
        """Give a block_id and an action_id to whatever has none."""
        for block in blocks:
            block.setdefault("block_id", self._next("b"))
        for found in elements(blocks):
            found.element.setdefault("action_id", self._next("a"))

    def _refuse_second(self, view: View) -> None:
        external = view["external_id"]
        if external and any(each["external_id"] == external for each in self._all()):
            raise SlackError("duplicate_external_id")

    def _next(self, prefix: str) -> str:
        self._counter += 1
        return f"{prefix}{self._counter:07d}"

    def _hash(self, second: int) -> str:
        return f"{second}.{self._next('h')}"
