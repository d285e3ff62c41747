"""Rules against millions of distinct sessions at once; means the same as `policy.matcher`."""

from __future__ import annotations

from policy.vectorised.evaluate import NO_MATCH, evaluate, matching
from policy.vectorised.frame import SCHEMA, address_words, column_of, frame_of, result_column
from policy.vectorised.masks import MOST_RULES

__all__ = [
    "MOST_RULES",
    "NO_MATCH",
    "SCHEMA",
    "address_words",
    "column_of",
    "evaluate",
    "frame_of",
    "matching",
    "result_column",
]
