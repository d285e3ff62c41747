"""What is shipped, as values of the rule language."""

from __future__ import annotations

from dataclasses import dataclass

from policy.documents import part_to_tree
from policy.model import Requirement, RuleSet, Traffic
from policy.values.actions import Action
from policy.values.addresses import AddressSet
from policy.vocabulary import Protocol

Document = dict[str, object]


@dataclass(frozen=True, slots=True)
class Entry:
    """What every entry has; `basis` names a document, `confidence` is its mark."""

    key: str
    name: str
    description: str
    basis: str
    confidence: str


@dataclass(frozen=True, slots=True)
class TrafficDescriptor(Entry):
    """The connections of a service."""

    traffic: Traffic

    @property
    def document(self) -> Document:
        """As `traffic` of a rule in a document."""
        return part_to_tree(self.traffic)


@dataclass(frozen=True, slots=True)
class SecurityDescriptor(Entry):
    """What a protection must be."""

    requirement: Requirement

    @property
    def protocol(self) -> Protocol:
        """The protocol it is for."""
        return self.requirement.protocol

    @property
    def document(self) -> Document:
        """As `requirement` of a rule in a document."""
        return part_to_tree(self.requirement)


@dataclass(frozen=True, slots=True)
class ShippedAction(Entry):
    """What is done with a connection."""

    action: Action

    @property
    def document(self) -> Document:
        """As `action` of a rule in a document."""
        return part_to_tree(self.action)


@dataclass(frozen=True, slots=True)
class AddressGroup(Entry):
    """Addresses with a name."""

    addresses: AddressSet

    @property
    def document(self) -> Document:
        """As `local` or `remote` of a rule's traffic in a document."""
        return part_to_tree(self.addresses)


@dataclass(frozen=True, slots=True)
class Template(Entry):
    """A rule set to start from; `uses` are (kind, key) of the entries it is made of."""

    rule_set: RuleSet
    uses: tuple[tuple[str, str], ...]

    @property
    def protocol(self) -> Protocol:
        """The protocol of its rule set."""
        return self.rule_set.protocol

    @property
    def document(self) -> Document:
        """As one of `rule_sets` in a document."""
        return part_to_tree(self.rule_set)


@dataclass(frozen=True, slots=True)
class Shipped:
    """All entries by key, in the order of their files."""

    traffic: dict[str, TrafficDescriptor]
    security: dict[str, SecurityDescriptor]
    actions: dict[str, ShippedAction]
    addresses: dict[str, AddressGroup]
    templates: dict[str, Template]
