"""The facts that playbooks look at, once, so that each has the same values in every table."""

from __future__ import annotations

from flows.playbooks.conditions import All, Condition, Is, Known, Not
from flows.playbooks.table import FactSpec


def _asked_of_staff(name: str, *values: str) -> FactSpec:
    return FactSpec(name, values, f"ask.{name}")


def noticed(name: str, *values: str) -> FactSpec:
    """A fact that comes up when something happens: set by a person, and no gap before."""
    return FactSpec(name, values, f"ask.{name}", later=True)


def _yes_or_no(name: str) -> FactSpec:
    return _asked_of_staff(name, "yes", "no")


# The order and its way.
ORDER = FactSpec("order", ("known",), "ask.order")
PLATFORM = _asked_of_staff("platform", "amazon", "ebay", "aliexpress", "own")
FULFILMENT = _asked_of_staff("fulfilment", "platform", "own", "overseas")
ORDER_STATE = _asked_of_staff(
    "order_state",
    "unpaid", "unshipped", "labelled", "shipped_unconfirmed", "confirmed_unshipped", "shipped", "delivered",
    "completed", "cancelled",
)  # fmt: skip
TRACKING = _asked_of_staff("tracking", "moving", "stuck", "delivered", "exception", "returned", "none")
PROMISED_DATE = _asked_of_staff("promised_date", "passed", "not_passed")
SHIPPING_CLASS = _asked_of_staff("shipping_class", "online", "tracked", "untracked")
MUST_ACT = _asked_of_staff("must_act", "buyer", "seller")
REDIRECT = _asked_of_staff("redirect", "possible", "impossible")

# Money.
VALUE_CLASS = _asked_of_staff("value_class", "cheap", "expensive")
RETURN_COST = _asked_of_staff("return_cost", "fair", "too_high")
PART_STOCK = _yes_or_no("part_stock")

# What happened, and what shows it.
EVIDENCE = _asked_of_staff("evidence", "clear", "unclear", "unavailable")
SYMPTOM = _asked_of_staff("symptom", "no_function", "stops", "surface", "size", "missing", "parcel")
BATCH = noticed("batch", "suspected", "no")
MATCHES_LISTING = _asked_of_staff("matches_listing", "no", "partly", "yes")
FAULT = _asked_of_staff("fault", "seller", "not_seller")
GUIDED = noticed("guided", "once", "twice")
WORKS = _yes_or_no("works")
BAD_FAITH = noticed("bad_faith", "suspected", "no")
PAPERS = _asked_of_staff("papers", "complete", "incomplete", "none")
BUYER_REFUSES = noticed("buyer_refuses", "yes", "no")
PROOF_OF_DELIVERY = _asked_of_staff("proof_of_delivery", "yes", "no")
EARLIER_CONTACT = _asked_of_staff("earlier_contact", "answered", "unanswered")
NEW_EVIDENCE = noticed("new_evidence", "yes", "no")

# Where the platform stands.
DISPUTE = _asked_of_staff("dispute", "open", "none")
DECISION = noticed("decision", "proposed", "against_us", "for_us")
OFFICIAL_REQUEST = noticed("official_request", "yes", "no")

# What the buyer wants.
WISH = _asked_of_staff("wish", "refund", "reship", "return", "part", "partial_refund", "information")

# What the desk knows by itself: nobody is asked.
PHOTOS = FactSpec("photos", ("some",))
TIME_LEFT = FactSpec("time_left", ("over_quarter", "under_quarter", "over"))  # over: a limit was missed

FIRST_WORD = FactSpec("first_word", ("here", "platform"))  # nobody has spoken yet of what we noticed ourselves


AMOUNT_SET = FactSpec("amount_set", ("yes",))  # a person entered how much to refund


def _asked(question: str) -> FactSpec:
    return FactSpec(f"asked_{question}", ("yes",))


ASKED_ORDER = _asked("order")
ASKED_EVIDENCE = _asked("evidence")
ASKED_WISH = _asked("wish")
ASKED_PROBLEM = _asked("problem")
ASKED_ADDRESS = _asked("address")
ASKED_CONFIRMATION = _asked("confirmation")
ASKED_ACCEPTANCE = _asked("acceptance")
ASKED_REQUEST = _asked("request")
ASKED_REASON = _asked("reason")
ASKED_TRACKING = _asked("tracking")
ASKED_INVOICE_DATA = _asked("invoice_data")


def unless(fact: str, *values: str) -> Condition:
    """The fact is not known to have one of these values: holds while nobody knows, unlike `Not(Is(...))`."""
    return Not(All(Known(fact), Is(fact, *values)))


NO_ORDER = Not(Known("order"))
ORDER_NOT_ASKED = Not(Known("asked_order"))
WISH_NOT_ASKED = Not(Known("asked_wish"))
CHEAP = Is("value_class", "cheap")
DISPUTE_OPEN = Is("dispute", "open")
LITTLE_TIME = Is("time_left", "under_quarter", "over")
LAPSED = Is("time_left", "over")
