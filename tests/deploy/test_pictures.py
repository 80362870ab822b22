"""The pictures of the guide are of the desk as it is: a change of words makes its pictures old, and says which."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bot.brain import load_book
from tests.browser.scenes import SCENES, Scene

DOCS = Path(__file__).parents[2] / "docs"
PICTURES = DOCS / "pictures"
WORDS = json.loads((PICTURES / "words.json").read_text(encoding="utf-8"))
PAGES = (*DOCS.glob("*.md"), *DOCS.parent.glob("README*.md"))
LARGEST = 350_000  # bytes; a page of the guide has several
BOOK = load_book()


@pytest.mark.parametrize("scene", SCENES, ids=[scene.name for scene in SCENES])
def test_a_picture_shows_the_words_that_the_desk_has_now(scene: Scene) -> None:
    """If this fails, the picture is old: `make screenshots`, and look at what changed."""
    read = WORDS[scene.name]
    for key in scene.says:
        template = BOOK.words.template(key, scene.language).replace("**", "")
        for said in re.split(r"\{[^}]*\}", template):
            assert " ".join(said.split()) in read, f"{key} is not in {scene.name}.png"


def test_every_picture_is_a_scene_and_every_scene_has_its_picture() -> None:
    assert {path.stem for path in PICTURES.glob("*.png")} == {scene.name for scene in SCENES} == {*WORDS}


def test_every_picture_stands_on_a_page_and_is_small() -> None:
    shown = {name for page in PAGES for name in re.findall(r"pictures/([\w-]+)\.png", page.read_text("utf-8"))}

    assert shown == {scene.name for scene in SCENES}
    assert [path.name for path in PICTURES.glob("*.png") if path.stat().st_size > LARGEST] == []
