"""Parse mode HTML against the cases of tdlib/td test/message_entities.cpp, and what buyers' texts contain."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.telegram.files import grey_jpeg
from sandbox.telegram.found_entities import with_found
from sandbox.telegram.html_text import HtmlError, parse_html
from sandbox.telegram.texts import formatted

UNICODE = (
    "Text contains invalid Unicode characters after decoding HTML entities, "
    "check for unmatched surrogate code units"
)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("&#57311;", UNICODE),
        ("&#xDFDF", UNICODE),
        ("🏟 🏟&lt;<abacaba", "Unclosed start tag at byte offset 13"),
        ("🏟 🏟&lt;<abac aba>", 'Unsupported start tag "abac" at byte offset 13'),
        ("🏟 🏟&lt;<i   =aba>", 'Empty attribute name in the tag "i" at byte offset 13'),
        ("🏟 🏟&lt;<i    aba>", 'Can\'t find end tag corresponding to start tag "i"'),
        ("🏟 🏟&lt;<i    aba  =  ", 'Unclosed start tag "i" at byte offset 13'),
        ("🏟 🏟&lt;<i    aba  =  190azAz-.,", "Unexpected end of name token at byte offset 27"),
        ('🏟 🏟&lt;<i    aba  =  "&lt;&gt;&quot;>', "Unclosed start tag at byte offset 13"),
        ("🏟 🏟&lt;</", "Unexpected end tag at byte offset 13"),
        ("🏟 🏟&lt;<b></b></", "Unexpected end tag at byte offset 20"),
        ("🏟 🏟&lt;<i>a</i   ", "Unclosed end tag at byte offset 17"),
        ("🏟 🏟&lt;<i>a</em   >", 'Unmatched end tag at byte offset 17, expected "</i>", found "</em>"'),
        ("<span class='x'>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-emoji emoji-id='x'>👍</tg-emoji>", "Invalid custom emoji identifier specified"),
    ],
)
def test_bad_html_is_refused_at_the_byte(source: str, reason: str) -> None:
    """Byte offsets (not characters) are what the service counts, also after emoji."""
    with pytest.raises(HtmlError) as error:
        parse_html(source)
    assert str(error.value) == reason


def entity(kind: str, offset: int, length: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length} | more


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("", "", []),
        ("&ge;&lt;&gt;&amp;&quot;&laquo;&#12345678;", '&ge;<>&"&laquo;&#12345678;', []),
        ("&#65;&#x1FA91;", "A🪑", []),
        ("➡️ ➡️<i>➡️ ➡️</i>", "➡️ ➡️➡️ ➡️", [entity("italic", 5, 5)]),
        ("🏟 🏟<i>🏟 &lt🏟</i>", "🏟 🏟🏟 <🏟", [entity("italic", 5, 6)]),
        (
            "🏟 🏟<i>🏟 &gt;<b aba   =   caba>&lt🏟</b></i>",
            "🏟 🏟🏟 ><🏟",
            [entity("italic", 5, 7), entity("bold", 9, 3)],
        ),
        ("🏟 🏟&lt;<i>a</    >", "🏟 🏟<a", [entity("italic", 6, 1)]),
        ("🏟 🏟&lt;<b></b>", "🏟 🏟<", []),
        (
            "<u>a</u><s>b</s><tg-spoiler>c</tg-spoiler>",
            "abc",
            [entity("underline", 0, 1), entity("strikethrough", 1, 1), entity("spoiler", 2, 1)],
        ),
        ("<a href=telegram.org>\t</a>", "\t", [entity("text_link", 0, 1, url="http://telegram.org/")]),
        (
            "<a   href=  'telegram.org?&lt;'   > </a>",
            " ",
            [entity("text_link", 0, 1, url="http://telegram.org/?<")],
        ),
        ("<a>telegram.org</a>", "telegram.org", [entity("text_link", 0, 12, url="http://telegram.org/")]),
        ("<a> </a>", " ", []),
        ("<a href='tg://user?id=7'>S</a>", "S", [entity("text_mention", 0, 1, user={"id": 7})]),
        (
            '🏟 🏟&lt;<pre><code class="language-fift">🏟 🏟&lt;</></>',
            "🏟 🏟<🏟 🏟<",
            [entity("pre", 6, 6, language="fift")],
        ),
        ("🏟 🏟&lt;<pre><code>🏟 🏟&lt;</code></>", "🏟 🏟<🏟 🏟<", [entity("code", 6, 6), entity("pre", 6, 6)]),
        (
            "<blockquote   expandable   asd>a&lt;<pre  >b;</></>",
            "a<b;",
            [entity("expandable_blockquote", 0, 4), entity("pre", 2, 2)],
        ),
        (
            '➡️<tg-emoji emoji-id = "12345">➡️</tg-emoji>',
            "➡️➡️",
            [entity("custom_emoji", 2, 2, custom_emoji_id="12345")],
        ),
        (
            '<tg-time unix="1770000000" format="wDT">Monday</tg-time>',
            "Monday",
            [entity("date_time", 0, 6, unix_time=1770000000, date_time_format="wDT")],
        ),
    ],
)
def test_good_html_becomes_entities_in_utf16(source: str, text: str, entities: list[dict[str, Any]]) -> None:
    """An emoji is two code units: a wrong offset makes the wrong words bold on the buyer's phone."""
    parsed = parse_html(source)
    assert (parsed.text, parsed.entities) == (text, entities)


def test_white_space_around_goes_and_entities_move_along() -> None:
    """The service trims; an offset that did not follow would point past the text."""
    words = formatted(" \n<b>🪑 chair</b> ", "HTML", None)
    assert (words.text, words.entities) == ("🪑 chair", [entity("bold", 0, 8)])


def test_commands_links_and_mentions_are_found() -> None:
    """Command handlers of the client library look at entities, not at the text."""
    text = "🪑 /start@cedarhome_bot x https://a.example/b?c=1. me@shop.example @seller #late"
    assert [(e["type"], e["offset"], e["length"]) for e in with_found(text, [])] == [
        ("bot_command", 3, 20),
        ("url", 26, 23),
        ("email", 51, 15),
        ("mention", 67, 7),
        ("hashtag", 75, 5),
    ]


def test_a_generated_photo_is_a_whole_jpeg() -> None:
    """The demo page shows these in a browser: markers must open, frame and close the picture."""
    picture = grey_jpeg(90, 68, "note")
    assert picture[:4] == b"\xff\xd8\xff\xfe"
    assert b"\xff\xc0\x00\x0b\x08\x00\x44\x00\x5a\x01" in picture
    assert picture[-2:] == b"\xff\xd9"
    assert picture != grey_jpeg(90, 68, "other")
