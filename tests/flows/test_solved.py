"""A short answer to "is it solved?": yes, no, or something that people must read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.solved import settled_or_not


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("yes", True),
        ("Yes, all good, thanks!", True),
        ("All good, thank you", True),
        ("Solved.", True),
        ("Yes, it arrived, thank you!", True),
        ("It works now", True),
        ("Sí, ya llegó", True),
        ("是的，收到了，谢谢", True),
        ("ja, alles gut, danke", True),
        ("todo bien, gracias", True),
        ("oui, merci", True),
        ("好了，谢谢", True),
        ("No", False),
        ("not yet", False),
        ("still waiting for it", False),
        ("noch nicht", False),
        ("todavía no", False),
        ("pas encore", False),
        ("还没有", False),
        ("Yes but it is broken", None),
        ("Yes and no", None),
        ("no problem", None),
        ("no, thank you", None),
        ("it arrived", None),
        ("ok", None),
        ("thank you", None),
        ("", None),
        ("Yes. " * 40, None),
    ],
)
def test_a_short_yes_or_no_is_read(text: str, answer: bool | None) -> None:
    assert settled_or_not(text) is answer


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    assert settled_or_not(text) in (True, False, None)
