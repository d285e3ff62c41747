"""What keeps a backup from being restored, each fault with its place."""

from __future__ import annotations

from designer.content.errors import DesignerError
from policy import documents
from policy.errors import DocumentError
from policy.model import Policy


class RestoreError(DesignerError):
    """A backup, or a part of one, that can't be restored; `faults` are all of (path, message)."""

    def __init__(self, found: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{path}: {message}" for path, message in found[:20]))
        self.faults = tuple(found)


def read_policy(document: object, path: str) -> Policy:
    """Return the policy in a document of a part. Raises RestoreError with paths behind `path`."""
    try:
        return documents.from_tree(document)
    except DocumentError as error:
        found = [(f"{path}{where}".rstrip("/"), message) for where, message in error.faults]
        raise RestoreError(found) from error
