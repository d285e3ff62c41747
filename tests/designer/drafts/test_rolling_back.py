"""A roll back means what the older version meant, whatever became of the objects."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from designer import approval, drafts, objects, versions
from designer.content.rules import RuleContent
from designer.models import SecurityDescriptor, TrafficDescriptor, Version
from designer.objects import Said
from designer.queries.contents import content_of, rule_set_of
from tests.designer.conftest import ARTICLE, NOW, Release

pytestmark = pytest.mark.django_db
PORTS = {"local_ports": {"members": ["993"]}}
BOTH = RuleContent(
    "Both", traffic="T", inline_traffic={"job": "ABC*"}, security="TLS 1.1", action="Audit"
)


@pytest.fixture
def first(draft: Version, release: Release, anna: User) -> Version:
    """Version 1, with a rule that takes a part of its conditions from T; version 2 goes without."""
    objects.make(kind=TrafficDescriptor, said=Said("T", PORTS), by=anna, now=NOW)
    drafts.save(version=draft, revision=1, content=ARTICLE.put(BOTH), by=anna, now=NOW)
    first = release(Version.objects.get(pk=draft.pk))
    second = versions.open_draft(version=first, by=anna, now=NOW)
    release(drafts.drop_rule(version=second, revision=1, name="Both", by=anna, now=NOW))
    return Version.objects.get(pk=first.pk)


def change(kind: type[TrafficDescriptor] | type[SecurityDescriptor], said: Said, by: User) -> None:
    one = kind.objects.get(name=said.name)
    objects.change(one=one, revision=one.revision, said=said, by=by, now=NOW)


def test_rules_name_the_objects_that_still_say_the_same(first: Version, anna: User) -> None:
    made = approval.roll_back(version=first, comment="", by=anna, now=NOW)
    assert content_of(made) == ARTICLE.put(BOTH)


def test_an_object_that_no_longer_fits_a_rule_is_no_hindrance(first: Version, anna: User) -> None:
    change(TrafficDescriptor, Said("T", {**PORTS, "job": "XYZ*"}), anna)
    made = approval.roll_back(version=first, comment="", by=anna, now=NOW)
    assert (made.state, made.document) == ("submitted", first.document)
    rule = content_of(made).rule("Both")
    assert rule is not None
    assert (rule.traffic, rule.inline_traffic["job"]) == ("", "ABC*")
    assert (rule.security, rule.action) == ("TLS 1.1", "Audit")


def test_withdrawn_and_submitted_again_it_is_the_older_version(first: Version, anna: User) -> None:
    change(SecurityDescriptor, Said("TLS 1.1", {"version": ["TLSv1.0"]}, protocol="TLS"), anna)
    made = approval.roll_back(version=first, comment="", by=anna, now=NOW)
    taken = approval.withdraw(version=made, by=anna, now=NOW)
    assert rule_set_of(taken).rules() == rule_set_of(first).rules()
    again = approval.submit(
        version=taken, revision=taken.revision, comment=taken.comment, by=anna, now=NOW
    )
    assert (again.digest, again.document) == (first.digest, first.document)
