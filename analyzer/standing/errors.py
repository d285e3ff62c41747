"""Why something that runs by itself cannot be as it was asked for."""

from __future__ import annotations


class StandingError(ValueError):
    """What was asked cannot be done; the message says why."""


class NotTheirsError(StandingError):
    """Somebody wants to change what only its owner or an administrator may."""

    def __init__(self, name: str) -> None:
        super().__init__(f"`{name}` is for its owner or an administrator to change")


class TargetError(StandingError):
    """Nothing can be sent there; the message says why."""
