"""What can go wrong on the way out; each message is for the user."""

from __future__ import annotations


class PruneError(Exception):
    """A prune was refused before anything was removed."""


class RulesChangedError(PruneError):
    """Somebody has saved other rules of retention than those that were shown."""
