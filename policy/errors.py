"""What can go wrong in `policy`; a fault in somebody's rules is a `Finding`, not an exception."""

from __future__ import annotations


class PolicyError(Exception):
    """Base of every exception this package raises on purpose."""


class ValueInvalidError(PolicyError):
    """A value can't stand in a rule; `value` is what was given, `hint` what would do."""

    def __init__(self, value: str, message: str, hint: str = "") -> None:
        super().__init__(f"`{value}` {message}" + (f"; {hint}" if hint else ""))
        self.value = value
        self.message = message
        self.hint = hint


class ModelError(PolicyError):
    """Parts that are valid alone don't fit together, such as a TLS version in an SSH rule set."""


class VocabularyError(PolicyError):
    """The vocabulary file is missing, malformed or contradicts itself."""


class DialectError(PolicyError):
    """A dialect file is missing, malformed or contradicts itself."""


class CodePageError(PolicyError):
    """Bytes or text that the code page can't carry."""


class DocumentError(PolicyError):
    """A JSON or YAML document is not what it should be; `faults` are all of (path, message).

    `line` and `column` (from 1) say where its syntax breaks, 0 where it does not.
    """

    def __init__(self, faults: tuple[tuple[str, str], ...], line: int = 0, column: int = 0) -> None:
        super().__init__("; ".join(f"{path}: {message}" for path, message in faults))
        self.faults = faults
        self.line = line
        self.column = column


class WriteError(PolicyError):
    """The policy can't be written, or its text doesn't read back as the same policy."""


class GivenUpError(PolicyError):
    """A question about rules takes more work than is given to it; nobody knows its answer."""


class FrameError(PolicyError):
    """A frame of sessions lacks a column or has one of another type."""
