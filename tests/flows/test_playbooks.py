"""Playbooks are whole tables: every combination of facts has an answer, and the answer never asks twice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flows
from bot.brain import load_book
from flows import phrases
from flows.case import Situation
from flows.playbooks import PLAYBOOKS, Branch, FactSpec, Playbook, Step, choose, problems, word_keys
from flows.playbooks.conditions import All, Always, Any, Condition, Is, Known, Not
from flows.playbooks.proof import combinations_of_facts, reached
from flows.playbooks.table import branch_for

HOME = Path(flows.__file__).parent
REPLY_KEYS = phrases.parse("en", (HOME / "replies/en.toml").read_text(encoding="utf-8")).keys()
WORDS = {
    language: phrases.parse(language, (HOME / f"words/playbooks.{language}.toml").read_text(encoding="utf-8"))
    for language in ("en", "zh")
}
RULE_IDS = load_book().rules.ids
BOOKS = pytest.mark.parametrize(
    "book", PLAYBOOKS.values(), ids=[book.situation.value for book in PLAYBOOKS.values()]
)


@BOOKS
def test_every_playbook_is_whole(book: Playbook) -> None:
    """A hole would leave a buyer without an answer; a dead branch is advice that nobody ever gets."""
    assert problems(book, REPLY_KEYS, RULE_IDS) == ()


@BOOKS
def test_no_branch_asks_what_was_asked_before(book: Playbook) -> None:
    """Asking twice is the first of the two nevers; here over every combination of facts."""
    for facts in combinations_of_facts(book):
        for question in branch_for(book, facts).asks:
            assert f"asked_{question}" not in facts, (facts, question)


@BOOKS
def test_no_branch_asks_for_what_is_known(book: Playbook) -> None:
    """A buyer who gave the order number or photos must not be asked for them."""
    for facts in combinations_of_facts(book):
        asks = branch_for(book, facts).asks
        assert not ("order" in asks and "order" in facts)
        assert not ("evidence" in asks and ("photos" in facts or facts.get("evidence") == "clear"))


@BOOKS
def test_no_reply_names_an_order_that_is_not_known(book: Playbook) -> None:
    """ "Order  is on its way" with a hole in it reads like a machine; claims always come with their order."""
    texts = phrases.parse("en", (HOME / "replies/en.toml").read_text(encoding="utf-8"))
    for facts in combinations_of_facts(book):
        reply = branch_for(book, facts).reply
        assert reply is not None
        assert "order" in facts or "order" not in phrases.placeholders(texts[reply])


@BOOKS
def test_staff_have_words_for_everything_in_the_table(book: Playbook) -> None:
    """A card that shows a raw key is a card nobody understands."""
    assert word_keys(book) <= WORDS["en"].keys()
    assert word_keys(book) <= WORDS["zh"].keys()


def test_staff_words_are_parallel() -> None:
    """Chinese staff must see everything that English staff see."""
    assert phrases.differences(WORDS) == ()


def test_every_situation_has_a_playbook() -> None:
    """The step looks the playbook up by situation and must always find one."""
    assert set(PLAYBOOKS) == set(Situation)


@pytest.mark.parametrize(
    ("situation", "facts", "branch"),
    [
        ("item_not_received", {}, "inr.ask_order"),
        ("item_not_received", {"asked_order": "yes"}, "inr.order_awaited"),
        ("item_not_received", {"order": "known"}, "inr.check_tracking"),
        ("item_not_received", {"order": "known", "tracking": "moving"}, "inr.on_the_way"),
        ("item_not_received", {"order": "known", "tracking": "stuck"}, "inr.stuck"),
        ("item_not_received", {"order": "known", "tracking": "stuck", "wish": "refund"}, "inr.refund"),
        ("item_not_received", {"order": "known", "tracking": "stuck", "asked_wish": "yes"}, "inr.stuck_no_answer"),
        ("item_not_received", {"order": "known", "tracking": "moving", "promised_date": "passed"}, "inr.late"),
        ("item_not_received", {"order": "known", "tracking": "delivered", "wish": "refund"}, "inr.delivered"),
        ("item_not_received", {"order": "known", "dispute": "open"}, "inr.dispute_open"),
        (
            "item_not_received",
            {"order": "known", "dispute": "open", "shipping_class": "untracked"},
            "inr.dispute_untracked",
        ),
        ("damaged", {}, "damaged.ask_both"),
        ("damaged", {"photos": "some"}, "damaged.ask_order"),
        ("damaged", {"order": "known"}, "damaged.ask_evidence"),
        ("damaged", {"order": "known", "photos": "some"}, "damaged.photos_received"),
        ("damaged", {"order": "known", "photos": "some", "evidence": "unclear"}, "damaged.choice"),
        (
            "damaged",
            {"order": "known", "evidence": "clear", "value_class": "cheap", "wish": "refund"},
            "damaged.refund_keep",
        ),
        (
            "damaged",
            {"order": "known", "evidence": "clear", "value_class": "expensive", "wish": "refund"},
            "damaged.return_refund",
        ),
        ("damaged", {"order": "known", "asked_evidence": "yes", "asked_wish": "yes"}, "damaged.no_answer"),
        ("claim", {}, "claim.collect"),
        ("claim", {"time_left": "under_quarter"}, "claim.short_time"),
        ("claim", {"proof_of_delivery": "yes", "time_left": "under_quarter"}, "claim.represent"),
        ("claim", {"proof_of_delivery": "yes", "earlier_contact": "unanswered"}, "claim.unanswered"),
        ("claim", {"proof_of_delivery": "no"}, "claim.no_proof"),
        ("claim", {"fault": "seller", "proof_of_delivery": "yes"}, "claim.seller_fault"),
        ("unsure", {}, "unsure.ask_both"),
        ("unsure", {"asked_order": "yes", "asked_problem": "yes"}, "unsure.person"),
        ("other", {"order": "known"}, "other.person"),
    ],
)
def test_facts_lead_to_the_branch_that_is_meant(situation: str, facts: dict[str, str], branch: str) -> None:
    """The rows of the playbooks, one by one, so that a reordering that changes advice is seen."""
    assert choose(PLAYBOOKS[Situation(situation)], facts).branch.name == branch


def test_a_card_names_the_facts_that_would_change_the_advice() -> None:
    """Staff are told what to find out, and nothing that would make no difference."""
    missing = choose(PLAYBOOKS[Situation.CLAIM], {}).missing

    assert missing == ("fault", "proof_of_delivery", "earlier_contact")
    assert choose(PLAYBOOKS[Situation.CLAIM], {"fault": "seller"}).missing == ()


def test_two_facts_that_matter_only_together_are_both_named() -> None:
    """Neither alone changes the branch: a look at single facts would tell staff that nothing is missing."""
    both = _branch("both", All(Is("a", "yes"), Is("b", "yes")))
    book = _book((both, _branch("rest", Always())), ("a", "b", "c"))

    assert choose(book, {}).missing == ("a", "b")


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), st.sampled_from(["yes", "no"])))
def test_missing_facts_are_exactly_those_in_a_smallest_change(facts: dict[str, str]) -> None:
    """Against a search over every extension of the facts, which is slow and plainly right."""
    book = _book(
        (
            _branch("one", All(Is("a", "yes"), Not(Is("b", "yes")))),
            _branch("two", Any(Is("c", "no"), All(Is("b", "yes"), Is("a", "no")))),
            _branch("rest", Always()),
        ),
        ("a", "b", "c"),
    )
    choice = choose(book, facts)
    changing = [
        set(more) - set(facts)
        for more in combinations_of_facts(book)
        if facts.items() <= more.items() and branch_for(book, more) is not choice.branch
    ]
    smallest = [change for change in changing if not any(other < change for other in changing)]

    assert set(choice.missing) == set().union(*smallest)


def test_an_unknown_value_counts_as_unknown() -> None:
    """A fact that a newer version stored must not open a branch by accident."""
    odd = choose(PLAYBOOKS[Situation.ITEM_NOT_RECEIVED], {"order": "known", "tracking": "teleported"})

    assert odd.branch.name == "inr.check_tracking"
    assert "tracking" in odd.missing


@pytest.mark.parametrize(
    ("condition", "facts", "truth"),
    [
        (Is("a", "x", "y"), {"a": "y"}, True),
        (Is("a", "x"), {}, None),
        (Not(Is("a", "x")), {}, None),
        (All(Is("a", "x"), Is("b", "x")), {"b": "y"}, False),
        (All(Is("a", "x"), Is("b", "x")), {"b": "x"}, None),
        (Any(Is("a", "x"), Is("b", "x")), {"b": "x"}, True),
        (Any(Is("a", "x"), Is("b", "x")), {"b": "y"}, None),
        (Known("a"), {}, False),
        (Always(), {}, True),
    ],
)
def test_conditions_know_yes_no_and_open(condition: Condition, facts: dict[str, str], truth: bool | None) -> None:
    """Open is not no: an unknown fact must neither take a branch nor rule it out."""
    assert condition.truth(facts) is truth


@given(st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from(["x", "y"])), st.sampled_from("ab"))
def test_learning_a_fact_never_turns_yes_into_no(facts: dict[str, str], name: str) -> None:
    """Three-valued logic is only sound when more knowledge settles questions and never flips them."""
    conditions = (All(Is("a", "x"), Not(Is("b", "y"))), Any(Is("a", "y"), Is("b", "x")), Not(Is("a", "x")))
    if name in facts:
        return
    for condition in conditions:
        before = condition.truth(facts)
        assert all(before in (None, condition.truth({**facts, name: value})) for value in ("x", "y"))


@pytest.mark.parametrize(
    ("break_it", "complaint"),
    [
        (lambda book: replace(book, branches=book.branches[:-1]), "does not catch all"),
        (lambda book: replace(book, branches=(*book.branches, book.branches[-1])), "are called"),
        (lambda book: replace(book, branches=(_branch("all", Always()), *book.branches)), "no facts lead to"),
        (lambda book: replace(book, facts=book.facts[1:]), "which the table does not list"),
        (lambda book: _with_first(book, reply="no.such"), "there is no text no.such"),
        (lambda book: _with_first(book, source="amz.no.such_rule"), "names rule amz.no.such_rule"),
        (lambda book: _with_first(book, asks=("wish",)), "asks for wish without looking"),
    ],
)
def test_a_broken_table_is_found_out(break_it: object, complaint: str) -> None:
    """The check is worth something only if it fails; each kind of damage is named."""
    assert callable(break_it)
    found = problems(break_it(PLAYBOOKS[Situation.DAMAGED]), REPLY_KEYS, RULE_IDS)

    assert any(complaint in problem for problem in found), found


def test_reached_names_every_branch() -> None:
    """The docs and the diagram are drawn from it."""
    book = PLAYBOOKS[Situation.CLAIM]

    assert reached(book) == {branch.name for branch in book.branches}


def _with_first(book: Playbook, **change: object) -> Playbook:
    first = replace(book.branches[0], **change)  # type: ignore[arg-type]  # one field at a time, by name
    return replace(book, branches=(first, *book.branches[1:]))


def _branch(name: str, when: Condition) -> Branch:
    return Branch(name, when, (Step("step.find_order"),), "receipt", "fallback.f1", "F1", "derived")


def _book(branches: tuple[Branch, ...], names: tuple[str, ...]) -> Playbook:
    specs = tuple(FactSpec(name, ("yes", "no"), f"ask.{name}") for name in names)
    return Playbook(Situation.OTHER, "test", specs, branches, (), "test")
