"""The search box finds policies by name, for those who may see them."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.test import Client
from django.urls import reverse

from designer import versions
from designer.models import Rule, TrafficDescriptor, Version
from designer.views.searching import find
from tests.analyzer.views.page import Page
from tests.designer.conftest import NOW, Release

pytestmark = pytest.mark.django_db


def found(user: User, text: str) -> list[tuple[str, str]]:
    return [(one.kind, one.words) for one in find(text, user)]


def test_a_rule_set_a_rule_and_an_object_are_found_by_a_part_of_their_names(
    draft: Version, anna: User
) -> None:
    assert found(anna, "ite tl") == [("rule set", "Site TLS")]
    assert found(anna, "tn3270") == [
        ("rule", "TN3270, Site TLS version 1"),
        ("traffic descriptor", "TN3270"),
    ]
    assert found(anna, "audit") == [("action", "Audit")]
    assert found(anna, "%") == found(anna, "_") == []


def test_a_rule_counts_where_it_is_in_force_or_at_work_and_not_where_it_was(
    draft: Version, release: Release, anna: User
) -> None:
    first = release(draft)
    second = versions.open_draft(version=first, by=anna, now=NOW)
    assert found(anna, "Rest") == [
        ("rule", "Rest, Site TLS version 2"),
        ("rule", "Rest, Site TLS version 1"),
    ]
    release(second)
    assert found(anna, "Rest") == [("rule", "Rest, Site TLS version 2")]


def test_the_page_offers_both_the_rule_and_the_object_or_opens_the_only_one(
    draft: Version, anna: User
) -> None:
    client = Client()
    client.force_login(anna)
    anna.user_permissions.add(
        Permission.objects.get(codename="view_report", content_type__app_label="analyzer")
    )
    page = Page(client.get(reverse("search"), {"q": "TN3270"}))
    rule, traffic = Rule.objects.get(name="TN3270"), TrafficDescriptor.objects.get()
    assert [link["href"] for link in page.all("a", **{"class": "row-link"})] == [
        reverse("policy_review", args=[rule.version_id]),
        reverse("policy_object", args=["traffic", traffic.pk]),
    ]
    answer = client.get(reverse("search"), {"q": "Site TLS"})
    assert answer["Location"] == reverse("policy_rule_set", args=[draft.rule_set_id])


def test_who_may_not_see_policies_finds_none(draft: Version) -> None:
    assert find("Site", AnonymousUser()) == []
    assert find("Site", User.objects.create(username="nobody")) == []
