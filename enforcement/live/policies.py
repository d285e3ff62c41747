"""What is installed on which stack, as values that a journal keeps."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from enforcement.engine.lives import Stack
from policy import documents
from policy.model import Policy

Tree = dict[str, Any]


class Refresh(StrEnum):
    """What another policy on a stack means for connections that are up.

    `NEXT_CHANGE`: nothing until their protection is another than before. `NEXT_RECORD`: they are
    evaluated again with their next record, whatever it says.
    """

    NEXT_CHANGE = "next change"
    NEXT_RECORD = "next record"


@dataclass(frozen=True, slots=True)
class Installed:
    """The policy of one stack: its document, the digest of its file, and when it was installed."""

    stack: Stack
    digest: str
    at: str
    document: Tree

    @property
    def policy(self) -> Policy:
        """The document as a policy."""
        return documents.from_tree(self.document)


def to_trees(plan: list[Installed]) -> list[Tree]:
    """Return values that JSON can carry."""
    return [
        {"stack": one.stack, "digest": one.digest, "at": one.at, "document": one.document}
        for one in plan
    ]


def from_trees(trees: list[Tree]) -> list[Installed]:
    """Return what `to_trees` gave."""
    found = []
    for tree in trees:
        sysplex, system, name = tree["stack"]
        stack = (sysplex, system, name)
        found.append(Installed(stack, tree["digest"], tree["at"], tree["document"]))
    return found
