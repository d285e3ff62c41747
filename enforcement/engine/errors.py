"""What can go wrong in the engine; a damaged record is the decoder's matter."""

from __future__ import annotations


class EngineError(Exception):
    """Base of every exception this package raises on purpose."""


class MessageTableError(EngineError):
    """The table of messages is missing, malformed or lacks a message."""


class ChoiceError(EngineError):
    """A setting that there is not, or a value that it can't have; the message is for the user."""
