"""The search box: one meaning opens its page, several are offered, none is said."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.db.models import Count
from django.test import Client
from django.urls import reverse

from analyzer.models import Certificate, SecuritySession, Server
from analyzer.queries import search as reads
from tests.analyzer.views.conftest import ClientAs
from tests.analyzer.views.page import Page
from tests.builders.saved_queries import save

pytestmark = pytest.mark.usefixtures("filled", "db")


@pytest.fixture
def viewer(client_as: ClientAs) -> Client:
    return client_as("viewer")


def search(client: Client, text: str) -> Any:
    return client.get(reverse("search"), {"q": text})


def choices(client: Client, text: str) -> dict[str, str]:
    """Where each offered meaning leads."""
    answer = search(client, text)
    assert answer.status_code == 200
    page = Page(answer)
    links = page.all("a", **{"class": "row-link"})
    return dict(zip(page.column("As"), [link["href"] for link in links], strict=True))


def test_the_only_server_of_a_job_opens_at_once(viewer: Client) -> None:
    once = Server.objects.values("job").annotate(n=Count("id")).filter(n=1)
    found = Server.objects.filter(job__in=[row["job"] for row in once], role="server")
    server = found.exclude(job="").exclude(job__contains=" ").earliest("pk")
    answer = search(viewer, f"  {server.job.lower()} ")
    assert answer.status_code == 302
    where = urlsplit(answer["Location"])
    assert where.path == reverse("report_server", args=[server.pk])
    assert parse_qs(where.query)["days"] == ["all"]


def test_what_can_be_several_things_is_offered_and_each_leads_to_rows(viewer: Client) -> None:
    address = "10.1.0.5"
    found = reads.hits(address)
    assert len(found) > 1
    page = Page(search(viewer, address))
    links = page.all("a", **{"class": "row-link"})
    assert len(links) == len(found)
    for link in links:
        assert Page(viewer.get(link["href"])).rows


def test_numbers_are_those_of_the_report(viewer: Client) -> None:
    for hit in reads.hits("T*"):
        if hit.key in reads.SERVERS and hit.pk is None:
            path = {"server": "servers", "client": "clients", "peer": "peers"}[hit.role]
            address = reverse(f"report_{path}")
            page = Page(viewer.get(address, {hit.key: "T*", "days": "all"}))
            assert len(page.rows) == hit.number, hit


def test_a_session_opens_by_its_identifier(viewer: Client) -> None:
    session = SecuritySession.objects.exclude(session_id="").earliest("pk")
    if SecuritySession.objects.filter(session_id=session.session_id).count() > 1:
        pytest.fail("identifiers of the samples differ")
    answer = search(viewer, session.session_id)
    assert answer["Location"].startswith(reverse("report_session", args=[session.pk]))


def test_a_certificate_opens_by_its_serial_number(viewer: Client) -> None:
    made = [
        Certificate.objects.create(
            digest=serial.encode().ljust(16), serial=serial, subject="CN=x", issuer="CN=y"
        )
        for serial in ("BEEF01", "BEEF02")
    ]
    for text in ("BEEF01", "be:ef:01"):
        answer = search(viewer, text)
        path = urlsplit(answer["Location"]).path
        assert path == reverse("report_certificate", args=[made[0].pk])
    (hit,) = [hit for hit in reads.hits("beef*") if hit.key == "serial"]
    assert (hit.number, hit.pk) == (2, None)


def test_a_saved_query_is_found_by_those_who_may_see_it(viewer: Client, person: Any) -> None:
    owner: User = person("analyst")
    save(owner, "Zebra crossings", "protocol=NONE", shared=True)
    save(owner, "Zebra of my own", "protocol=NONE", shared=False)
    answer = search(viewer, "zebra")
    assert answer.status_code == 302
    assert "/run/" in answer["Location"]


@pytest.mark.parametrize(
    "text",
    [
        *("no such thing at all", "!TN*", "a,b", "%", "_", "\\", "'; DROP TABLE x", "<script>"),
        *("\0", "*" * 150, "x" * 300, "\N{SNOWMAN}", "10.1.0.0/99", "::1%eth0", "1" * 100),
    ],
)
def test_odd_texts_find_nothing_else_and_fail_nowhere(viewer: Client, text: str) -> None:
    answer = search(viewer, text)
    assert answer.status_code in {200, 302}
    if answer.status_code == 200:
        assert "<script>alert" not in answer.content.decode()
        assert "<script>”" not in answer.content.decode()


def test_nothing_typed_and_nothing_found_say_what_can_be_found(viewer: Client) -> None:
    assert "What can be found" in Page(search(viewer, "")).text
    page = Page(search(viewer, "qqqqqqqq"))
    assert "is not in the store" in page.text
    assert "longer than 200 characters" in Page(search(viewer, "x" * 201)).text


def test_words_of_the_help_are_found_beside(viewer: Client) -> None:
    page = Page(search(viewer, "glossary"))
    assert [one for one in page.all("a") if "/help/glossary/" in one.get("href", "")]


def test_a_kind_that_takes_too_long_is_offered_without_a_number(
    viewer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = "SELECT pg_sleep(5)::text AS role, 1 AS number, 1 AS pk WHERE {condition} OR TRUE"
    monkeypatch.setattr(reads, "LIMIT_S", 0.05)
    monkeypatch.setattr(
        reads, "_OF_CERTIFICATES", slow.replace("{condition}", "({condition}) IS NULL")
    )
    monkeypatch.setattr(reads, "condition", lambda filters: reads.Clause("FALSE"))
    (hit,) = [hit for hit in reads.hits("example") if hit.key == "dn"]
    assert (hit.number, hit.pk) == (None, None)
    assert search(viewer, "example")["Location"].startswith(reverse("report_certificates"))
    monkeypatch.setattr(reads, "session_of", lambda text: None)
    save(User.objects.get(username="viewer"), "An example", "protocol=NONE", shared=True)
    assert choices(viewer, "example").keys() == {"Distinguished name", "Saved query"}
    assert "not counted" in Page(search(viewer, "example")).text
