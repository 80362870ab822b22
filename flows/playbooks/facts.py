"""The facts that playbooks look at, once, so that each has the same values in every table."""

from __future__ import annotations

from flows.playbooks.conditions import Known, Not
from flows.playbooks.table import FactSpec

ORDER = FactSpec("order", ("known",), "ask.order")
TRACKING = FactSpec("tracking", ("moving", "stuck", "delivered", "exception", "none"), "ask.tracking")
PROMISED_DATE = FactSpec("promised_date", ("passed", "not_passed"), "ask.promised_date")
DISPUTE = FactSpec("dispute", ("open", "none"), "ask.dispute")
SHIPPING_CLASS = FactSpec("shipping_class", ("tracked", "untracked"), "ask.shipping_class")
WISH = FactSpec("wish", ("refund", "reship", "return", "part", "partial_refund", "information"), "ask.wish")
EVIDENCE = FactSpec("evidence", ("clear", "unclear"), "ask.evidence")
VALUE_CLASS = FactSpec("value_class", ("cheap", "expensive"), "ask.value_class")
FAULT = FactSpec("fault", ("seller", "not_seller"), "ask.fault")
PROOF_OF_DELIVERY = FactSpec("proof_of_delivery", ("yes", "no"), "ask.proof_of_delivery")
EARLIER_CONTACT = FactSpec("earlier_contact", ("answered", "unanswered"), "ask.earlier_contact")

# What the desk knows by itself: nobody is asked.
PHOTOS = FactSpec("photos", ("some",))
TIME_LEFT = FactSpec("time_left", ("over_quarter", "under_quarter"))
ASKED_ORDER = FactSpec("asked_order", ("yes",))
ASKED_EVIDENCE = FactSpec("asked_evidence", ("yes",))
ASKED_WISH = FactSpec("asked_wish", ("yes",))
ASKED_PROBLEM = FactSpec("asked_problem", ("yes",))

NO_ORDER = Not(Known("order"))
ORDER_NOT_ASKED = Not(Known("asked_order"))
WISH_NOT_ASKED = Not(Known("asked_wish"))
