"""What can go wrong on the way in; each message is for the user."""

from __future__ import annotations


class IntakeError(Exception):
    """A dump was refused before an import was made."""


class PathRefusedError(IntakeError):
    """The path is outside the configured roots, or there is nothing to read."""


class FileTooLargeError(IntakeError):
    """An upload went past the limit."""


class StoredFileMissingError(IntakeError):
    """The stored copy of an upload was dropped, or is gone from the disk."""


class StoreChangedError(Exception):
    """Rows or partitions that the loader knows by heart may be gone: begin anew."""


class NotOursError(Exception):
    """The import or job was canceled, or another worker has it: leave it alone."""
