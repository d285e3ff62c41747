"""What rules have in common: each is some boxes in a space of conditions, compared exactly.

A space is made for the rules that are compared and for settings: each condition's values fall into
cells that no rule tells apart, and a set of cells is a bit mask. A rule is one box, or more where
one of two conditions is enough, or a manual tunnel meets conditions on phase 1. What is compared
is bounded by a `Work`; behind its end the question has no answer.
"""

from __future__ import annotations

from policy.regions.boxes import Box, Work, common, near, uncovered, within
from policy.regions.space import Space

__all__ = ["Box", "Space", "Work", "common", "near", "uncovered", "within"]
