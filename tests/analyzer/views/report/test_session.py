"""One security session with every code, its meaning, its doubts, and its days."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from analyzer.ingest import blocks
from analyzer.models import Activity, DailyActivity, Protection, SecuritySession, SystemSettings
from tests.analyzer.views.conftest import ClientAs, analyze, imported, taken_back
from tests.analyzer.views.page import Page

pytestmark = pytest.mark.usefixtures("both", "db")


@pytest.fixture(scope="module")
def both(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Records of before z/OS 3.2 and of 3.2."""
    with django_db_blocker.unblock(), taken_back():
        imported("site-rdw.smf.gz")
        imported("zos32.smf")
        analyze()
        yield


@pytest.fixture
def viewer(client_as: ClientAs) -> Client:
    return client_as("viewer")


def page_of(client: Client, session: SecuritySession, **query: str) -> Page:
    return Page(client.get(reverse("report_session", args=[session.pk]), query))


def one(**of: Any) -> SecuritySession:
    return SecuritySession.objects.filter(**of).select_related("server__stack").earliest("pk")


def set_protection(session: SecuritySession, **columns: Any) -> None:
    Protection.objects.filter(pk=session.protection_id).update(**columns)


@pytest.mark.parametrize("protocol", ["NONE", "TLS", "SSH", "IPSEC"])
def test_it_says_who_with_whom_under_which_protection(viewer: Client, protocol: str) -> None:
    session = one(protection__protocol=protocol)
    page, server = page_of(viewer, session), session.server
    facts = page.facts
    assert facts["System"] == server.stack.system
    assert facts["Address"] == server.server_ip
    assert facts["Job name"] == (server.job or "\u2013")
    label = "Remote peer IP" if server.role == "peer" else "Client IP"
    assert facts[label] == session.client_ip
    assert facts["Session ID"] == session.session_id
    assert facts["Protection"] == session.protection.title
    assert facts["Time zone"] == "UTC of the system's times"


def test_a_tls_session_shows_the_suite_in_hex_with_name_and_strength(viewer: Client) -> None:
    session = one(protection__protocol="TLS", protection__cipher="003D")
    page = page_of(viewer, session)
    rows = {row[0]: row for table in page.tables for row in table[1:]}
    name = "TLS_RSA_WITH_AES_256_CBC_SHA256"
    assert rows["Negotiated Cipher"][1:4] == ["003D", "003D", name]
    assert rows["Cipher Suite"][1] == name
    assert rows["Cipher Suite"][4].startswith("weak static RSA/DH/ECDH, no forward secrecy")
    assert rows["Cipher Suite"][4].endswith("unverified")


def test_names_that_are_not_confirmed_are_marked_with_their_source(viewer: Client) -> None:
    session = one(protection__protocol="TLS", protection__cipher="003D")
    page = page_of(viewer, session)
    rows = {row[0]: row for table in page.tables for row in table[1:]}
    assert rows["Symm Encryption Alg"][3] == "AES CBC 256 unverified"  # its code is recalled
    assert rows["Key Exchange Alg"][3] == "RSA"  # this one is confirmed
    marks = page.all("span", **{"class": "unverified"})
    helps = [mark["title"] for mark in marks]
    assert any("(recalled, certainty medium-high)" in words for words in helps)
    assert all("not verified against it" in words for words in helps)


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        ("confirmed", "Every name and class used here is confirmed"),
        ("recalled", "recalled from a manual and not verified"),
        ("inferred", "our own reading of confirmed facts"),
        ("provisional", "our own placeholder"),
    ],
)
def test_the_evidence_is_said_in_a_sentence(viewer: Client, confidence: str, words: str) -> None:
    session = one(protection__protocol="TLS")
    set_protection(session, confidence=confidence)
    assert words in page_of(viewer, session).facts["Evidence"]


def test_unprotected_is_explained_honestly(viewer: Client) -> None:
    page = page_of(viewer, one(protection__protocol="NONE"))
    assert "Unprotected* means no recognized protection." in page.text
    assert "That is not proof of clear text" in page.text
    assert "Unprotected* means no" not in page_of(viewer, one(protection__protocol="TLS")).text


