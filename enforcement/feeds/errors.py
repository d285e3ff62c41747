"""What feeds raise."""

from __future__ import annotations


class FeedError(Exception):
    """What was posted can't be taken; the message says why."""


class UnreadableError(FeedError):
    """The body is not what its headers say."""


class OversizedError(FeedError):
    """The body is larger than one request may be."""


class KeyReusedError(FeedError):
    """The key came before, with other records."""


class InboxFullError(FeedError):
    """So much waits to be worked on that nothing more is taken."""
