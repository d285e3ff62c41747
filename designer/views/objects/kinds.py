"""The kinds of objects in words, and the one that an address names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.http import Http404

from designer.content import objects as contents
from designer.content.errors import ContentError
from designer.content.rules import Tree
from designer.models import ReusableObject, SecurityDescriptor
from designer.queries import objects as reads
from policy.model import Kind as RuleKind
from policy.vocabulary import Protocol
from policy.words import subject, using


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: `says` gives what an object of a name and content says; raises ContentError."""

    key: str
    title: str
    says: Callable[[str, Tree, Protocol | None], str]

    @property
    def model(self) -> reads.ReusableKind:
        return reads.KINDS[self.key]

    @property
    def word(self) -> str:
        return reads.WORDS[self.model]

    @property
    def protocols(self) -> list[Protocol]:
        """Those that objects of the kind are each for one of; none where it does not matter."""
        return [Protocol.TLS, Protocol.SSH, Protocol.IPSEC] if self.key == "security" else []


def _security(name: str, tree: Tree, protocol: Protocol | None) -> str:
    wanted = protocol or Protocol.TLS
    return using(contents.security(name, tree, wanted), wanted)


KINDS: Final = {
    kind.key: kind
    for kind in (
        Kind(
            "traffic",
            "Traffic",
            lambda name, tree, _: subject(contents.traffic(name, tree), RuleKind.SPECIFIC),
        ),
        Kind("security", "Protection", _security),
        Kind("actions", "Actions", lambda name, tree, _: str(contents.action(name, tree))),
        Kind(
            "address-groups",
            "Address groups",
            lambda name, tree, _: str(contents.addresses(name, tree)),
        ),
    )
}
"""What stands in addresses -> the kind, in the order of the page."""


def get_kind_or_404(key: str) -> Kind:
    if key not in KINDS:
        raise Http404("there is no such kind")
    return KINDS[key]


def get_object_or_404(kind: Kind, pk: int) -> ReusableObject:
    found = reads.find(kind.model, pk)
    if found is None:
        raise Http404("there is no such object")
    return found


def protocol_of(row: ReusableObject) -> Protocol | None:
    """The protocol of a security descriptor; others have none."""
    return Protocol(row.protocol) if isinstance(row, SecurityDescriptor) else None


def words_of(kind: Kind, row: ReusableObject) -> str:
    """What an object says, or why it says nothing any more."""
    try:
        return kind.says(row.name, row.content, protocol_of(row))
    except ContentError as error:
        return f"can't be read: {error}"
