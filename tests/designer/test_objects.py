"""Reusable objects: where each is used, and what that forbids."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import ProtectedError

from analyzer.models import AuditEntry
from designer import drafts, objects
from designer.content.errors import ContentError, DesignerError, InUseError, StaleObjectError
from designer.content.rules import RuleContent
from designer.models import (
    ActionDescriptor,
    AddressGroup,
    SecurityDescriptor,
    TrafficDescriptor,
    Version,
)
from designer.objects import Said
from designer.queries import objects as reads
from tests.designer.conftest import NOW, Release

pytestmark = pytest.mark.django_db
BEARS_NOT = "^Site TLS version 1, rule More / traffic: the user stands in the rule itself"


def test_an_object_in_use_is_not_deleted_and_its_users_are_named(
    draft: Version, anna: User
) -> None:
    one = TrafficDescriptor.objects.get(name="TN3270")
    with pytest.raises(InUseError) as caught:
        objects.delete(one=one, by=anna, now=NOW)
    assert str(caught.value) == (
        "`TN3270` is used by Site TLS version 1 (draft), rule TN3270; take it out there first"
    )
    with pytest.raises(ProtectedError):
        one.delete()
    drafts.drop_rule(version=draft, revision=1, name="TN3270", by=anna, now=NOW)
    objects.delete(one=one, by=anna, now=NOW)
    assert not TrafficDescriptor.objects.exists()
    assert AuditEntry.objects.get(action="policy.traffic.delete").target == "TN3270"


def test_both_ends_count_as_uses(draft: Version, anna: User) -> None:
    said = Said("Inside", {"members": ["10.0.0.0/8", "192.168.1.1-192.168.1.9"]})
    group = objects.make(kind=AddressGroup, said=said, by=anna, now=NOW)
    for revision, end in ((1, "local"), (2, "remote")):
        rule = RuleContent(f"At {end}", **{end: "Inside"})  # type: ignore[arg-type]
        drafts.put_rule(version=draft, revision=revision, rule=rule, by=anna, now=NOW)
    assert [use.rule for use in reads.where_used(group)] == ["At local", "At remote"]
    found = reads.named(AddressGroup, "INSIDE")
    assert found is not None
    assert getattr(found, "uses") == 2  # noqa: B009 -- annotated


def test_versions_that_were_published_count_as_uses_too(
    draft: Version, release: Release, anna: User
) -> None:
    release(draft)
    one = ActionDescriptor.objects.get(name="Audit")
    with pytest.raises(InUseError, match=r"version 1 \(published\), rule Rest"):
        objects.delete(one=one, by=anna, now=NOW)


@pytest.mark.parametrize(
    ("kind", "said", "why"),
    [
        (AddressGroup, Said("A", {"members": ["10.0.0.1/8"]}), "has bits set behind its prefix"),
        (AddressGroup, Said("A", {"members": []}), "members"),
        (AddressGroup, Said("", {"members": ["10.0.0.1"]}), "is no name"),
        (AddressGroup, Said("x" * 33, {"members": ["10.0.0.1"]}), "longer than 32"),
        (TrafficDescriptor, Said("A", {}), "needs a condition"),
        (TrafficDescriptor, Said("A", {"local_ports": {"members": ["70000"]}}), "70000"),
        (
            TrafficDescriptor,
            Said("A", {"local": {"members": ["10.0.0.1"]}}),
            "stand in an address group",
        ),
        (TrafficDescriptor, Said("A", {"jobs": "X"}), "jobs"),
        (SecurityDescriptor, Said("A", {}, protocol="TLS"), "needs a condition"),
        (SecurityDescriptor, Said("A", {"version": ["TLSv1.2"]}), "none of TLS, SSH and IPsec"),
        (SecurityDescriptor, Said("A", {"version": ["TLSv1.2"]}, protocol="None"), "none of TLS"),
        (SecurityDescriptor, Said("A", {"version": ["SSHv2"]}, protocol="TLS"), "SSHv2"),
        (ActionDescriptor, Said("A", {"syslog_level": 9}), "9"),
    ],
)
def test_content_that_the_language_does_not_take_is_refused(
    kind: Any, said: Said, why: str, anna: User
) -> None:
    with pytest.raises(ContentError, match=why):
        objects.make(kind=kind, said=said, by=anna, now=NOW)
    assert not kind.objects.exists()


def test_a_name_is_there_once_in_its_kind(shelf: None, anna: User) -> None:
    with pytest.raises(ContentError, match="kind action `ALLOW` already"):
        objects.make(kind=ActionDescriptor, said=Said("ALLOW", {}), by=anna, now=NOW)


def test_who_comes_second_is_told_by_whom(shelf: None, anna: User, bert: User) -> None:
    one = ActionDescriptor.objects.get(name="Audit")
    assert one.changed_by_name == "ANNA"
    said = Said("Audit", {"audit": True, "console": True})
    assert objects.change(one=one, revision=1, said=said, by=bert, now=NOW).revision == 2
    with pytest.raises(StaleObjectError, match="has been changed meanwhile by BERT") as caught:
        objects.change(one=one, revision=1, said=said, by=anna, now=NOW)
    assert (caught.value.number, caught.value.by) == (2, "BERT")


def test_a_security_descriptor_keeps_its_protocol(shelf: None, anna: User) -> None:
    one = SecurityDescriptor.objects.get(name="TLS 1.1")
    said = Said("TLS 1.1", {"version": ["SSHv2"]}, protocol="SSH")
    with pytest.raises(ContentError, match="it is for TLS; make another one"):
        objects.change(one=one, revision=1, said=said, by=anna, now=NOW)


def test_a_change_that_a_draft_could_not_bear_is_refused(draft: Version, anna: User) -> None:
    rule = RuleContent("More", traffic="TN3270", inline_traffic={"user": "TN"})
    drafts.put_rule(version=draft, revision=1, rule=rule, by=anna, now=NOW)
    one = TrafficDescriptor.objects.get(name="TN3270")
    said = Said("TN3270", {"user": "OTHER"})
    with pytest.raises(ContentError, match=BEARS_NOT):
        objects.change(one=one, revision=1, said=said, by=anna, now=NOW)
    one.refresh_from_db()
    assert "user" not in one.content


def test_what_is_gone_is_said(shelf: None, anna: User) -> None:
    one = ActionDescriptor.objects.get(name="Audit")
    ActionDescriptor.objects.all().delete()
    with pytest.raises(DesignerError, match="deleted meanwhile"):
        objects.delete(one=one, by=anna, now=NOW)
