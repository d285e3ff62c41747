"""The pages of certificates: what they show, where they lead, what they say when empty."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analyzer.models import AuditEntry, Certificate, ProtectionCertificate, StackDay
from tests.analyzer.certificates.given import (
    coded,
    day_of,
    protection,
    server,
    session,
    stack,
    tls_names,
    used,
)
from tests.analyzer.views.page import Page, pages_from
from tests.builders.protections import raw_tls

pytestmark = [pytest.mark.usefixtures("filled"), pytest.mark.django_db]
LIST = "/report/certificates/"
ClientAs = Callable[[str], Client]


@pytest.fixture
def client(client_as: ClientAs) -> Client:
    return client_as("analyst")


def listed(client: Client, query: str = "days=all", **headers: str) -> Page:
    return Page(client.get(f"{LIST}?{query}", headers=headers))


def opened(client: Client, subject_name: str, query: str = "days=all") -> Page:
    pk = Certificate.objects.get(subject_name=subject_name).pk
    return Page(client.get(f"{reverse('report_certificate', args=[pk])}?{query}"))


def made(subject: str, number: int = 1, **more: object) -> None:
    """A certificate of a subject, in use."""
    raw = raw_tls(tls_names(subject, "CN=CA"), scert=coded(f"{number:X}F", **more))
    used(session(server(), "10.9.0.1", protection(raw)), day_of(24))


def test_the_list_shows_band_and_use_and_each_row_leads_to_its_certificate(client: Client) -> None:
    page = listed(client)
    assert page.column("Certificate") == ["client.example", "tn.example", "ftp.example"]
    assert page.column("Serial") == ["B02", "A01", "\u2013"]
    assert page.column("Bits") == ["256", "2048", "1024"]
    assert page.column("Expires (UTC)")[1] == "2026-11-30 12:00:00Z"
    assert page.column("Expiry")[2] == "not recorded"
    assert page.column("Clients") == ["1", "2", "1"]
    (tab,) = page.all("a", **{"aria-current": "page"})
    assert tab["href"] == f"{LIST}?days=all"
    assert Page(client.get(page.row_links[1])).all("h1")


def test_filters_of_certificates_stay_behind_on_the_way_to_one(client: Client) -> None:
    (link,) = listed(client, "days=all&job=TN3270&dn=tn.example").row_links
    assert link.endswith("?days=all&job=TN3270")
    page = opened(client, "tn.example", "days=all&serial=0a01")
    assert "the filter serial plays no part here" in page.text


def test_the_list_says_how_many_have_no_serial_number(client: Client) -> None:
    assert "1 of 3 certificates are told by names and key alone" in listed(client).text
    assert "This certificate is told" in listed(client, "days=all&job=FTPD").text
    assert "told by names and key alone" not in listed(client, "days=all&job=TN3270").text


def test_one_certificate_shows_its_fields_with_meaning_and_who_uses_it(client: Client) -> None:
    page = opened(client, "tn.example")
    assert page.facts["Subject"] == "CN=tn.example"
    assert page.facts["Serial"] == "A01"
    assert page.facts["Told by"] == "serial number and issuer"
    assert page.column("Job Name", 0) == ["TN3270"]
    assert page.column("Client IP", 2) == ["10.9.0.2", "10.9.0.1"]
    codes = {row[0]: row for row in page.tables[3][1:]}
    assert codes["Server Cert Signature"][1:4] == ["RSA-SHA256", "0007", "RSA with SHA-256"]
    assert page.column("Day", 5) == ["2026-11-21", "2026-11-20"]


def test_links_lead_to_the_report_under_serial_and_issuer_or_under_the_name(client: Client) -> None:
    told = "days=all&serial=A01&dn=CN%3DExample+CA%2CO%3DExample"
    page = opened(client, "tn.example")
    assert f"/report/servers/?{told}" in page.links
    assert f"/report/servers/?{told}&client_ip=10.9.0.2" in page.links
    assert f"/report/servers/?{told}&job=TN3270&system=SYSA" in page.links
    report = Page(client.get(f"/report/servers/?{told}"))
    assert report.column("Job Name") == ["TN3270"]
    assert "/report/servers/?days=all&dn=CN%3Dftp.example" in opened(client, "ftp.example").links


def test_a_group_of_lookalikes_says_so_and_offers_no_filter_that_would_lie(client: Client) -> None:
    used(session(server(), "10.9.0.4", protection(raw_tls(scert=coded(klen=3072)))), day_of(24))
    page = opened(client, "")
    assert "Perhaps several certificates." in page.text
    assert "/report/servers/?days=all" not in [link for link in page.links if "In TCP" in link]
    assert "(no name recorded)" in page.text
    assert "Told by its names and key." in opened(client, "ftp.example").text


def test_an_unused_certificate_says_why_its_lists_are_empty(client: Client) -> None:
    page = opened(client, "tn.example", "days=all&job=NOSUCH")
    assert "It was not used in these days under these filters." in page.text
    assert "No session with this certificate was active" in page.text


@pytest.mark.parametrize("query", ["port=abc", "expiry=sometime"])
def test_a_filter_that_cannot_be_used_shows_nothing(client: Client, query: str) -> None:
    answer = client.get(f"{LIST}?{query}")
    assert answer.status_code == 400
    assert "A filter cannot be used" in Page(answer).text
    pk = Certificate.objects.latest("pk").pk
    answer = client.get(f"{reverse('report_certificate', args=[pk])}?{query}")
    assert answer.status_code == 400
    assert "Nothing is shown until the filters are corrected." in Page(answer).text


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("days=all&job=NOSUCH", "The filters exclude everything"),
        ("from=2020-01-01&to=2020-01-02", "No data for these days"),
    ],
)
def test_an_empty_list_says_why(client: Client, query: str, why: str) -> None:
    assert why in listed(client, query).text


def test_days_without_any_certificate_say_so(client: Client) -> None:
    StackDay.objects.get_or_create(stack=stack("SYSB"), day=date(2026, 11, 23))
    assert "No certificate was recorded" in listed(client, "from=2026-11-23&to=2026-11-23").text


def test_a_store_without_any_certificate_says_so(client: Client) -> None:
    ProtectionCertificate.objects.all().delete()
    Certificate.objects.all().delete()
    assert "No certificate was recorded" in listed(client).text


def test_there_is_no_such_certificate(client: Client) -> None:
    assert client.get(reverse("report_certificate", args=[2**40])).status_code == 404


def test_pages_follow_each_other(client: Client) -> None:
    for number in range(1, 111):
        made(f"CN=host{number:03}", number)
    pages = list(pages_from(client, LIST, days="all"))
    found = [name for page in pages for name in page.column("Certificate")]
    assert [len(page.rows) for page in pages] == [100, 13]
    assert len(set(found)) == 113
    assert all("113 certificates" in page.text for page in pages)
    assert "111 certificates" in listed(client, "days=all&expiry=Unknown").text


def test_the_file_is_what_the_screen_shows(client: Client) -> None:
    query = (
        "days=all&dn=O=Example&sort=name&columns=name&columns=serial&columns=expires&columns=expiry"
    )
    page = listed(client, query)
    answer = client.get(LIST + page.export_address())
    assert re.search(r"certificates.*O-Example.*\.csv", answer["Content-Disposition"])
    head, *rows = csv.reader(answer.getvalue().decode("utf-8-sig").splitlines())
    assert head == ["name", "serial", "expires", "expiry"]
    assert [row[:2] for row in rows] == [row[:2] for row in page.rows]
    assert rows[1][2] == "2026-11-30T12:00:00+00:00"
    assert AuditEntry.objects.latest("pk").target == "certificates"


def test_a_viewer_takes_nothing_away(client_as: ClientAs) -> None:
    viewer = client_as("viewer")
    assert not [found for found in listed(viewer).all("a") if "data-export" in found]
    assert viewer.get(f"{LIST}?format=csv").status_code == 403


def test_script_gets_the_part_that_changes(client: Client) -> None:
    page = listed(client, **{"HX-Request": "true"})
    assert [root.get("id") for root in page.roots] == ["certificates"]


def test_columns_are_kept_in_their_order(client: Client) -> None:
    chosen = "days=all&columns=hash&columns=name"
    assert listed(client, chosen).head == ["Digest", "Certificate"]
    assert len(listed(client).head) > 2  # an address is no choice for good
    client.post("/tables/certificates/columns/", {"columns": ["hash", "name"], "order": ["hash"]})
    assert listed(client).head == ["Digest", "Certificate"]


@pytest.mark.parametrize(
    "name",
    [
        *("<zz x=1>", '"zz="1"', "</zz>&lt", "{{ zz }}", "{%zz%}", "=zz+1", "\u202ezz\u2400"),
        *("!zz", "*", "\\", "%_", "x" * 1024, "zz\u2028zz", "CN=", "CN=!zz*"),
    ],
)
def test_hostile_names_are_text_and_their_links_are_answered(client: Client, name: str) -> None:
    made(name, 0x99)
    pages = [listed(client, "days=all&dn=*&serial=99F"), listed(client, "days=all&sort=-name")]
    (link,) = pages[0].row_links
    page = Page(client.get(link))
    for one in [*pages, page]:
        assert not [tag for tag, _ in one.tags if tag.startswith("zz")]
        assert not [key for _, found in one.tags for key in found if key.startswith("zz")]
    assert "zz" not in name or "zz" in page.text
    for href in page.links:
        if re.match("/report/(servers|clients|peers|certificates)/", href):
            assert client.get(href).status_code == 200, href


def test_a_link_by_a_hostile_name_finds_its_certificate(client: Client) -> None:
    made("!CN=zz", 0x99)
    Certificate.objects.filter(subject="!CN=zz").update(identity="names")
    pk = Certificate.objects.get(subject="!CN=zz").pk
    page = Page(client.get(f"{reverse('report_certificate', args=[pk])}?days=all"))
    href = next(link for link in page.links if link.startswith("/report/servers/?days=all&dn="))
    assert Page(client.get(href)).column("Job Name") == ["TN3270"]


def test_statements_do_not_grow_with_rows(client: Client) -> None:
    def statements(path: str) -> int:
        client.get(path)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(path)
        return len(seen)

    one = reverse("report_certificate", args=[Certificate.objects.get(serial="A01").pk])
    few: list[Any] = [statements(f"{path}?days=all") for path in (LIST, one)]
    raw = protection(
        raw_tls(tls_names("CN=tn.example", "CN=Example CA,O=Example"), scert=coded("0A01"))
    )
    for number in range(15):
        made(f"CN=host{number}", number + 1)
        used(session(server(f"JOB{number}"), f"10.7.0.{number}", raw), day_of(24))
    assert [statements(f"{path}?days=all") for path in (LIST, one)] == few
