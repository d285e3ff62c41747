"""The designer's store: stacks, reusable objects, rule sets with versions, assignments."""

from designer.models.assignments import Assignment, Installation, PlannedStack
from designer.models.objects import (
    PROTOCOLS,
    ActionDescriptor,
    AddressGroup,
    Confidence,
    ReusableObject,
    SecurityDescriptor,
    TrafficDescriptor,
)
from designer.models.rights import APPROVE, AUTHOR, VIEW, Rights, needed_for
from designer.models.rule_sets import OPEN, RELEASED, DraftSave, RuleSet, Version
from designer.models.rules import CATCH_ALL_PLACE, GENERAL_PLACE, Rule, RuleTest
from designer.models.site import PolicySite
from designer.models.workspace import Release, Stack, System, Tag, ZosGroup

__all__ = [
    "APPROVE",
    "AUTHOR",
    "CATCH_ALL_PLACE",
    "GENERAL_PLACE",
    "OPEN",
    "PROTOCOLS",
    "RELEASED",
    "VIEW",
    "ActionDescriptor",
    "AddressGroup",
    "Assignment",
    "Confidence",
    "DraftSave",
    "Installation",
    "PlannedStack",
    "PolicySite",
    "Release",
    "ReusableObject",
    "Rights",
    "Rule",
    "RuleSet",
    "RuleTest",
    "SecurityDescriptor",
    "Stack",
    "System",
    "Tag",
    "TrafficDescriptor",
    "Version",
    "ZosGroup",
    "needed_for",
]
