"""The audit log: pages of entries, details in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from analyzer import audit
from analyzer.models import AuditEntry
from tests.analyzer.views.conftest import ClientAs
from tests.analyzer.views.page import Page, pages_from

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)


@pytest.fixture
def administrator(client_as: ClientAs) -> Client:
    return client_as("administrator")


def entries(number: int) -> None:
    for one in range(number):
        audit.record(
            by=None, action="x.do", target=f"target {one}", now=NOW + timedelta(minutes=one)
        )


def test_an_entry_says_when_who_what_and_how(administrator: Client) -> None:
    data = {
        "filters": {"days": ["all"], "port": ["992", "8000-8080"]},
        "period": "all days",
        "columns": ["job", "tls"],
        "nothing": {},
    }
    audit.record(by=None, action="export.csv", target="servers", data=data, now=NOW)
    page = Page(administrator.get(reverse("settings_audit")))
    assert page.rows == [
        [
            "2026-04-01 12:00:00Z",
            "(command line)",
            "export.csv",
            "servers",
            "period: all days; columns: job, tls; filters: days all, port 992, 8000-8080;"
            " nothing: none",  # the order is the database's own
        ]
    ]


def test_pages_follow_each_other_and_lead_back(administrator: Client) -> None:
    entries(250)
    pages = list(pages_from(administrator, reverse("settings_audit")))
    assert [len(page.rows) for page in pages] == [100, 100, 50]
    assert ["Latest" in page.text for page in pages] == [False, True, True]
    assert ["Newer" in page.text for page in pages] == [False, True, True]
    (newer,) = pages[2].all("a", rel="prev")
    before = Page(administrator.get(reverse("settings_audit") + newer["href"]))
    assert before.column("Target") == pages[1].column("Target")
    seen = [target for page in pages for target in page.column("Target")]
    assert seen == [f"target {one}" for one in reversed(range(250))]


def test_a_hundred_entries_are_one_page(administrator: Client) -> None:
    entries(100)
    page = Page(administrator.get(reverse("settings_audit")))
    assert len(page.rows) == 100
    assert not page.all("a", rel="next")


@pytest.mark.parametrize("after", ["nonsense", "\0", "7", "WyItaWQiLCJ4Il0", "\u00fc"])
def test_a_damaged_key_is_said(administrator: Client, after: str) -> None:
    entries(1)
    answer = administrator.get(reverse("settings_audit"), {"after": after})
    assert answer.status_code == 400
    page = Page(answer)
    assert "start again at the first page" in page.text
    assert reverse("settings_audit") in page.links


def test_an_empty_log_says_what_will_stand_there(administrator: Client) -> None:
    page = Page(administrator.get(reverse("settings_audit")))
    assert "Nothing has been recorded" in page.text


def test_a_user_keeps_their_name_in_the_log_when_the_account_is_gone(
    administrator: Client, client_as: ClientAs
) -> None:
    viewer = client_as("viewer")
    viewer.post(reverse("settings_token_make"), {"name": "x", "scopes": ["read"]})
    AuditEntry.objects.get().user.delete()  # type: ignore[union-attr]
    page = Page(administrator.get(reverse("settings_audit")))
    assert page.column("User") == ["viewer"]


def test_a_long_target_is_cut_to_what_the_log_holds(db: None) -> None:
    entry = audit.record(by=None, action="x", target="x" * 2000, now=NOW)
    assert len(AuditEntry.objects.get(pk=entry.pk).target) == 1024
