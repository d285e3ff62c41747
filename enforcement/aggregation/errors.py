"""What can go wrong in aggregation."""

from __future__ import annotations


class AggregationError(Exception):
    """Base of every exception this package raises on purpose."""


class IntervalError(AggregationError):
    """A recording interval that z/OS would not take."""
