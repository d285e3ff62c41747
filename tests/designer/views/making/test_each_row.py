"""Every kind of row and page of the report leads to a rule that is filled with what it shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from analyzer.models import DailyActivity, SecuritySession, Server
from designer import versions
from designer.content.rules import Content, RuleContent
from designer.models import Version
from designer.versions import NewRuleSet
from policy.model import Kind
from policy.vocabulary import Protocol
from tests.analyzer.views.conftest import site
from tests.designer.conftest import NOW, Release
from tests.designer.views.making.test_of_servers import (
    ALIKE,
    ALL,
    MANY,
    MIXED,
    foreign,
    mixed,
    server_of,
)

__all__ = ["mixed", "site"]
pytestmark = pytest.mark.usefixtures("mixed", "db")
Address = Callable[[], str]
INBOUND = {"direction": "Inbound", "want_version": ["TLSv1.2"], "remote_ips": ""}
OF_ALIKE = {**INBOUND, "name": "ALIKE 1415", "job": ALIKE, "local_ports": "1415"}
ONE = "Taken from a session of {} with {}"


@pytest.fixture
def author(anna: User) -> Client:
    client = Client()
    client.force_login(anna)
    return client


@pytest.fixture
def draft(anna: User) -> Version:
    return versions.make(head=NewRuleSet("Site TLS", Protocol.TLS), by=anna, now=NOW)


def session_of(job: str) -> SecuritySession:
    return SecuritySession.objects.filter(server__job=job).earliest("pk")


def clients_of(job: str) -> str:
    return reverse("report_server", args=[server_of(job).pk])


def sessions_of(job: str) -> str:
    return reverse("report_sessions", args=[server_of(job).pk])


def with_certificate() -> tuple[SecuritySession, int]:
    used = SecuritySession.objects.filter(
        protection__protocol="TLS",
        server__ip_proto=6,
        server__role="server",
        protection__certificates__isnull=False,
        pk__in=DailyActivity.objects.values("session"),
    ).earliest("pk")
    shown = used.protection.certificates.order_by("part")[0]
    return used, shown.certificate_id


def choices(client: Client, path: str, beginning: str, **asked: str) -> list[str]:
    """Where a page leads to make a rule by addresses that begin so: its head's and its rows'."""
    page = client.get(path, ALL | asked)
    assert page.status_code == 200, path
    found = re.findall(rf'href="({beginning}[^"]*)"', page.content.decode())
    return [unescape(one) for one in found]


def filled(client: Client, choice: str, draft: Version) -> dict[str, Any]:
    """The fields of the rule behind a choice, by way of the page that offers the drafts."""
    page = client.get(choice).content.decode()
    rule = reverse("policy_rule", args=[draft.pk])
    (address,) = {unescape(one) for one in re.findall(rf'href="({rule}[^"]*)"', page)}
    form = client.get(address).context["form"]
    return {name: form[name].value() or "" for name in form.fields}


ROWS: dict[str, tuple[Address, str, dict[str, str], dict[str, Any]]] = {
    "a row of servers": (
        lambda: reverse("report_servers"),
        "/policy/from-server/",
        {"job": ALIKE},
        {**OF_ALIKE, "description": f"Taken from {MANY} sessions of {ALIKE}"},
    ),
    "all rows of servers": (
        lambda: reverse("report_servers"),
        "/policy/from-rows/",
        {"job": ALIKE, "sort": "-sessions"},
        {**OF_ALIKE, "description": f"Taken from {MANY} sessions of {ALIKE}"},
    ),
    "a row of a server's clients": (
        lambda: clients_of(MIXED),
        "/policy/from-server/",
        {"client_ip": "10.5.5.1"},
        {**OF_ALIKE, "name": "MIXED 1414", "job": MIXED, "local_ports": "1414"}
        | {
            "remote_ips": "10.5.5.1",
            "description": f"Taken from 2 sessions of {MIXED} with 10.5.5.1",
        },
    ),
    "all sessions of a client": (
        lambda: sessions_of(MIXED),
        "/policy/from-server/",
        {"client_ip": "10.5.5.2", "show": "TLS"},
        {"want_version": ["TLSv1.3"], "remote_ips": "10.5.5.2", "local_ports": "1414"},
    ),
    "a row of sessions": (
        lambda: sessions_of(ALIKE),
        "/policy/from-session/",
        {"client_ip": "10.5.6.1", "columns": "title"},
        {**OF_ALIKE, "remote_ips": "10.5.6.1", "description": ONE.format(ALIKE, "10.5.6.1")},
    ),
    "a session": (
        lambda: reverse("report_session", args=[session_of(ALIKE).pk]),
        "/policy/from-session/",
        {},
        {**OF_ALIKE, "remote_ips": "10.5.6.1", "description": ONE.format(ALIKE, "10.5.6.1")},
    ),
    "a flow of the topology": (
        lambda: reverse("home"),
        "/policy/from-rows/",
        {"job": ALIKE},
        {**OF_ALIKE, "remote_ips": "10.5.0.0/16"},
    ),
}


@pytest.mark.parametrize("kind", ROWS)
def test_a_row_leads_to_the_rule_of_what_it_shows(
    author: Client, draft: Version, kind: str
) -> None:
    address, beginning, asked, wanted = ROWS[kind]
    found = choices(author, address(), beginning, **asked)
    assert found
    assert len({*found}) <= 2
    rule = filled(author, found[0], draft)
    assert {name: rule[name] for name in wanted} == wanted


def test_a_foreign_server_leads_to_an_outbound_rule(author: Client, draft: Version) -> None:
    elsewhere, _ = foreign()
    asked = {"job": elsewhere.job, "port": str(elsewhere.port_start)}
    by_row = reverse("policy_make_rule_of_server", args=[elsewhere.pk])
    for beginning in (by_row, "/policy/from-rows/"):
        found = choices(author, reverse("report_clients"), beginning, **asked)
        rule = filled(author, found[0], draft)
        assert (rule["direction"], rule["remote_ports"], rule["local_ports"], rule["job"]) == (
            *("Outbound", str(elsewhere.port_start), ""),
            elsewhere.job,
        )


def test_a_certificate_leads_to_the_rule_of_its_sessions(author: Client, draft: Version) -> None:
    used, pk = with_certificate()
    asked = {"job": used.server.job, "port": str(used.server.port_start), "role": "server"}
    rules = []
    for path in (reverse("report_certificates"), reverse("report_certificate", args=[pk])):
        (own,) = [
            one
            for one in choices(author, path, "/policy/from-rows/", **asked)
            if one.endswith(f"certificate={pk}")
        ]
        rules.append(filled(author, own, draft))
    assert rules[0] == rules[1]
    assert (rules[0]["job"], rules[0]["local_ports"]) == (
        used.server.job,
        str(used.server.port_start),
    )


def test_a_finding_of_a_baseline_leads_to_the_rule_of_its_sessions(
    author: Client, draft: Version
) -> None:
    page = author.get(reverse("report_baseline", args=["pci-dss-4"]), ALL).content.decode()
    (shown, *_) = re.findall(r'href="(/report/servers/[?][^"]+)" aria-label="[0-9]+ sess', page)
    path, _, query = unescape(shown).partition("?")
    found = author.get(f"{path}?{query}").content.decode()
    (choice,) = {unescape(one) for one in re.findall(r'href="(/policy/from-rows/[^"]*)"', found)}
    assert author.get(choice).status_code == 200
    for name, value in (pair.split("=") for pair in query.split("&")):
        assert f"{name}={value}" in choice


def test_peers_are_no_rule_and_each_of_their_pages_says_why(
    author: Client, client_as: Callable[[str], Client]
) -> None:
    peer = Server.objects.filter(role="peer").earliest("pk")
    session = SecuritySession.objects.filter(server=peer).earliest("pk")
    why = "Enterprise Extender is UDP, and z/OS holds rules against TCP connections alone."
    for path in (
        reverse("report_peers"),
        reverse("report_server", args=[peer.pk]),
        reverse("report_sessions", args=[peer.pk]),
        reverse("report_session", args=[session.pk]),
    ):
        page = author.get(path, ALL).content.decode()
        assert why in page, path
        assert "/policy/from-" not in page, path
        assert why not in client_as("analyst").get(path, ALL).content.decode()


def test_a_page_without_rows_offers_no_rule(author: Client) -> None:
    for path in (reverse("report_servers"), sessions_of(ALIKE)):
        page = author.get(path, ALL | {"job": "NOSUCH"}).content.decode()
        assert "/policy/from-" not in page, path


@pytest.mark.parametrize("is_published", [False, True])
def test_a_session_that_meets_a_rule_leads_to_the_rule_of_it(
    author: Client, anna: User, release: Release, is_published: bool
) -> None:
    """Those of the catch-all rule, as the review leads to them."""
    rest = Content((RuleContent("Rest", Kind.CATCH_ALL, inline_action={"audit": True}),))
    head = NewRuleSet("Site <TLS> & more", Protocol.TLS)
    version = versions.make(head=head, by=anna, now=NOW, content=rest)
    if is_published:
        version = release(version)
    shown = reverse("policy_sessions", args=[version.pk])
    page = author.get(shown, {"rule": "Rest", "days": "90"}).content.decode()
    made = [unescape(one) for one in re.findall(r'href="([^"]+client_ip=[^"]*)">Make a rule', page)]
    assert len(made) == page.count("/report/sessions/") > 1
    session = SecuritySession.objects.get(
        pk=re.findall(r'href="/report/sessions/([0-9]+)/"', page)[0]
    )
    found = author.get(made[0])
    if is_published:
        assert found.context["offers"][0].meant.published == version
        following = versions.open_draft(version=version, by=anna, now=NOW)
        rule = filled(author, made[0], following)
    else:
        form = found.context["form"]
        rule = {name: form[name].value() for name in form.fields}
    theirs = "local_ips" if session.server.role == "client" else "remote_ips"
    assert (rule["job"], rule[theirs]) == (session.server.job, session.client_ip)


def test_what_falls_through_is_taken_with_every_client(author: Client, draft: Version) -> None:
    """A row of the review is of a server or a job: its session is but an example."""
    address = reverse("policy_rule", args=[draft.pk])
    page = author.get(address, {"session": session_of(ALIKE).pk})
    assert page.context["form"]["remote_ips"].value() == ""
    assert "It takes every client." in page.content.decode()
