"""docs/rules: the shipped rules as tables, made from the data. `python -m bot.rule_pages FOLDER` writes them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from bot.brain import load_book
from flows.book import Book
from flows.rules.rule import Rule
from flows.view.rules import advice_line, holds, length, sites, turn

PAGES = {
    "amazon": ("Amazon", ("amazon",)),
    "ebay": ("eBay", ("ebay",)),
    "aliexpress": ("AliExpress", ("aliexpress",)),
    "others": (
        "Other channels, the law, the house",
        ("walmart", "etsy", "tiktok", "shopify", "paypal", "law", "house"),
    ),
}
_ABOUT = (
    "Made from `flows/rules/*.toml` by `make rule-pages`. ⚠ marks what no good source stands behind; "
    "`amends rules show ID` says all there is."
)
_HEAD = (
    "| Rule | What | Sites | Holds | Length | Whose turn | On lapse | Source | Check again by |\n"
    + "| --- " * 9
    + "|\n"
)


def pages(book: Book) -> Mapping[str, str]:
    """File name to its text."""
    return {f"{name}.md": _page(book, title, platforms) for name, (title, platforms) in PAGES.items()}


def _page(book: Book, title: str, platforms: tuple[str, ...]) -> str:
    rules = sorted(
        (rule for rule in book.rules.rules if rule.platform in platforms),
        key=lambda rule: (platforms.index(rule.platform), rule.id, rule.sites, rule.valid_from or date.min),
    )
    text = f"# Rules: {title}\n\n{_ABOUT}\n\n{_HEAD}"
    text += "".join(f"| {' | '.join(_cells(book, rule))} |\n" for rule in rules)
    lines = [*_advice(book, platforms)]
    return text + ("\n## Old advice that a rule has overtaken\n\n" + "".join(lines) if lines else "")


def _cells(book: Book, rule: Rule) -> Iterator[str]:
    def word(key: str) -> str:
        return book.words.template(key, "en")

    mark = " ⚠" if rule.unverified else ""
    yield f"`{rule.id}`"
    yield word(rule.name)
    yield sites(rule, word)
    yield holds(rule, word)
    yield length(rule, word) + (" (outer bound)" if rule.bound == "outer" else "")
    yield turn(rule, word)
    yield word(rule.on_lapse) if rule.on_lapse else "-"
    yield f"{', '.join(source.key for source in rule.sources)} · {rule.confidence}{mark}"
    yield f"{rule.check_again_by}"


def _advice(book: Book, platforms: tuple[str, ...]) -> Iterator[str]:
    for advice in book.rules.advice:
        if set(platforms) & set(advice.platforms):
            yield f"- {advice_line(advice, lambda key: book.words.template(key, 'en'))}\n"


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages(load_book()).items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
