"""What buyers write, by language and label: plain tables of patterns with weights. No logic here.

A table maps a label to {weight: patterns}. Weight 4 decides alone, 2 is a good sign, 1 a hint; of the patterns of
one weight only one counts. They are read in lower case after NFKC. `NEGATORS` is what turns a state into its
opposite when it stands right before ("not damaged"), `UNWANTED` a wish ("I don't want a refund").
"""

from __future__ import annotations

from collections.abc import Mapping

Cues = Mapping[str, Mapping[int, tuple[str, ...]]]
