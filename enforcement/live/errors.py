"""What following raises."""

from __future__ import annotations


class StateError(Exception):
    """A state directory can't be used; the message says why."""
