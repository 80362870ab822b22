"""Questions about a bot that is not started, as the wizard and the check ask them, leave no connection open."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Awaitable, Callable

import pytest

from adapters.telegram import TelegramChannel
from tests.adapters.telegram_bench import bench

QUESTIONS: dict[str, Callable[[TelegramChannel], Awaitable[object]]] = {
    "named": lambda channel: channel.named(),
    "check": lambda channel: channel.check(alone=False),
    "groups": lambda channel: channel.groups(),
    "let go of webhook": lambda channel: channel.let_go_of_webhook(),
}


@pytest.mark.parametrize("question", QUESTIONS)
async def test_a_question_closes_its_connection(question: str) -> None:
    async with bench() as at:
        gc.collect()
        with warnings.catch_warnings(record=True) as left:
            warnings.simplefilter("always")
            await QUESTIONS[question](at.new_channel())
            gc.collect()
        assert [str(each.message) for each in left if each.category is ResourceWarning] == []
