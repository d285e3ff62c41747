"""From rows of the report to a rule: what all sessions have in common fills its fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from analyzer.models import DailyActivity, Import, Protection, SecuritySession, Server, Stack
from designer import approval, versions
from designer.content.rules import Content, RuleContent
from designer.models import Version
from designer.versions import NewRuleSet
from policy.model import Kind
from policy.vocabulary import Protocol
from tests.analyzer.views.conftest import analyze, site
from tests.builders.protections import raw_tls
from tests.builders.store_rows import LAST_DAY, activity, store_activity
from tests.designer.conftest import NOW

__all__ = ["site"]
pytestmark = pytest.mark.usefixtures("mixed", "db")
ALL = {"days": "all"}
MIXED, ALIKE, MANY = "MIXED", "ALIKE", 30


@pytest.fixture(scope="module")
def mixed(site: Import, django_db_blocker: Any) -> None:
    """A server whose clients use TLS 1.2 and 1.3, and one whose many clients use 1.2 alone."""
    with django_db_blocker.unblock():
        old, other, new = (
            protection(number, version, encryption)
            for number, (version, encryption) in enumerate([(0x303, 19), (0x303, 20), (0x304, 19)])
        )
        kinds = [(MIXED, "10.5.5.1", old), (MIXED, "10.5.5.1", other), (MIXED, "10.5.5.2", new)]
        kinds += [(ALIKE, f"10.5.6.{number}", old) for number in range(1, MANY + 1)]
        servers = {job: server(job, port) for job, port in ((MIXED, 1414), (ALIKE, 1415))}
        rows = []
        for number, (job, client, used) in enumerate(kinds):
            session = SecuritySession.objects.create(
                digest=f"{number:016}".encode(),
                server=servers[job],
                client_ip=client,
                protection=used,
                sa_flags=0,
            )
            rows.append(activity(session, LAST_DAY, connections=7))
        store_activity(rows)
        analyze()


def protection(number: int, version: int, encryption: int) -> Protection:
    return Protection.objects.create(
        digest=f"{number:016}".encode(),
        protocol="TLS",
        raw=raw_tls(version=version, enc=encryption),
        tables_version="1",
        title=f"TLS {number}",
        strength="strong",
        confidence="confirmed",
    )


def server(job: str, port: int) -> Server:
    return Server.objects.create(
        stack=Stack.objects.earliest("pk"),
        role="server",
        ip_proto=6,
        server_ip="10.5.5.5",
        port_start=port,
        port_end=port,
        job=job,
    )


@pytest.fixture
def author(anna: User) -> Client:
    client = Client()
    client.force_login(anna)
    return client


@pytest.fixture
def draft(anna: User) -> Version:
    return versions.make(head=NewRuleSet("Site TLS", Protocol.TLS), by=anna, now=NOW)


def making(client: Client, server: Server, **given: str) -> Any:
    return client.get(reverse("policy_make_rule_of_server", args=[server.pk]), ALL | given)


def server_of(job: str = ALIKE) -> Server:
    return Server.objects.get(job=job)


def foreign() -> tuple[Server, str]:
    """A server elsewhere, and the address from which z/OS used it by TLS."""
    session = SecuritySession.objects.filter(
        server__role="client",
        protection__protocol="TLS",
        server__port_end=F("server__port_start"),
        pk__in=DailyActivity.objects.values("session"),
    ).earliest("pk")
    return session.server, str(session.client_ip)


def filled(client: Client, draft: Version, server: Server, **given: str) -> dict[str, Any]:
    address = reverse("policy_rule", args=[draft.pk])
    page = client.get(address, {"server": server.pk, **ALL, **given})
    assert page.status_code == 200
    form = page.context["form"]
    return {name: form[name].value() for name in form.fields}


def test_traffic_comes_from_the_server_and_a_shared_version(author: Client, draft: Version) -> None:
    found = filled(author, draft, server_of(ALIKE))
    assert {key: found[key] for key in ("name", "job", "local_ports", "direction")} == {
        "name": "ALIKE 1415",
        "job": ALIKE,
        "local_ports": "1415",
        "direction": "Inbound",
    }
    assert (found["want_version"], found["security"]) == (["TLSv1.2"], "~own")
    assert found["description"] == f"Taken from {MANY} sessions of ALIKE"
    assert not found["remote_ips"]


def test_each_of_different_versions_is_asked_for(author: Client, draft: Version) -> None:
    found = filled(author, draft, server_of(MIXED))
    assert found["local_ports"] == "1414"
    assert (found["want_version"], found["security"]) == (["TLSv1.2", "TLSv1.3"], "~own")


def test_a_client_is_a_condition_and_its_own_version(author: Client, draft: Version) -> None:
    found = filled(author, draft, server_of(MIXED), client_ip="10.5.5.1")
    assert (found["remote_ips"], found["want_version"]) == ("10.5.5.1", ["TLSv1.2"])
    assert found["description"] == "Taken from 2 sessions of MIXED with 10.5.5.1"
    several = filled(author, draft, server_of(MIXED), client_ip="10.5.5.0/24")
    assert several["remote_ips"] == "10.5.5.0/24"
    other, here = foreign()
    found = filled(author, draft, other, client_ip=here)
    assert (found["local_ips"], found["remote_ports"], found["direction"]) == (
        here,
        str(other.port_start),
        "Outbound",
    )


def test_the_page_leads_to_the_drafts_of_each_protocol(author: Client, draft: Version) -> None:
    alike = server_of()
    page = making(author, alike, port=str(alike.port_start)).content.decode()
    link = f"{reverse('policy_rule', args=[draft.pk])}?days=all&port={alike.port_start}"
    assert escape(f"{link}&server={alike.pk}") in page
    assert "what all its sessions have in common" in page


def test_what_can_not_become_a_rule_says_why(author: Client, draft: Version) -> None:
    alike = server_of()
    for given in ({"job": "NOSUCH"}, {"port": "abc"}, {"nothing": "1"}):
        page = making(author, alike, **given).content.decode()
        assert "No session of it is on record under these filters" in page
    gone = author.get(reverse("policy_make_rule_of_server", args=[2**31 - 1]))
    assert "No session of it is on record" in gone.content.decode()
    peer = Server.objects.filter(role="peer").earliest("pk")
    page = making(author, peer).content.decode()
    assert "z/OS holds rules against no others" in page
    assert "Add the rule to it" not in page
    address = reverse("policy_rule", args=[draft.pk])
    for text in ("abc", "99999999999999999999", "", "-1"):
        assert author.get(address, {"server": text}).status_code == 200


def test_rows_offer_it_to_authors_alone(author: Client, client_as: Callable[[str], Client]) -> None:
    alike, (elsewhere, _) = server_of(), foreign()
    analyst = client_as("analyst")
    for path, pk in (
        ("/report/servers/", alike.pk),
        ("/report/clients/", elsewhere.pk),
        (f"/report/servers/{alike.pk}/", alike.pk),
    ):
        href = reverse("policy_make_rule_of_server", args=[pk])
        assert href in author.get(path, ALL).content.decode(), path
        assert "/policy/from-server/" not in analyst.get(path, ALL).content.decode()
    assert "/policy/from-server/" not in author.get("/report/peers/", ALL).content.decode()
    csv = author.get("/report/servers/", ALL | {"format": "csv"})
    lines = b"".join(csv.streaming_content) if csv.streaming else csv.content
    assert b"Actions" not in lines.split(b"\n")[0]


def test_it_costs_the_same_for_one_session_and_for_many(author: Client, draft: Version) -> None:
    costs = set()
    for job in (MIXED, ALIKE):
        address = reverse("policy_rule", args=[draft.pk])
        with CaptureQueriesContext(connection) as captured:
            author.get(address, {"server": server_of(job).pk, **ALL})
        costs.add(len(captured))
    assert len(costs) == 1


def test_a_named_rule_set_has_its_draft_first_or_the_way_to_its_next_version(
    author: Client, anna: User, bert: User
) -> None:
    rest = Content((RuleContent("Rest", Kind.CATCH_ALL, inline_action={"audit": True}),))
    draft, other = (
        versions.make(head=NewRuleSet(name, Protocol.TLS), by=anna, now=NOW, content=rest)
        for name in ("Site TLS", "Other TLS")
    )
    session = SecuritySession.objects.filter(server__job=ALIKE).earliest("pk")
    address = reverse("policy_make_rule", args=[session.pk])

    def page(**given: str) -> str:
        return author.get(address, given).content.decode()

    rule = reverse("policy_rule", args=[draft.pk])
    found = page(rule_set="Site TLS")
    meant = found.partition('id="meant"')[2].partition("</section>")[0]
    assert f"{rule}?session={session.pk}" in meant
    assert reverse("policy_rule", args=[other.pk]) in found
    assert found.count(f"{rule}?") == 1
    assert 'id="meant"' not in page(rule_set="No such")
    assert 'id="meant"' not in page()
    approval.submit(version=draft, revision=draft.revision, comment="New.", by=anna, now=NOW)
    assert "waits for approval" in page(rule_set="site tls")
    published = approval.publish(version=draft, comment="", by=bert, now=NOW)
    assert published.is_released
    found = page(rule_set="Site TLS")
    begin = reverse("policy_open_draft", args=[draft.pk])
    assert f'action="{begin}"' in found
    answer = author.post(begin, {"made_of": f"session={session.pk}"})
    made = Version.objects.get(rule_set=draft.rule_set, number=2)
    assert answer["Location"] == f"{reverse('policy_rule', args=[made.pk])}?session={session.pk}"
    assert author.get(answer["Location"]).context["form"]["job"].value() == ALIKE
