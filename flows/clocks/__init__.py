"""The arithmetic of deadlines: which instant a rule's count leads to, and how.

From the bottom: `zones` (civil time), `calendar` and `sites` (which days count), `hours` (when somebody works),
`walking` and `counting` (a rule's stated choices, `Due` with its whole reckoning) and `ruled` (a rule's
explanation for staff). docs/deadlines.md lists every choice with its default.
"""

from flows.clocks.ruled import count_of, due, explained

__all__ = ["count_of", "due", "explained"]
