"""Prune and retention in the browser: shown first, asked for by name, followed to the end."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analyzer.models import AuditEntry, DailyActivity, Prune, Retention, StackDay, SystemSettings
from analyzer.pruning import submit
from tests.analyzer.views.conftest import ClientAs
from tests.analyzer.views.page import Page

pytestmark = pytest.mark.usefixtures("site", "db")
RANGE = {"kind": "range", "first": "2026-10-05", "last": "2026-10-05", "older_days": ""}


@pytest.fixture
def admin(client_as: ClientAs) -> Client:
    return client_as("administrator")


def pk_of(system: str) -> int:
    return SystemSettings.objects.get(system=system).pk


def test_the_page_shows_nothing_before_something_is_chosen(admin: Client) -> None:
    page = Page(admin.get(reverse("data_prune")))
    assert "Nothing is chosen yet" in page.text
    assert "Interval records" not in page.text


def test_what_would_go_is_shown_by_system_and_nothing_goes(admin: Client) -> None:
    before = DailyActivity.objects.count()
    page = Page(admin.get(reverse("data_prune"), RANGE))
    assert page.column("System") == ["PLEXA SYSA", "PLEXA SYSB", "PLEXB PRD1", "All"]
    assert page.column("Interval records")[:3] == ["340", "686", "549"]
    # 13 sessions of the day, 4 of them with activity on the next one; 26 and 16; 21 and 14.
    assert page.column("Sessions left without activity")[:3] == ["9", "10", "7"]
    assert "2026-10-05 to 2026-10-05" in page.text
    assert DailyActivity.objects.count() == before
    assert not Prune.objects.exists()


@pytest.mark.parametrize("words", ["", "all data", "yes"])
def test_without_its_name_nothing_is_removed(admin: Client, words: str) -> None:
    answer = admin.post(reverse("data_prune"), {**RANGE, "words": words})
    assert answer.status_code == 422
    assert "nothing was removed" in Page(answer).text
    assert not Prune.objects.exists()


def test_with_its_name_it_is_submitted_with_user_and_audit_entry(admin: Client) -> None:
    given = {"kind": "all", "systems": [pk_of("PRD1")], "words": "all data"}
    answer = admin.post(reverse("data_prune"), given)
    prune = Prune.objects.get()
    assert answer["Location"] == reverse("data_prune_detail", args=[prune.pk])
    assert (prune.words, prune.state) == ("all data of PLEXB PRD1", "pending")
    assert prune.submitted_by is not None
    assert prune.submitted_by.username == "administrator"
    assert AuditEntry.objects.get(action="prune.submit").user_name == "administrator"
    page = Page(admin.get(answer["Location"]))
    assert "Waiting for a worker" in page.text
    assert "hx-get" in page.one("div", id=f"prune-{prune.pk}")
    admin.post(reverse("data_prune_cancel", args=[prune.pk]))
    page = Page(admin.get(answer["Location"]))
    assert "Canceled" in page.text
    assert "hx-get" not in page.one("div", id=f"prune-{prune.pk}")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"kind": "older", "older_days": ""}, "Say how many days stay."),
        ({"kind": "older", "older_days": "-1"}, "greater than or equal to 0"),
        ({"kind": "range", "first": "2026-10-05"}, "Say the last day that goes."),
        ({"kind": "range", "first": "2026-10-05", "last": "2026-10-01"}, "before the first one"),
        ({"kind": "everything"}, "is not one of the available choices"),
        ({"kind": "all", "systems": "99999"}, "is not one of the available choices"),
    ],
)
def test_what_cannot_be_used_is_said_at_its_field(
    admin: Client, given: dict[str, Any], why: str
) -> None:
    answer = admin.get(reverse("data_prune"), given)
    assert answer.status_code == 422
    assert why in Page(answer).text


def test_a_prune_stands_in_the_history_beside_imports(admin: Client, client_as: ClientAs) -> None:
    now = timezone.now()
    prune = Prune.objects.create(
        kind="retention",
        words="data past their retention of <b>all</b>",
        submitted_at=now,
        finished_at=now,
        state="complete",
        intervals=5,
        connections=2,
    )
    page = Page(client_as("viewer").get(reverse("data_history")))
    assert page.column("Operation") == ["Prune", "Import"]
    assert page.column("What")[0] == "data past their retention of <b>all</b>"
    assert page.column("Removed")[0] == "7"
    assert page.column("Way in")[0] == "by retention"
    assert page.row_links[0] == reverse("data_prune_detail", args=[prune.pk])


def confirmed(page: Page) -> dict[str, str]:
    """What the form that confirms carries unseen."""
    hidden = [one for name, one in page.tags if name == "input" and one.get("type") == "hidden"]
    return {one["name"]: one["value"] for one in hidden if one["name"] != "csrfmiddlewaretoken"}


def test_retention_is_shown_before_it_is_set(admin: Client) -> None:
    address = reverse("data_retention")
    assert "Retention is off" in Page(admin.get(address)).text
    own = pk_of("SYSA")
    given = {"default": "36500", f"rule-{own}": "days", f"days-{own}": "1"}
    follows = pk_of("SYSB")
    answer = admin.post(address, given | {f"rule-{follows}": "", f"days-{follows}": "7"})
    page = Page(answer)
    assert answer.status_code == 200
    # What is past one day is shown, with its days, and nothing is saved.
    assert page.column("System", 1) == ["PLEXA SYSA"]
    assert page.column("Interval records", 1) == ["344"]
    assert (page.column("First day", 1), page.column("Last day", 1)) == (
        ["2026-10-05"],
        ["2026-10-06"],
    )
    assert page.column("Yours", 2) == ["36500", "days of its own", "1"]
    assert not Retention.objects.exists()
    assert not AuditEntry.objects.filter(action="settings.retention").exists()
    carried = confirmed(page)
    assert {name: carried[name] for name in given} == given
    assert admin.post(address, carried)["Location"] == address
    assert {one.system_id: one.days for one in Retention.objects.all()} == {None: 36500, own: 1}
    assert AuditEntry.objects.get(action="settings.retention").user_name == "administrator"
    page = Page(admin.get(address))
    assert page.one("input", name="default")["value"] == "36500"
    assert page.one("input", name=f"days-{own}")["value"] == "1"
    assert page.column("Interval records", 1) == ["344"]


def test_a_rule_that_takes_nothing_says_so_and_is_confirmed_too(admin: Client) -> None:
    page = Page(admin.post(reverse("data_retention"), {"default": "36500"}))
    assert "Nothing is old enough" in page.text
    assert "These rules take nothing now." in page.text
    assert not Retention.objects.exists()
    admin.post(reverse("data_retention"), confirmed(page))
    assert Retention.objects.get().days == 36500


def test_other_numbers_than_those_shown_are_shown_again(admin: Client) -> None:
    page = Page(admin.post(reverse("data_retention"), {"default": "36500"}))
    answer = admin.post(reverse("data_retention"), confirmed(page) | {"default": "3"})
    assert answer.status_code == 409
    assert "nothing was saved" in Page(answer).text
    assert Page(answer).column("Interval records", 1)[:3] == ["344", "702", "563"]
    assert not Retention.objects.exists()


def test_rules_or_records_that_changed_meanwhile_are_shown_again(admin: Client) -> None:
    address = reverse("data_retention")
    page = Page(admin.post(address, {"default": "3"}))
    submit.set_retention(default=90, systems={}, by=None, now=timezone.now())
    answer = admin.post(address, confirmed(page))
    assert answer.status_code == 409
    assert Page(answer).column("Saved now", 2) == ["90"]
    StackDay.objects.filter(stack__system="PRD1", day="2026-10-05").delete()
    again = admin.post(address, confirmed(Page(answer)))
    assert again.status_code == 409
    assert Retention.objects.get().days == 90
    admin.post(address, confirmed(Page(again)))
    assert Retention.objects.get().days == 3


def test_rules_that_hold_already_are_not_saved_again(admin: Client) -> None:
    submit.set_retention(default=90, systems={}, by=None, now=timezone.now())
    admin.post(reverse("data_retention"), {"default": "90"})
    assert AuditEntry.objects.filter(action="settings.retention").count() == 1


def test_a_rule_without_its_days_is_said_at_its_field(admin: Client) -> None:
    answer = admin.post(reverse("data_retention"), {f"rule-{pk_of('SYSA')}": "days"})
    assert answer.status_code == 422
    assert "Say how many days stay." in Page(answer).text
    assert not Retention.objects.exists()


def test_the_database_page_leads_to_the_prune_of_a_system(admin: Client) -> None:
    page = Page(admin.get(reverse("data_database")))
    assert page.column("System", 1) == ["PLEXA SYSA", "PLEXA SYSB", "PLEXB PRD1"]
    assert page.column("Interval records", 1) == ["344", "702", "563"]
    assert page.column("First day", 1) == ["2026-10-05"] * 3
    assert page.column("Last day", 1) == ["2026-10-06"] * 3
    wanted = f"{reverse('data_prune')}?kind=all&systems={pk_of('PRD1')}"
    assert wanted in page.links
    assert Page(admin.get(wanted)).column("Interval records") == ["563"]
