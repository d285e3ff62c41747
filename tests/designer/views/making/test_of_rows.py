"""From rows of certificates, comparisons and the topology to a rule: what their sessions share."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analyzer.models import Certificate, DailyActivity, Protection, SecuritySession
from designer import versions
from designer.forms import covering, taken
from designer.models import Version
from designer.versions import NewRuleSet
from policy.values.members import MOST_MEMBERS
from policy.vocabulary import Protocol
from tests.analyzer.views.conftest import site
from tests.builders.store_rows import LAST_DAY, activity, store_activity
from tests.designer.conftest import NOW
from tests.designer.views.making.test_of_servers import ALIKE, ALL, MANY, MIXED, mixed, server

__all__ = ["mixed", "site"]
pytestmark = pytest.mark.usefixtures("mixed", "db")
ROWS = "/policy/from-rows/"


@pytest.fixture
def author(anna: User) -> Client:
    client = Client()
    client.force_login(anna)
    return client


@pytest.fixture
def draft(anna: User) -> Version:
    return versions.make(head=NewRuleSet("Site TLS", Protocol.TLS), by=anna, now=NOW)


def filled(client: Client, draft: Version, **given: object) -> dict[str, Any]:
    address = reverse("policy_rule", args=[draft.pk])
    page = client.get(address, {"rows": "1", **ALL, **given})
    assert page.status_code == 200
    form = page.context["form"]
    return {name: form[name].value() for name in form.fields}


def links(page: str) -> list[str]:
    """Where the rows lead to make a rule, in their order."""
    return [unescape(one) for one in re.findall(rf'href="({ROWS}[^"]*)"', page)]


def test_one_job_with_several_servers_keeps_what_all_share(author: Client, draft: Version) -> None:
    found = filled(author, draft, job=f"{ALIKE},{MIXED}", client_ip="10.5.0.0/16", role="server")
    assert {key: found[key] for key in ("name", "job", "local_ports", "direction")} == {
        "name": "Port 1414-1415",
        "job": "",
        "local_ports": "1414-1415",
        "direction": "Inbound",
    }
    assert (found["local_ips"], found["remote_ips"]) == ("10.5.5.5", "10.5.0.0/16")
    assert found["want_version"] == ["TLSv1.2", "TLSv1.3"]
    assert found["description"] == f"Taken from {MANY + 3} sessions of 2 servers"
    alone = filled(author, draft, job=ALIKE)
    assert (alone["name"], alone["job"], alone["local_ips"]) == ("ALIKE 1415", ALIKE, "")
    assert (alone["want_version"], alone["security"]) == (["TLSv1.2"], "~own")


def asked(client: Client, draft: Version, **given: object) -> str:
    address = reverse("policy_rule", args=[draft.pk])
    return unescape(client.get(address, {"rows": "1", **ALL, **given}).content.decode())


def test_both_roles_together_are_no_rule(author: Client, draft: Version) -> None:
    found = filled(author, draft)
    assert not any(found[part] for part in ("name", "local_ports", "job", "want_version"))
    why = "some were made here and others elsewhere: choose a role"
    assert f"No rule is made of these sessions: {why}." in asked(author, draft)
    choice = author.get(ROWS, ALL).content.decode()
    assert why.capitalize() in choice
    assert f"{reverse('policy_rule', args=[draft.pk])}?" not in choice


def test_every_client_that_was_named_is_a_condition(author: Client, draft: Version) -> None:
    clients = "10.5.6.1,10.5.6.9,10.5.7.0/24,10.5.6.20-10.5.6.25"
    found = filled(author, draft, job=ALIKE, client_ip=clients)
    assert found["remote_ips"] == clients.replace(",", ", ")
    assert "It takes every client" not in asked(author, draft, job=ALIKE, client_ip=clients)
    twice = filled(author, draft, job=ALIKE, client_ip=["10.5.6.1", "10.5.6.9"])
    assert twice["remote_ips"] == "10.5.6.1, 10.5.6.9"
    assert "It takes every client." in asked(author, draft, job=ALIKE)


def test_a_client_that_is_left_out_is_no_rule(author: Client, draft: Version) -> None:
    page = asked(author, draft, job=ALIKE, client_ip="!10.5.6.1")
    assert "a rule can't leave out single clients" in page
    assert not filled(author, draft, job=ALIKE, client_ip="!10.5.6.1")["name"]


def test_many_ports_are_all_there_or_the_reason(author: Client, draft: Version) -> None:
    ports = [*range(3000, 3060, 2), *range(4000, 4010)]
    for port in ports:
        session = SecuritySession.objects.create(
            digest=f"many{port:012}".encode(),
            server=server("PORTS", port),
            client_ip="10.5.5.9",
            protection=Protection.objects.filter(title="TLS 0").get(),
            sa_flags=0,
        )
        store_activity([activity(session, LAST_DAY, connections=1)])
    found = filled(author, draft, job="PORTS")
    assert found["local_ports"] == ", ".join([*map(str, ports[:30]), "4000-4009"])
    assert found["job"] == "PORTS"


def row(**changes: object) -> covering.Row:
    known: covering.Row = {
        "role": "server",
        "job": "A",
        "server_ip": "10.0.0.1",
        "port_start": 443,
        "port_end": 443,
        "tls_version": 0x0303,
    }
    return known | changes


def of(*rows: covering.Row) -> covering.Covering:
    return covering.of_rows(rows, None, Protocol.TLS)


def test_several_jobs_are_one_rule_only_where_it_takes_no_more() -> None:
    apart = of(row(), row(job="B", server_ip="10.0.0.2", port_start=992, port_end=992))
    assert "every port at every address" in apart.why_not
    assert apart.fields == {}
    alike = of(row(), row(job="B", server_ip="10.0.0.2"))
    assert (alike.fields["local_ips"], alike.fields["job"]) == ("10.0.0.1, 10.0.0.2", "")
    clients = of(row(role="client"), row(role="client", job="B"))
    assert "several jobs" in clients.why_not
    unknown = of(row(), row(port_start=0, port_end=0))
    assert "port of some of their servers is not known" in unknown.why_not
    everywhere = of(row(port_start=0, port_end=0))
    assert "It takes every port: the record names none." in everywhere.notes
    spread = (row(port_start=2 * n, port_end=2 * n) for n in range(1, MOST_MEMBERS + 2))
    assert "a rule takes 2,000 at most" in of(*spread).why_not


def test_what_a_rule_does_not_ask_for_is_said() -> None:
    assert "not for algorithms" in of(row()).notes[-1]
    strange = of(row(tls_version=0x7777))
    assert "It takes every version: no word means what some of them have." in strange.notes
    assert "security" not in strange.fields


def test_sessions_of_a_certificate_are_those_that_used_it(author: Client, draft: Version) -> None:
    used = SecuritySession.objects.filter(
        protection__protocol="TLS",
        server__ip_proto=6,
        protection__certificates__isnull=False,
        pk__in=DailyActivity.objects.values("session"),
    )
    one = used.order_by("pk")[0].protection.certificates.order_by("part")[0]
    number = used.filter(protection__certificates__certificate=one.certificate_id).distinct()
    found = filled(author, draft, certificate=one.certificate_id)
    assert found["description"].startswith(f"Taken from {number.count():,} session")
    page = author.get("/report/certificates/", ALL).content.decode()
    addresses = links(page)
    assert len(addresses) == len(set(addresses)) == Certificate.objects.count()
    (own,) = [
        asked
        for asked in (parse_qs(urlsplit(one_).query) for one_ in addresses)
        if asked["certificate"] == [str(one.certificate_id)]
    ]
    assert own == {"days": ["all"], "certificate": [str(one.certificate_id)]}
    assert author.get(ROWS, {**ALL, "certificate": one.certificate_id}).status_code == 200


def test_a_flow_of_the_topology_becomes_a_rule(author: Client, draft: Version) -> None:
    page = author.get("/", {**ALL, "job": ALIKE}).content.decode()
    asked = [parse_qs(urlsplit(one).query) for one in links(page)]
    (alike,) = [one for one in asked if one.get("job") == [ALIKE]]
    assert alike == {
        "days": ["all"],
        "role": ["server"],
        "job": [ALIKE],
        "strength": ["strong"],
        "client_ip": ["10.5.0.0/16"],
    }
    found = filled(author, draft, **{name: value[0] for name, value in alike.items()})
    assert (found["job"], found["remote_ips"]) == (ALIKE, "10.5.0.0/16")
    choice = author.get(ROWS, {name: value[0] for name, value in alike.items()}).content.decode()
    assert "Sessions of 1 server: what all of them have in common." in choice
    assert f"{reverse('policy_rule', args=[draft.pk])}?" in choice


def test_what_can_not_become_a_rule_says_why(
    author: Client, draft: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    for given in ({"job": "NOSUCH"}, {"port": "abc"}, {"nothing": "1"}, {"role": "peer"}):
        page = author.get(ROWS, {**ALL, **given}).content.decode()
        assert "No TCP session is on record under these filters." in page
    for text in ("abc", "99999999999999999999", "", "-1"):
        assert author.get(ROWS, {**ALL, "certificate": text}).status_code == 200
        assert filled(author, draft, certificate=text)["job"] in ("", None)
    monkeypatch.setattr(taken, "MOST_KINDS", 2)
    assert "too many kinds" in author.get(ROWS, ALL).content.decode()
    assert filled(author, draft)["name"] in ("", None)


def test_it_costs_the_same_for_one_row_and_for_all(author: Client, draft: Version) -> None:
    costs = set()
    for given in ({"job": ALIKE}, {}):
        with CaptureQueriesContext(connection) as captured:
            author.get(reverse("policy_rule", args=[draft.pk]), {"rows": "1", **ALL, **given})
        costs.add(len(captured))
    assert len(costs) == 1
