"""What can go wrong with audit packs; each message is for the user."""

from __future__ import annotations


class PackError(Exception):
    """What was asked of a pack can't be done."""


class PackMissingError(PackError):
    """The file of a pack was dropped, or is gone from the disk."""


class NotTheirsError(PackError):
    """A pack is for who ordered it, or an administrator, to cancel and delete."""
