"""What can go wrong with runs; each message is for the user."""

from __future__ import annotations


class RunError(Exception):
    """What was asked of a run can't be done; `field` is that of the form."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field
