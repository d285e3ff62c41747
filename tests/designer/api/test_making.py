"""A recorded session becomes a rule or a test of a draft through the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from analyzer.models import DailyActivity, SecuritySession
from designer.models import Version
from tests.analyzer.views.conftest import filled

__all__ = ["filled"]
pytestmark = pytest.mark.usefixtures("filled", "db")
RULE, TEST = "api_policy_rule_from_session", "api_policy_test_from_session"
SERVER_RULE, ROWS_RULE = "api_policy_rule_from_server", "api_policy_rule_from_rows"
CONNECTION_RULE = "api_policy_rule_from_connection"
ALL_DAYS = {"filters": {"days": ["all"]}}


@pytest.fixture
def session() -> SecuritySession:
    """One of a server by TLS, whose attributes zERT observed."""
    rows = SecuritySession.objects.filter(
        server__role="server",
        server__ip_proto=6,
        protection__protocol="TLS",
        protection__failed_handshake=False,
        pk__in=DailyActivity.objects.values("session"),
    )
    return rows.filter(server__job__regex="^[A-Z0-9]+$").select_related("server").earliest("pk")


def post(client: Client, to: str, version: Version, /, **given: object) -> HttpResponse:
    version.refresh_from_db()
    body = {"revision": version.revision, **given}
    address = reverse(to, args=[version.pk])
    found: Any = client.post(address, body, content_type="application/json")
    return found


def test_a_session_becomes_the_rule_that_the_page_would_fill_in(
    author: Client, draft: Version, session: SecuritySession
) -> None:
    answer = post(author, RULE, draft, session=session.pk, name="Old clients", action="Audit")
    assert answer.status_code == 201, answer.content
    (rule,) = [one for one in answer.json()["rules"] if one["name"] == "Old clients"]
    server = session.server
    assert (rule["kind"], rule["action"]) == ("specific", "Audit")
    assert rule["inline_traffic"]["job"] == server.job
    assert rule["inline_traffic"]["local_ports"] == {"members": [str(server.port_start)]}
    assert rule["inline_traffic"]["direction"] == "Inbound"
    assert rule.get("inline_security", {}).keys() <= {"version"}
    assert "remote" not in rule["inline_traffic"]
    alone = post(author, RULE, draft, session=session.pk, name="One client", client=True).json()
    (one,) = [one for one in alone["rules"] if one["name"] == "One client"]
    assert one["inline_traffic"]["remote"] == {"members": [session.client_ip]}
    again = post(author, RULE, draft, session=session.pk, name="Old clients")
    assert again.status_code == 400
    assert "there is a rule `Old clients` already" in again.json()["error"]
    usual = post(author, RULE, draft, session=session.pk).json()["rules"]
    assert f"{server.job} {server.port_start}" in {one["name"] for one in usual}


def test_a_session_becomes_a_test_that_expects_what_it_meets_now(
    author: Client, draft: Version, session: SecuritySession
) -> None:
    answer = post(author, TEST, draft, session=session.pk, name="Taken")
    assert answer.status_code == 201
    found = answer.json()
    (test,) = found["tests"]
    assert (test["name"], test["connection"]["local_port"]) == ("Taken", session.server.port_start)
    assert found["test_results"][0]["passed"]
    other = next(one for one in ("TN3270", "Good") if one != test["expected"])
    failing = post(author, TEST, draft, session=session.pk, name="Fails", expected=other).json()
    assert [one["passed"] for one in failing["test_results"]] == [True, False]
    twice = post(author, TEST, draft, session=session.pk, name="Taken")
    assert (twice.status_code, twice.json()["errors"]["name"]) == (
        400,
        "there is a test `Taken` already",
    )


def filled_in(client: Client, version: Version, **params: object) -> dict[str, str]:
    """What the page of a new rule has in its fields for an address."""
    form = client.get(reverse("policy_rule", args=[version.pk]), params).context["form"]
    return {name: str(form[name].value() or "") for name in ("name", "description", "job")}


def test_a_server_becomes_the_rule_that_the_page_would_fill_in(
    author: Client, draft: Version, session: SecuritySession, anna: User
) -> None:
    page, server = Client(), session.server
    page.force_login(anna)
    expected = filled_in(page, draft, server=server.pk, days="all")
    everything = {"days": ["all"]}
    answer = post(author, SERVER_RULE, draft, server=server.pk, filters=everything)
    assert answer.status_code == 201, answer.content
    (rule,) = [one for one in answer.json()["rules"] if one["name"] == expected["name"]]
    assert (rule["description"], rule["action"]) == (expected["description"], "Allow")
    assert rule["inline_traffic"]["job"] == expected["job"] == server.job
    client = {"client_ip": [session.client_ip], **everything}
    one = post(author, SERVER_RULE, draft, server=server.pk, filters=client, name="One client")
    (rule,) = [found for found in one.json()["rules"] if found["name"] == "One client"]
    assert rule["inline_traffic"]["remote"] == {"members": [session.client_ip]}


def test_rows_of_a_report_become_the_rule_that_the_page_would_fill_in(
    author: Client, draft: Version, session: SecuritySession, anna: User
) -> None:
    page = Client()
    page.force_login(anna)
    asked = {"days": "all", "job": session.server.job, "protocol": "TLS", "role": "server"}
    expected = filled_in(page, draft, rows=1, **asked)
    filters = {name: [value] for name, value in asked.items()}
    answer = post(author, ROWS_RULE, draft, filters=filters, action="Audit")
    assert answer.status_code == 201, answer.content
    (rule,) = [one for one in answer.json()["rules"] if one["name"] == expected["name"]]
    assert (rule["description"], rule["action"]) == (expected["description"], "Audit")
    assert rule["inline_traffic"]["job"] == expected["job"] == session.server.job


def test_what_is_not_on_record_becomes_no_rule(
    author: Client, draft: Version, session: SecuritySession
) -> None:
    key, nothing = session.server_id, {"port": ["1"], "days": ["all"]}
    for name, given, fault in (
        (SERVER_RULE, {"server": 2**63 - 1}, "server"),
        (SERVER_RULE, {"server": key, "filters": nothing}, "server"),
        (SERVER_RULE, {"server": key, "filters": {"port": ["x"]}}, "filters.port"),
        (SERVER_RULE, {"server": key, "filters": {"server": ["1"]}}, "filters.server"),
        (SERVER_RULE, {"server": key, "filters": {"port": "1"}}, "filters"),
        (ROWS_RULE, {}, "filters"),
        (ROWS_RULE, {"filters": nothing}, "filters"),
        (ROWS_RULE, {"filters": {"days": ["all"]}, "certificate": 2**63 - 1}, "filters"),
    ):
        answer = post(author, name, draft, **given)
        assert (answer.status_code, {*answer.json()["errors"]}) == (400, {fault}), given
    ssh = post(author, ROWS_RULE, draft, filters={"days": ["all"], "protocol": ["SSH"]})
    why = "none of these sessions is protected by TLS"
    assert (ssh.status_code, ssh.json()["error"]) == (409, why)
    assert Version.objects.get(pk=draft.pk).revision == 1


def test_what_is_no_tcp_connection_becomes_no_rule(author: Client, draft: Version) -> None:
    rows = SecuritySession.objects.filter(pk__in=DailyActivity.objects.values("session"))
    other = rows.exclude(server__ip_proto=6).exclude(server__ip_proto=None).earliest("pk")
    for name, given in ((RULE, {"session": other.pk}), (SERVER_RULE, {"server": other.server_id})):
        answer = post(author, name, draft, **given, **({} if name == RULE else ALL_DAYS))
        assert (answer.status_code, "TCP connections alone" in answer.json()["error"]) == (
            409,
            True,
        )


@pytest.mark.parametrize("name", [RULE, TEST])
def test_what_can_not_be_made_says_why(author: Client, draft: Version, name: str) -> None:
    gone = post(author, name, draft, session=2**63 - 1)
    assert gone.status_code == 400
    assert "there is no session" in gone.json()["errors"]["session"]
    bare = SecuritySession.objects.filter(
        protection__protocol="NONE", pk__in=DailyActivity.objects.values("session")
    ).earliest("pk")
    refused = post(author, name, draft, session=bare.pk)
    assert refused.status_code == 409
    more = {"action": "Nothing like it"} if name == RULE else {"expected": "No such rule"}
    wrong = post(author, name, draft, session=bare.pk, **more)
    assert wrong.status_code in {400, 409}
    used = SecuritySession.objects.filter(
        protection__protocol="TLS",
        server__role="server",
        server__ip_proto=6,
        protection__failed_handshake=False,
        pk__in=DailyActivity.objects.values("session"),
    ).earliest("pk")
    wrong = post(author, name, draft, session=used.pk, **more)
    assert wrong.status_code == 400
    assert wrong.json()["errors"].keys() == more.keys()
    late = author.post(
        reverse(name, args=[draft.pk]),
        {"revision": draft.revision + 1, "session": used.pk},
        content_type="application/json",
    )
    assert late.status_code == 409


CONNECTION = {
    "local_ip": "10.1.1.1",
    "local_port": 992,
    "remote_ip": "10.2.2.2",
    "remote_port": 50000,
    "job": "TN3270A",
    "direction": "Inbound",
    "protections": [{"protocol": "TLS", "version": "TLSv1.1"}],
}


def test_a_connection_becomes_a_rule_for_the_end_that_serves(
    author: Client, draft: Version
) -> None:
    answer = post(author, CONNECTION_RULE, draft, connection=CONNECTION, name="Terminals")
    assert answer.status_code == 201, answer.content
    (rule,) = [one for one in answer.json()["rules"] if one["name"] == "Terminals"]
    assert rule["inline_traffic"] == {
        "job": "TN3270A",
        "direction": "Inbound",
        "local_ports": {"members": ["992"]},
    }
    assert rule["inline_security"] == {"version": ["TLSv1.1"]}
    assert rule["description"] == (
        "Taken from connection 10.1.1.1 port 992 with 10.2.2.2 port 50000 of TN3270A"
    )
    out = CONNECTION | {"direction": "Outbound", "local_port": 50000, "remote_port": 992}
    rules = post(author, CONNECTION_RULE, draft, connection=out, name="Out").json()["rules"]
    (rule,) = [one for one in rules if one["name"] == "Out"]
    assert rule["inline_traffic"]["remote_ports"] == {"members": ["992"]}
    assert "local_ports" not in rule["inline_traffic"]


def test_what_a_connection_does_not_say_is_asked_for(author: Client, draft: Version) -> None:
    bare = {key: value for key, value in CONNECTION.items() if key != "direction"}
    unsaid = post(author, CONNECTION_RULE, draft, connection=bare)
    assert (unsaid.status_code, {*unsaid.json()["errors"]}) == (400, {"serves"})
    said = post(author, CONNECTION_RULE, draft, connection=bare, serves="remote", name="Remote")
    (rule,) = [one for one in said.json()["rules"] if one["name"] == "Remote"]
    assert rule["inline_traffic"] == {"job": "TN3270A", "remote_ports": {"members": ["50000"]}}
    plain = CONNECTION | {"protections": []}
    other = post(author, CONNECTION_RULE, draft, connection=plain)
    assert (other.status_code, "not protected by TLS" in other.json()["error"]) == (409, True)
    datagrams = post(author, CONNECTION_RULE, draft, connection=CONNECTION | {"ip_protocol": 17})
    assert (datagrams.status_code, "TCP" in datagrams.json()["error"]) == (409, True)
    wrong = post(author, CONNECTION_RULE, draft, connection=CONNECTION | {"local_port": 70_000})
    assert (wrong.status_code, next(iter(wrong.json()["errors"]))[:10]) == (400, "connection")