def test_a_failed_handshake_is_said(viewer: Client) -> None:
    failed = one(protection__failed_handshake=True)
    assert "The handshake failed." in page_of(viewer, failed).text
    good = one(protection__failed_handshake=False, protection__protocol="TLS")
    assert "The handshake failed." not in page_of(viewer, good).text


def test_a_suite_that_contradicts_the_codes_is_said(viewer: Client) -> None:
    session = one(protection__protocol="TLS", protection__mismatch="")
    assert "Suite and codes differ." not in page_of(viewer, session).text
    set_protection(session, mismatch="The suite says AES, the code says RC4.")
    page = page_of(viewer, session)
    assert "Suite and codes differ. The suite says AES, the code says RC4." in page.text


def test_unprotected_sessions_that_look_failed_are_flagged_here_and_in_the_table(
    viewer: Client,
) -> None:
    tls = one(protection__protocol="TLS", server__role="server")
    nothing = Protection.objects.filter(protocol="NONE").earliest("pk")
    doubted = SecuritySession.objects.create(
        digest=b"doubted", server=tls.server, client_ip="192.0.2.9", protection=nothing, sa_flags=0
    )
    day = DailyActivity.objects.filter(session=tls).latest("day")
    counters = dict.fromkeys(("in_segs", "out_segs", "partial", "restarts"), 0)
    with transaction.atomic(), connection.cursor() as cursor:
        blocks.forget(cursor, [day.day])
    DailyActivity.objects.create(
        day=day.day,
        session=doubted,
        intervals=1,
        connections=10,
        short=9,
        in_bytes=900,
        out_bytes=900,
        failed=None,
        first_end=day.first_end,
        last_end=day.last_end,
        **counters,
    )
    page = page_of(viewer, doubted)
    assert "Perhaps a failed handshake." in page.text
    assert "This is a rule of thumb, not a fact." in page.text
    table = Page(viewer.get(reverse("report_sessions", args=[tls.server.pk]), {"show": "NONE"}))
    flags = dict(zip(table.column("Client IP"), table.column("Doubt"), strict=True))
    assert flags["192.0.2.9"] == "perhaps a failed handshake"
    assert "Perhaps a failed" not in page_of(viewer, tls).text


def test_every_day_has_its_sums(viewer: Client) -> None:
    session = one(protection__protocol="TLS")
    page = page_of(viewer, session)
    history = page.tables[-2]  # the last one lists the keys
    place = [label.replace("\u202f", " ") for label in history[0]]
    expected: dict[str, int] = {}
    for record in Activity.objects.filter(session=session):
        day = str(record.interval_end.date())
        expected[day] = expected.get(day, 0) + record.connections
    found = {row[0]: int(row[place.index("Total Conns")].replace(" ", "")) for row in history[1:]}
    assert found == expected


def test_the_zone_of_the_days_is_named(viewer: Client) -> None:
    session = one(protection__protocol="TLS")
    SystemSettings.objects.update(time_zone="Asia/Tokyo")
    assert "local time, Asia/Tokyo" in page_of(viewer, session).text


def test_a_session_without_activity_says_so(viewer: Client) -> None:
    session = one(protection__protocol="TLS")
    DailyActivity.objects.filter(session=session).delete()
    assert "No activity is stored" in page_of(viewer, session).text


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "not known"),
        (True, "key exchange or signature could be broken"),
        (False, "no known break"),
    ],
)
def test_what_a_quantum_computer_could_do_is_said(
    viewer: Client, value: bool | None, words: str
) -> None:
    session = one(protection__protocol="TLS")
    set_protection(session, quantum_vulnerable=value)
    assert page_of(viewer, session).facts["Quantum computer"] == words


def test_an_unknown_code_stays_visible(viewer: Client) -> None:
    session = one(protection__protocol="TLS")
    label = {
        "group": "cryptographic",
        "name": "Version",
        "text": "unknown (X'0399')",
        "code": "0399",
        "meaning": "",
        "confidence": "",
        "strength": "unknown",
        "basis": "",
    }
    set_protection(session, details=[label], strength="unknown")
    page = page_of(viewer, session)
    (row,) = page.tables[0][1:]
    assert row == ["Version", "unknown (X'0399')", "0399", "\u2013", "unknown"]
