"""Playbooks are whole tables: every combination of facts has an answer, and the answer never asks twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flows
from bot.brain import load_book
from flows import phrases
from flows.case import Situation
from flows.guard.lexicon import RATING
from flows.guard.reading import readable
from flows.playbooks import PLAYBOOKS, TABLES, Branch, FactSpec, Keys, Offer, Playbook, Step, choose, prove
from flows.playbooks.cells import Cell, cells, combinations
from flows.playbooks.conditions import All, Always, Any, Condition, Is, Known, Not
from flows.playbooks.proof import SOLVING, combinations_of_facts, reached, unfounded, unrouted
from flows.playbooks.table import branch_for
from flows.recognise import LABELS, SAFETY, SITUATION_OF_LABEL

HOME = Path(flows.__file__).parent
REPLY_KEYS = phrases.parse("en", (HOME / "replies/en.toml").read_text(encoding="utf-8")).keys()
WORDS = {
    language: phrases.parse(language, (HOME / f"words/playbooks.{language}.toml").read_text(encoding="utf-8"))
    for language in ("en", "zh")
}
BOOK = load_book()
KEYS = Keys(BOOK.replies.keys(), BOOK.rules.ids, BOOK.words.keys())


@cache
def parts_of(book: Playbook) -> tuple[Cell, ...]:
    """The cells, once a table: several checks look through them."""
    return tuple(cells(book))


BOOKS = pytest.mark.parametrize("book", TABLES, ids=[book.situation.value for book in TABLES])


@BOOKS
def test_every_playbook_is_whole(book: Playbook) -> None:
    """A hole would leave a buyer without an answer; a dead branch is advice that nobody ever gets; a question put
    twice is the first of the two nevers. Over every combination of facts, exactly.
    """
    assert prove(book, KEYS).problems == ()


@BOOKS
def test_no_branch_asks_for_what_is_known(book: Playbook) -> None:
    """A buyer who gave the order number or photos must not be asked for them."""
    for cell in parts_of(book):
        assert cell.branch is not None
        if "evidence" in cell.branch.asks:
            assert cell.is_unknown("photos"), cell
            assert "clear" not in cell.classes["evidence"], cell


@BOOKS
def test_no_reply_names_an_order_that_is_not_known(book: Playbook) -> None:
    """ "Order  is on its way" with a hole in it reads like a machine; claims always come with their order."""
    if "order" not in {spec.name for spec in book.facts}:
        return
    for cell in parts_of(book):
        assert cell.branch is not None
        if "order" in _names(cell.branch.reply):
            assert cell.classes["order"] == ("known",), cell


@BOOKS
def test_a_reply_that_names_the_complaint_has_words_for_it(book: Playbook) -> None:
    """An apology that does not say for what is worth nothing."""
    keys = {key for branch in book.branches for key in (branch.reply, branch.fallback_reply)}
    if any("issue" in _names(key) for key in keys):
        assert f"issue.{book.situation}" in BOOK.replies.languages["en"]


def _names(key: str | None) -> frozenset[str]:
    return BOOK.replies.placeholders(key) if key else frozenset()


@BOOKS
def test_a_row_that_does_something_has_a_fallback_that_can_be_done(book: Playbook) -> None:
    """The last rung puts the fallback before staff: as a text to approve, not as a wish."""
    for branch in book.branches:
        if branch.action in SOLVING:
            assert branch.fallback_reply, branch.name
            assert branch.fallback_action, branch.name


def test_a_danger_is_never_haggled_over() -> None:
    """No offer, no refund, no liability: a manager, in every row."""
    book = PLAYBOOKS[Situation.SAFETY]
    texts = [text for key in _replies(book) for text in (BOOK.replies.template(key, tag) for tag in ("en", "de"))]

    assert all(not branch.offers and branch.action is None for branch in book.branches)
    assert all(
        any(step.words in ("step.call_manager", "step.manager_writes") for step in b.steps) for b in book.branches
    )
    assert not any(
        word in text.lower() for text in texts for word in ("refund", "sorry", "erstatt", "fault", "leid")
    )


def _replies(book: Playbook) -> list[str]:
    return [branch.reply for branch in book.branches if branch.reply]


def test_a_rating_is_never_part_of_a_solution() -> None:
    """17D: no text of any table speaks of ratings at all, so none can trade one for help."""
    for book in TABLES:
        for key in {key for branch in book.branches for key in (branch.reply, branch.handoff) if key}:
            for tag in BOOK.replies.languages:
                assert not RATING.search(readable(BOOK.replies.template(key, tag))), (key, tag)


def test_every_reason_to_depart_from_the_seed_is_followed_by_a_branch() -> None:
    """Section 19, whole: each advice has its row, and each row that departs its reason."""
    assert tuple(unfounded(TABLES, {advice.id for advice in BOOK.rules.advice})) == ()


def test_a_departure_without_a_reason_is_named() -> None:
    """The check above is worth something only if it fails, both ways."""
    listed = {advice.id for advice in BOOK.rules.advice}

    assert tuple(unfounded(TABLES, listed - {"voucher"})) == ("branch apo.amazon: voucher is not in advice.toml",)
    assert tuple(unfounded(TABLES, listed | {"new"})) == ("advice new: no branch follows what is said instead",)


def test_every_label_of_the_reader_reaches_a_playbook() -> None:
    """Nothing that a buyer writes ends without a table."""
    assert tuple(unrouted((*LABELS, SAFETY), SITUATION_OF_LABEL, PLAYBOOKS)) == ()


def test_a_label_without_a_playbook_is_named() -> None:
    """The check above is worth something only if it fails."""
    found = tuple(unrouted(("thanks", "new"), {"thanks": Situation.THANKS}, ()))

    assert found == ("label new: leads to no situation", "label thanks: thanks has no playbook")


@pytest.mark.parametrize(
    "book", [book for book in TABLES if combinations(book) < 30_000], ids=lambda b: b.situation
)
def test_cells_agree_with_walking_every_combination(book: Playbook) -> None:
    """The short way is exact: the same branch for every combination, each lying in exactly one cell."""
    parts = parts_of(book)
    for facts in combinations_of_facts(book):
        holding = [cell for cell in parts if _lies_in(facts, cell.classes)]
        assert [cell.branch for cell in holding] == [branch_for(book, facts)], facts


def _lies_in(facts: dict[str, str], classes: Mapping[str, tuple[str, ...]]) -> bool:
    return all(facts[name] in values if name in facts else not values for name, values in classes.items())


@BOOKS
def test_the_cells_cover_every_combination_once(book: Playbook) -> None:
    """Exact, not sampled: their sizes add up."""
    assert sum(cell.size for cell in parts_of(book)) == combinations(book)


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
        ("damaged", {"photos": "some"}, "fix.ask_order"),
        ("damaged", {"order": "known"}, "evidence.parcel"),
        ("damaged", {"order": "known", "photos": "some"}, "fix.photos_received"),
        ("damaged", {"order": "known", "photos": "some", "evidence": "unclear"}, "fix.choice"),
        (
            "damaged",
            {"order": "known", "evidence": "clear", "value_class": "cheap", "wish": "refund"},
            "fix.refund_keep",
        ),
        (
            "damaged",
            {"order": "known", "evidence": "clear", "value_class": "expensive", "wish": "refund"},
            "fix.return_refund",
        ),
        ("damaged", {"order": "known", "asked_evidence": "yes", "asked_wish": "yes"}, "fix.no_answer"),
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
        (lambda book: _with_first(book, asks=("wish",)), "may ask for wish again"),
        (lambda book: _with_first(book, fallback="fallback.none_such"), "no words for fallback.none_such"),
        (lambda book: _with_first(book, action="refund"), "fewer than two different offers"),
        (lambda book: _with_first(book, offers=(Offer.PART, Offer.PART)), "an offer stands twice"),
        (lambda book: replace(book, branches=book.branches[:2]), "no branch for"),
    ],
)
def test_a_broken_table_is_found_out(break_it: object, complaint: str) -> None:
    """The check is worth something only if it fails; each kind of damage is named."""
    assert callable(break_it)
    found = prove(break_it(PLAYBOOKS[Situation.DAMAGED]), KEYS).problems

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
