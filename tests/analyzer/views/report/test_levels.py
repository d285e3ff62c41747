"""Server, clients, session details, session: what stands there is what the store holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from analyzer.models import Activity, SecuritySession, Server
from tests.analyzer.views.conftest import ClientAs
from tests.analyzer.views.page import Page, pages_from

pytestmark = pytest.mark.usefixtures("site", "db")
PROTOCOLS = {
    "NONE": "Unprotected* Total Conns",
    "IPSEC": "IPsec Total Conns",
    "SSH": "SSH Total Conns",
    "TLS": "TLS Total Conns",
}
TABS = {"servers": "server", "clients": "client", "peers": "peer"}
Totals = dict[Any, dict[str, int]]


@pytest.fixture
def viewer(client_as: ClientAs) -> Client:
    return client_as("viewer")


def number(cell: str) -> int:
    return int("".join(cell.split()).removesuffix("bytes"))


def totals(by: str, rows: Iterable[Activity]) -> Totals:
    """Connections by protocol, and bytes, of all interval records of something."""
    found: Totals = defaultdict(lambda: defaultdict(int))
    for row in rows:
        session = row.session
        key = {"server": session.server_id, "client": session.client_ip, "id": session.pk}[by]
        found[key][session.protection.protocol] += row.connections
        for name in ("connections", "partial", "short", "in_bytes", "out_bytes", "in_segs"):
            found[key][name] += getattr(row, name)
    return found


def records(**of: Any) -> list[Activity]:
    rows = Activity.objects.filter(**of)
    return list(rows.select_related("session__server", "session__protection"))


@pytest.mark.parametrize("tab", TABS)
def test_first_level_has_a_row_per_server_with_its_connections(viewer: Client, tab: str) -> None:
    keys = "sysplex,system,stack,server_ip,port,user,job,unprotected,ipsec,ssh,tls,in_bytes"
    pages = list(pages_from(viewer, reverse(f"report_{tab}"), columns=keys))
    expected = totals("server", records(session__server__role=TABS[tab]))
    seen = {}
    for page in pages:
        for place, href in enumerate(page.row_links):
            pk = int(urlsplit(href).path.split("/")[-2])
            seen[pk] = {label: page.column(label)[place] for label in page.head}
            seen[pk]["Bytes In"] = page.title("Bytes In")[place]
    assert set(seen) == set(expected)
    for pk, row in seen.items():
        for protocol, label in PROTOCOLS.items():
            assert number(row[label]) == expected[pk][protocol]
        assert number(row["Bytes In"]) == expected[pk]["in_bytes"]
    for server in Server.objects.filter(role=TABS[tab]).select_related("stack"):
        row = seen[server.pk]
        address = row["Local peer IP" if tab == "peers" else "Server IP"]
        assert address == server.server_ip
        assert (row["System"], row["Stack"]) == (server.stack.system, server.stack.stack)
        assert (row["Job Name"], row["User ID"]) == (server.job, server.user)


@pytest.mark.parametrize("role", TABS.values())
def test_second_level_has_a_row_per_client_of_the_server(viewer: Client, role: str) -> None:
    server = Server.objects.filter(role=role).earliest("pk")
    path = reverse("report_server", args=[server.pk])
    pages = list(pages_from(viewer, path, columns="client_ip,unprotected,ipsec,ssh,tls"))
    expected = totals("client", records(session__server=server))
    label = "Remote peer IP" if role == "peer" else "Client IP"
    seen = [ip for page in pages for ip in page.column(label)]
    assert sorted(seen) == sorted(expected)
    for page in pages:
        for place, ip in enumerate(page.column(label)):
            for protocol, words in PROTOCOLS.items():
                assert number(page.column(words)[place]) == expected[ip][protocol]
            link = urlsplit(page.row_links[place])
            assert link.path == reverse("report_sessions", args=[server.pk])
            assert parse_qs(link.query)["client_ip"] == [ip]
    assert pages[0].facts["Address"] == server.server_ip
    assert pages[0].facts["Job name"] == server.job


def server_of(protocol: str) -> Server:
    """The one with most sessions of a protocol."""
    found = SecuritySession.objects.filter(protection__protocol=protocol)
    servers = found.values_list("server", flat=True)
    return Server.objects.get(pk=max(servers, key=list(servers).count))


@pytest.mark.parametrize("protocol", ["NONE", "TLS", "SSH", "IPSEC"])
def test_third_level_has_a_row_per_session_with_its_traffic(viewer: Client, protocol: str) -> None:
    server = server_of(protocol)
    path = reverse("report_sessions", args=[server.pk])
    pages = list(pages_from(viewer, path, show=protocol, detail="traffic"))
    expected = totals("id", records(session__server=server, session__protection__protocol=protocol))
    seen = set()
    for page in pages:
        for place, href in enumerate(page.row_links):
            pk = int(urlsplit(href).path.split("/")[-2])
            seen.add(pk)
            for label, name in (
                ("Total Conns", "connections"),
                ("Partial Conns", "partial"),
                ("Short", "short"),
                ("Segs In", "in_segs"),
            ):
                assert number(page.column(label)[place]) == expected[pk][name]
            assert number(page.title("Bytes Out")[place]) == expected[pk]["out_bytes"]
    assert seen == set(expected)


def test_details_offered_are_those_that_the_sessions_have(viewer: Client) -> None:
    server = server_of("TLS")
    path = reverse("report_sessions", args=[server.pk])
    present: dict[str, int] = defaultdict(int)
    for protocol in server.sessions.values_list("protection__protocol", flat=True):
        present[protocol] += 1
    page = Page(viewer.get(path))
    most = max(present, key=lambda name: present[name])
    words = {"NONE": "Unprotected*", "IPSEC": "IPsec"}
    for protocol, count in present.items():
        assert f"{words.get(protocol, protocol)} ({count})" in page.text
    shown = {
        query["show"][0]
        for query in (parse_qs(urlsplit(href).query) for href in page.links)
        if "show" in query
    }
    assert shown == set(present)
    assert page.rows == Page(viewer.get(path, {"show": most})).rows
    tls = Page(viewer.get(path, {"show": "TLS"}))
    for detail in ("Cryptographic", "Certificate", "Distinguished name", "Traffic"):
        assert f"{detail} details" in tls.text


def test_unprotected_sessions_offer_no_certificates(viewer: Client) -> None:
    path = reverse("report_sessions", args=[server_of("NONE").pk])
    page = Page(viewer.get(path, {"show": "NONE", "detail": "certificate"}))
    assert "Certificate details" not in page.text
    assert "Cryptographic details" in page.text


def test_a_suite_stands_in_hex_beside_its_name(viewer: Client) -> None:
    found = SecuritySession.objects.filter(protection__cipher="003D").earliest("pk")
    path = reverse("report_sessions", args=[found.server_id])
    page = Page(viewer.get(path, {"show": "TLS"}))
    ids = [int(urlsplit(href).path.split("/")[-2]) for href in page.row_links]
    sessions = SecuritySession.objects.select_related("protection").in_bulk(ids)
    raw = [sessions[pk].protection.raw["tls"]["cipher"] for pk in ids]
    assert page.column("Negotiated Cipher") == raw
    by_hex = dict(zip(raw, page.column("Cipher Suite"), strict=True))
    assert by_hex["003D"] == "TLS_RSA_WITH_AES_256_CBC_SHA256"


def test_the_way_down_keeps_the_filters_and_the_trail_leads_back(viewer: Client) -> None:
    asked = {"days": "7", "protocol": "TLS"}
    first = Page(viewer.get(reverse("report_servers"), asked))
    second = Page(viewer.get(first.row_links[0]))
    third = Page(viewer.get(second.row_links[0]))
    fourth = Page(viewer.get(third.row_links[0]))
    for page, links in ((second, second.row_links), (third, third.row_links)):
        for href in links:
            query = parse_qs(urlsplit(href).query)
            assert query["days"] == ["7"]
            assert query["protocol"] == ["TLS"]
        assert page.text.count("TLS") > 1
    trail = [href for href in fourth.links if "days=7" in href]
    paths = [urlsplit(href).path for href in trail]
    server = urlsplit(first.row_links[0]).path
    assert reverse("report_servers") in paths
    assert server in paths
    assert f"{server}sessions/" in paths
    assert all(viewer.get(href).status_code == 200 for href in trail)


def test_a_tab_is_marked_and_the_others_keep_the_filters(viewer: Client) -> None:
    page = Page(viewer.get(reverse("report_clients"), {"days": "7", "job": "T*"}))
    here = page.one("a", **{"aria-current": "page", "class": "nav-link active"})
    assert urlsplit(here["href"]).path == reverse("report_clients")
    for name in ("servers", "clients", "peers"):
        (href,) = {
            found["href"]
            for found in page.all("a")
            if urlsplit(found["href"]).path == reverse(f"report_{name}")
            and "nav-link" in found.get("class", "")
            and urlsplit(found["href"]).query
        }
        assert parse_qs(urlsplit(href).query) == {"days": ["7"], "job": ["T*"]}


def test_days_outside_the_filter_count_for_nothing(viewer: Client) -> None:
    day = Activity.objects.earliest("interval_end").interval_end.date()
    inside = {"from": str(day), "to": str(day)}
    page = Page(viewer.get(reverse("report_servers"), inside))
    assert len(page.rows) > 5
    answer = viewer.get(reverse("report_servers"), {"to": str(date(day.year - 1, 1, 1))})
    assert "No data for these days" in Page(answer).text


@pytest.mark.parametrize("name", ["report_server", "report_sessions", "report_session"])
def test_what_is_not_there_is_404(viewer: Client, name: str) -> None:
    for pk in (0, 999_999, 10**30):
        answer = viewer.get(reverse(name, args=[pk]))
        assert answer.status_code == 404
        assert "Nothing is here" in Page(answer).text
