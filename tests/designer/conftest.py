"""People with policy roles, and a rule set like that of IBM's article."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType

from designer import approval, installing, objects, rulesets, versions, workspace
from designer.content.rules import Content, RuleContent
from designer.models import (
    ActionDescriptor,
    Installation,
    SecurityDescriptor,
    Stack,
    TrafficDescriptor,
    Version,
)
from designer.objects import Said
from designer.versions import NewRuleSet
from policy.model import Kind
from policy.vocabulary import Protocol

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
POLICY_ROLES = {
    "viewer": ["view_policy"],
    "analyst": ["view_policy"],
    "administrator": ["view_policy"],
    "policy author": ["view_policy", "author_policy"],
    "policy approver": ["view_policy", "approve_policy"],
}
Person = Callable[[str], User]
Release = Callable[[Version], Version]


@pytest.fixture
def roles(roles: dict[str, Group]) -> dict[str, Group]:
    """The roles with their policy rights, also after a test that emptied the tables."""
    kind, _ = ContentType.objects.get_or_create(app_label="designer", model="rights")
    for role, codenames in POLICY_ROLES.items():
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.add(
            *(
                Permission.objects.get_or_create(
                    content_type=kind, codename=codename, defaults={"name": codename}
                )[0]
                for codename in codenames
            )
        )
        roles[role] = group
    return roles


@pytest.fixture
def named(roles: dict[str, Group]) -> Person:
    """An account with both policy roles: named("ANNA")."""

    def make(name: str) -> User:
        user, made = User.objects.get_or_create(username=name)
        if made:
            user.groups.add(roles["viewer"], roles["policy author"], roles["policy approver"])
        return user

    return make


@pytest.fixture
def anna(named: Person) -> User:
    return named("ANNA")


@pytest.fixture
def bert(named: Person) -> User:
    return named("BERT")


@pytest.fixture
def shelf(anna: User) -> None:
    """The objects that the article's rule set is made of."""
    tn3270 = Said("TN3270", {"local_ports": {"members": ["992"]}, "job": "TN3270*"})
    objects.make(kind=TrafficDescriptor, said=tn3270, by=anna, now=NOW)
    for name, words in (
        ("TLS 1.2 or later", ["TLSv1.2", "TLSv1.3"]),
        ("TLS 1.1", ["TLSv1.1"]),
    ):
        said = Said(name, {"version": words}, protocol="TLS")
        objects.make(kind=SecurityDescriptor, said=said, by=anna, now=NOW)
    for name, action in (("Allow", {}), ("Audit", {"audit": True})):
        objects.make(kind=ActionDescriptor, said=Said(name, action), by=anna, now=NOW)


ARTICLE = Content(
    (
        RuleContent("Good", Kind.GENERAL, security="TLS 1.2 or later", action="Allow"),
        RuleContent("TN3270", traffic="TN3270", security="TLS 1.1", action="Allow"),
        RuleContent("Rest", Kind.CATCH_ALL, action="Audit"),
    )
)


@pytest.fixture
def draft(shelf: None, anna: User) -> Version:
    """The article's rule set, as ANNA's draft."""
    head = NewRuleSet("Site TLS", Protocol.TLS, "what we accept", "Network team")
    return versions.make(head=head, by=anna, now=NOW, content=ARTICLE)


@pytest.fixture
def release(anna: User, bert: User) -> Release:
    """Submit as ANNA and publish as BERT."""

    def published(version: Version) -> Version:
        approval.submit(
            version=version, revision=version.revision, comment="Asked for.", by=anna, now=NOW
        )
        return approval.publish(version=version, comment="", by=bert, now=NOW)

    return published


@pytest.fixture
def stack(anna: User) -> Stack:
    """A stack of a system of a group."""
    group = workspace.make_group(name="PLEX", by=anna, now=NOW)
    system = workspace.make_system(group=group, name="SYSA", sysplex="PLEX", by=anna, now=NOW)
    return workspace.make_stack(system=system, name="TCPIP", by=anna, now=NOW)


def install(stack: Stack, by: User, comment: str = "") -> Installation:
    """Write down that the file as it is now was put in force."""
    digest = rulesets.files(stack).digest
    return installing.record_installation(
        stack=stack, digest=digest, comment=comment, by=by, now=NOW
    )
