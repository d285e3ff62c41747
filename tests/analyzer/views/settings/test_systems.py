"""Time zone and code page of systems: proposals, what is set, and what the report makes of it."""

from __future__ import annotations

from zoneinfo import available_timezones

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from analyzer.models import AuditEntry, SystemSettings
from tests.analyzer.views.conftest import ClientAs
from tests.analyzer.views.page import Page

pytestmark = pytest.mark.usefixtures("filled", "db")


@pytest.fixture
def administrator(client_as: ClientAs) -> Client:
    return client_as("administrator")


def address(system: str = "SYSA") -> str:
    return reverse("settings_system", args=[SystemSettings.objects.get(system=system).pk])


def settings_of(system: str = "SYSA") -> tuple[str, str, str]:
    found = SystemSettings.objects.get(system=system)
    return found.time_zone, found.zone_source, found.code_page


def test_a_zone_and_a_code_page_are_set_with_an_audit_entry_each(administrator: Client) -> None:
    given = {"time_zone": "America/Chicago", "code_page": "CP273"}
    assert administrator.post(address(), given)["Location"] == reverse("settings_systems")
    assert settings_of() == ("America/Chicago", "set", "cp273")
    written = AuditEntry.objects.order_by("pk").values_list("action", "target", "data")
    assert list(written) == [
        (
            "settings.zone",
            "PLEXA SYSA",
            {"before": "Europe/Berlin", "after": "America/Chicago"},
        ),
        ("settings.code_page", "PLEXA SYSA", {"before": "cp1047", "after": "cp273"}),
    ]
    page = Page(administrator.get(reverse("settings_systems")))
    assert "PLEXA SYSA: times are in America/Chicago, text in cp273." in page.text
    assert page.column("Time zone") == ["America/Chicago", "UTC", "America/New_York"]
    assert page.column("Set by") == ["set by hand", "default", "default"]


def test_saving_what_was_there_leaves_no_entry(administrator: Client) -> None:
    administrator.post(address(), {"time_zone": "Europe/Berlin", "code_page": "cp1047"})
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("zone", "code_page", "why"),
    [
        ("Mars/Olympus", "cp1047", "`Mars/Olympus` is not a time zone"),
        ("localtime", "cp1047", "`localtime` is not a time zone"),
        ("../../etc/passwd", "cp1047", "is not a time zone"),
        ("UTC", "utf-8", "`utf-8` is not a code page that can be read"),
        ("UTC", "latin-1", "`latin-1` is not a code page that can be read"),
        ("", "cp1047", "This field is required"),
    ],
)
def test_what_can_not_be_used_is_said_at_the_field_and_kept(
    administrator: Client, zone: str, code_page: str, why: str
) -> None:
    answer = administrator.post(address(), {"time_zone": zone, "code_page": code_page})
    assert answer.status_code == 422
    page = Page(answer)
    assert why in page.text
    assert page.one("input", id="id_time_zone").get("value", "") == zone
    assert settings_of() == ("Europe/Berlin", "default", "cp1047")


def test_every_zone_that_is_offered_is_one_that_the_database_can_use(
    administrator: Client,
) -> None:
    offered = [found["value"] for found in Page(administrator.get(address())).all("option")]
    zones = [zone for zone in offered if "/" in zone or zone == "UTC"]
    assert len(zones) > 400
    assert set(offered) <= available_timezones()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(now() AT TIME ZONE zone) FROM unnest(%s::text[]) zone", [offered]
        )
        assert cursor.fetchone() == (len(offered),)


def test_the_zone_moves_the_offset_of_shown_times_and_not_the_times(
    administrator: Client,
) -> None:
    path = reverse("report_servers")
    asked = {"system": "SYSA", "columns": "system,last_seen", "days": "all"}
    before = Page(administrator.get(path, asked)).column("Last seen")
    administrator.post(address(), {"time_zone": "Asia/Tokyo", "code_page": "cp1047"})
    after = Page(administrator.get(path, asked)).column("Last seen")
    assert len(before) > 3
    assert {time[-6:] for time in before} <= {"+01:00", "+02:00"}
    assert {time[-6:] for time in after} == {"+09:00"}
    assert [time[:-6] for time in after] == [time[:-6] for time in before]


@pytest.mark.parametrize(
    ("minutes", "zone", "words", "differs"),
    [
        (60, "Europe/Berlin", "UTC+01:00", False),
        (120, "Europe/Berlin", "UTC+02:00", False),  # in summer
        (-330, "Europe/Berlin", "UTC-05:30", True),
        (0, "UTC", "UTC+00:00", False),
        (None, "Europe/Berlin", "\u2013", False),
    ],
)
def test_a_proposal_is_shown_and_a_contradiction_marked(
    administrator: Client, minutes: int | None, zone: str, words: str, differs: bool
) -> None:
    SystemSettings.objects.filter(system="SYSA").update(time_zone=zone, proposed_offset_min=minutes)
    page = Page(administrator.get(reverse("settings_systems")))
    cell = page.column("Proposal from connection records")[0]
    assert cell == f"{words} differs" if differs else words
    text = Page(administrator.get(address())).text
    assert (f"suggest {words}" in text) == (minutes is not None)
    assert ("there is no proposal" in text) == (minutes is None)


def test_a_viewer_reads_the_list_without_links_to_change_it(client_as: ClientAs) -> None:
    page = Page(client_as("viewer").get(reverse("settings_systems")))
    assert page.column("System") == ["SYSA", "SYSB", "SYSC"]
    assert page.row_links == []
    assert "Only an administrator can change them." in page.text


def test_a_system_that_is_not_there_is_404(administrator: Client) -> None:
    assert administrator.get(reverse("settings_system", args=[999_999])).status_code == 404
