"""What can go wrong when interval records are made."""

from __future__ import annotations


class MakingError(Exception):
    """Base of every exception this package raises on purpose: nothing can be made, and why."""


class MeanwhileError(MakingError):
    """Interval records have come while others were made of the same days."""
