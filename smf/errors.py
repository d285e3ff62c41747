"""What can go wrong in `smf`: exceptions for a whole file, `Rejected` values for one record."""

from __future__ import annotations

from dataclasses import dataclass

HEAD_BYTES = 256
"""How many leading bytes of a bad record are kept for the hex view."""


class SmfError(Exception):
    """Base of every exception this package raises on purpose."""


class FramingError(SmfError):
    """The file cannot be read as SMF records at all.

    `reason` is a stable code (`empty`, `rdw_lost`, `ascii_transfer`, `not_smf`, or
    `wrapper_damaged` when nothing can be unpacked), `advice` says in the user's words how to
    transfer the file so that it can be read.
    """

    def __init__(self, reason: str, message: str, advice: str = "") -> None:
        super().__init__(f"{message}; {advice}" if advice else message)
        self.reason = reason
        self.message = message
        self.advice = advice


class UnpackedTooLargeError(SmfError):
    """A compressed file grew past `limit_bytes` while it was unpacked."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"the unpacked dump is larger than the limit of {limit_bytes} bytes")
        self.limit_bytes = limit_bytes


class LayoutError(SmfError):
    """A layout table in `smf/layouts` is missing, malformed or contradicts itself."""


class CodeTableError(SmfError):
    """A code table in `smf/code_tables` is missing, malformed or contradicts itself."""


class CodePageError(SmfError):
    """The code page is not a single-byte one that this Python knows; `code_page` is its name."""

    def __init__(self, code_page: str) -> None:
        super().__init__(f"unknown single-byte code page `{code_page}`")
        self.code_page = code_page


@dataclass(frozen=True, slots=True)
class Rejected:
    """One stretch of the dump that could not be decoded; a value, never raised.

    `offset` is the byte offset in the unwrapped stream, `length` the bytes it covers,
    `record_number` counts records of any type from 1, `field` is IBM's name of the field that is
    wrong, `reason` a stable code such as `section_past_end`, `message` one sentence, `head` the
    first bytes (at most 256).
    """

    offset: int
    record_number: int
    record_type: int | None
    subtype: int | None
    field: str
    reason: str
    message: str
    head: bytes
    length: int
