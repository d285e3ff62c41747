"""Filters on pages: chips to take away, errors at their field, what was typed is kept."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import pytest
from django.test import Client
from django.urls import reverse

from analyzer.models import SecuritySession, Server
from tests.analyzer.views.conftest import ClientAs
from tests.analyzer.views.page import Page

pytestmark = pytest.mark.usefixtures("filled", "db")


@pytest.fixture
def viewer(client_as: ClientAs) -> Client:
    return client_as("viewer")


def servers(client: Client, **query: Any) -> Any:
    return client.get(reverse("report_servers"), query)


def chips(page: Page) -> list[dict[str, list[str]]]:
    """The parameters that stay when each of the removable chips is taken away."""
    return [
        parse_qs(found["href"].removeprefix("?")) for found in page.all("a", **{"class": "chip"})
    ]


def test_each_filter_is_a_chip_that_can_be_taken_away(viewer: Client) -> None:
    page = Page(servers(viewer, days="7", job="TN*,FTP*", port="992", sort="job"))
    assert "Days: the last 7 days" in page.text
    assert "Server port: 992" in page.text
    assert "Job: TN* or FTP*" in page.text
    asked = {"days": ["7"], "port": ["992"], "job": ["TN*", "FTP*"], "sort": ["job"]}
    for gone, rest in zip(("days", "port", "job"), chips(page), strict=True):
        assert rest == {name: values for name, values in asked.items() if name != gone}


def test_the_days_that_nobody_chose_are_shown_and_can_not_be_taken_away(viewer: Client) -> None:
    page = Page(servers(viewer))
    assert "Days: the last 30 days" in page.text
    assert chips(page) == []


def test_the_sentence_says_what_is_asked(viewer: Client) -> None:
    page = Page(servers(viewer, days="7", job="TN*", protocol="TLS"))
    assert "Servers on z/OS that were used in the last 7 days, job TN*, TLS." in page.text


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("port", "many", "`many` is not a port or a range"),
        ("port", "70000", "beyond the highest port"),
        ("server_ip", "10.1.0.5/16", "did you mean `10.1.0.0/16`"),
        ("client_ip", "fe80::1%eth0", "has a zone"),
        ("job", "TOOLONGNAME", "is longer than 8 characters"),
        ("job", "A\0B", "a character that no text in the store can have"),
        ("days", "0", "is not a number of days"),
        ("from", "05.10.2026", "is not a day like"),
        ("to", "2026-13-01", "is not a day like"),
        ("protocol", "QUIC", "is none of"),
        ("version", "TLSv9", "is none of"),
        ("strength", "best", "is none of"),
        ("stack", "PLEXA", "is not a stack like"),
    ],
)
def test_an_error_stands_at_its_field_and_nothing_is_shown(
    viewer: Client, name: str, value: str, why: str
) -> None:
    answer = servers(viewer, **{name: value})
    assert answer.status_code == 400
    page = Page(answer)
    assert why in page.text
    assert "1 filter cannot be used, so nothing is shown." in page.text
    assert "A filter cannot be used" in page.text
    assert page.row_links == []
    fields = page.all("input", name=name)
    assert any(found.get("aria-invalid") == "true" for found in fields)
    typed = [found for found in fields if found.get("value") == value.replace("\0", "\ufffd")]
    assert typed or "\0" in value
    assert f"error-{name}" in [found.get("id") for _, found in page.tags]
    assert "open" in page.one("details", **{"class": "filters"})
    assert not page.export_forms


def test_several_errors_are_counted(viewer: Client) -> None:
    page = Page(servers(viewer, port="x", job="TOOLONGNAME"))
    assert "2 filters cannot be used" in page.text


def test_an_unknown_filter_is_refused_and_not_ignored(viewer: Client) -> None:
    answer = servers(viewer, colour="red")
    assert answer.status_code == 400
    assert "`colour` is not a filter" in Page(answer).text


def test_wrong_filters_go_along_to_other_pages_and_show_nothing_there_either(
    viewer: Client,
) -> None:
    page = Page(servers(viewer, port="many", job="T*"))
    (tab,) = [href for href in page.links if href.startswith(f"{reverse('report_clients')}?")]
    assert parse_qs(tab.partition("?")[2]) == {"port": ["many"], "job": ["T*"]}
    assert viewer.get(tab).status_code == 400


def test_errors_are_the_same_at_every_level(viewer: Client) -> None:
    server = Server.objects.earliest("pk")
    for path in (
        reverse("report_peers"),
        reverse("report_server", args=[server.pk]),
        reverse("report_sessions", args=[server.pk]),
    ):
        answer = viewer.get(path, {"port": "many"})
        assert answer.status_code == 400
        assert "A filter cannot be used" in Page(answer).text


def test_the_form_holds_what_was_asked_and_what_belongs_to_the_page(viewer: Client) -> None:
    server = SecuritySession.objects.filter(protection__protocol="TLS").earliest("pk").server
    path = reverse("report_sessions", args=[server.pk])
    asked = {"days": "all", "show": "TLS", "detail": "traffic", "sort": "short", "job": "T*"}
    page = Page(viewer.get(path, asked))
    assert page.one("input", id="filter-job")["value"] == "T*"
    assert page.one("input", id="filter-days")["value"] == "all"
    form = next(one for one in page.forms if "job" in one.fields and "days" in one.fields)
    kept = {name: form.fields[name] for name in ("show", "detail", "sort")}
    assert kept == {"show": ["TLS"], "detail": ["traffic"], "sort": ["short"]}
    assert "after" not in form.fields


def test_choices_are_those_of_the_store_and_a_foreign_one_can_be_taken_away(
    viewer: Client,
) -> None:
    page = Page(servers(viewer, system=["SYSA", "GONE*"]))
    boxes = page.all("input", name="system", type="checkbox")
    ticks = {found["value"]: "checked" in found for found in boxes}
    assert ticks == {"SYSA": True, "SYSB": False, "SYSC": False, "GONE*": True}
    versions = [found["value"] for found in page.all("input", name="version", type="checkbox")]
    seen = ["IKEv2", "SSHv2", "SSLv3", "TLSv1.2", "TLSv1.3", "Unknown"]
    assert versions == [*seen, "<=TLSv1.1"]


def test_what_is_taken_away_stands_beside_its_field_and_in_its_input(viewer: Client) -> None:
    asked = {"protocol": ["NONE", "!TLS"], "job": ["T*", "!TN3270A"], "tls_mac": "!AEAD"}
    page = Page(servers(viewer, **asked))
    boxes = page.all("input", name="protocol", type="checkbox")
    assert [found["value"] for found in boxes if "checked" in found] == ["NONE"]
    options = page.all("option", value="!TLS")
    assert ["selected" in found for found in options] == [True]
    assert page.one("input", id="filter-job")["value"] == "T*, !TN3270A"
    # Attributes of single protocols are there as far as they are asked for.
    assert page.one("input", id="filter-tls_mac")["value"] == "!AEAD"
    assert not page.all("input", id="filter-ssh_mac")


def test_each_of_several_names_has_a_field_of_its_own(viewer: Client) -> None:
    page = Page(servers(viewer, dn=["CN=a,O=b", "!CN=c"]))
    fields = page.all("input", name="dn", type="text")
    assert [found["value"] for found in fields] == ["CN=a,O=b", "!CN=c"]
    assert [found["id"] for found in fields] == ["filter-dn", "filter-dn-2"]


def test_filters_narrow_what_is_shown(viewer: Client) -> None:
    everything = Page(servers(viewer, days="all"))
    some = Page(servers(viewer, days="all", system="SYSA"))
    assert 0 < len(some.rows) < len(everything.rows)
    assert set(some.column("System")) == {"SYSA"}


def test_coverage_says_how_much_of_what_is_asked_is_there(viewer: Client) -> None:
    answer = servers(viewer, days="7", system="SYSA")
    assert Page(answer).one("span", **{"class": "coverage"})
    assert "of 1 system" in Page(answer).text


def test_the_query_page_shows_all_filters_and_the_three_tabs(viewer: Client) -> None:
    page = Page(viewer.get(reverse("query"), {"port": "many", "job": "T*"}))
    assert page.one("input", id="filter-job")["value"] == "T*"
    assert "`many` is not a port" in page.text
    tabs = [found["value"] for found in page.all("input", type="radio")]
    assert tabs == ["servers", "clients", "peers"]
    names = {found.get("name") for found in page.all("input")}
    assert {
        *("days", "from", "to", "server_ip", "client_ip", "port", "job", "user", "dn"),
        *("sysplex", "system", "stack", "protocol", "version", "strength"),
    } <= names
