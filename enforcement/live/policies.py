"""What is installed on which stack, as values that a journal keeps."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from enforcement.engine.lives import Stack, upper
from policy import documents
from policy.checks import Surroundings
from policy.model import Policy

Tree = dict[str, Any]
UNCLEAR: Final = "unclear"


class Refresh(StrEnum):
    """What another policy on a stack means for connections that are up.

    `NEXT_CHANGE`: nothing until their protection is another than before. `NEXT_RECORD`: they are
    evaluated again with their next record, whatever it says.
    """

    NEXT_CHANGE = "next change"
    NEXT_RECORD = "next record"


@dataclass(frozen=True, slots=True)
class Installed:
    """The policy of one stack: its document, the digest of its file, and when it was installed.

    The names of the stack are in upper case. `facts` are those that are told of it alone. Where
    `unclear` says why nobody can tell what is installed, the policy is empty.
    """

    stack: Stack
    digest: str
    at: str
    document: Tree
    facts: dict[str, bool] = field(default_factory=dict)
    unclear: str = ""

    @property
    def policy(self) -> Policy:
        """The document as a policy."""
        return documents.from_tree(self.document)

    @property
    def key(self) -> str:
        """What stacks share that an engine enforces the same policy on; never empty."""
        return self.digest or UNCLEAR

    def around(self, everywhere: Surroundings) -> Surroundings:
        """Return what is told of the stack; of what is not, what is so everywhere."""
        told: dict[str, Any] = dict(self.facts)
        return replace(everywhere, **told)


def to_trees(plan: list[Installed]) -> list[Tree]:
    """Return values that JSON can carry."""
    return [asdict(one) for one in plan]


def from_trees(trees: list[Tree]) -> list[Installed]:
    """Return what `to_trees` gave."""
    return [Installed(**{**tree, "stack": upper(tree["stack"])}) for tree in trees]
