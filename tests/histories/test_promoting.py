"""From what fell through to the end of an exact run, or one connection, to a specific rule."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from analyzer.models import ConnectionEvent
from designer import versions
from designer.content.rules import Content, RuleContent
from designer.models import Version
from designer.versions import NewRuleSet
from enforcement.models import HistoryFall, HistoryRun
from policy.model import Kind
from policy.vocabulary import Protocol
from tests.builders.enforcement.records import SSH2, TLS12, TUNNEL, Connection
from tests.designer.conftest import NOW
from tests.histories.conftest import Fill
from tests.histories.given import done
from tests.histories.test_pages import author, started

__all__ = ["author"]
pytestmark = pytest.mark.django_db(transaction=True)
PARTS = ("name", "job", "direction", "local_ports", "remote_ports", "want_version", "description")


@pytest.fixture
def rest(anna: User) -> dict[Protocol, Version]:
    """A rule set of each protocol that lets everything through to its catch-all rule."""
    rules = (RuleContent("Rest", Kind.CATCH_ALL),)
    return {
        protocol: versions.make(
            head=NewRuleSet(f"Site {protocol}", protocol), by=anna, now=NOW, content=Content(rules)
        )
        for protocol in Protocol
    }


def run_of(client: Client, rest: dict[Protocol, Version]) -> HistoryRun:
    return done(started(client, **{f"version_{name}": one.pk for name, one in rest.items()}))


def promoted(client: Client, run: HistoryRun, protocol: Protocol) -> str:
    """The designer's page that the row of a protocol in the follow-up list leads to."""
    fall = HistoryFall.objects.get(run=run, protocol=protocol.value)
    here = reverse("history_make_rule", args=[run.pk, fall.pk])
    assert here in client.get(reverse("history_run", args=[run.pk])).content.decode()
    return str(client.get(here)["Location"])


def form_of(client: Client, page: str, version: Version) -> dict[str, Any]:
    """The fields of the rule that the page of the rule set that is meant leads to."""
    meant = client.get(page).content.decode().partition('id="meant"')[2].partition("</section>")[0]
    (address,) = re.findall(r'href="(/policy/[^"]+)"', meant)
    assert address.startswith(reverse("policy_rule", args=[version.pk]))
    form = client.get(unescape(address)).context["form"]
    return {name: form[name].value() or "" for name in PARTS if name in form.fields}


def test_a_row_of_the_follow_up_list_fills_a_rule(
    author: Client, rest: dict[Protocol, Version], fill: Fill
) -> None:
    fill([Connection().at(1, 5, {"TLS": TLS12})])
    page = promoted(author, run_of(author, rest), Protocol.TLS)
    assert form_of(author, page, rest[Protocol.TLS]) == {
        "name": "FTPD1 21",
        "job": "FTPD1",
        "direction": "Inbound",
        "local_ports": "21",
        "remote_ports": "",
        "want_version": ["TLSv1.2"],
        "description": "Taken from connection 00001A2B of FTPD1",
    }


def test_where_nothing_tells_who_serves_the_records_tell_whose_port_it_is(
    author: Client, rest: dict[Protocol, Version], fill: Fill
) -> None:
    fill([Connection(flags=0, local_port=40_000, remote_port=1_414).at(1, 5)])
    run = run_of(author, rest)
    page = promoted(author, run, Protocol.NONE)
    found = form_of(author, page, rest[Protocol.NONE])
    ports = [found[name] for name in ("direction", "local_ports", "remote_ports")]
    assert ports == ["", "", "1414"]
    ConnectionEvent.objects.all().delete()
    gone = form_of(author, promoted(author, run, Protocol.NONE), rest[Protocol.NONE])
    assert [gone[name] for name in ("job", "local_ports", "remote_ports")] == ["FTPD1", "", ""]


def test_each_protocol_of_a_connection_makes_a_rule_of_its_own(
    author: Client, rest: dict[Protocol, Version], fill: Fill
) -> None:
    fill([Connection().at(1, 5, {"TLS": TLS12, "IPSEC": TUNNEL})])
    run = run_of(author, rest)
    for protocol in (Protocol.TLS, Protocol.IPSEC):
        page = promoted(author, run, protocol)
        assert form_of(author, page, rest[protocol])["local_ports"] == "21"
    listed = author.get(reverse("history_run", args=[run.pk])).content.decode()
    (address,) = set(re.findall(r'href="([^"]+/connections/\d+/00001A2B/[^"]+)"', listed))
    why = author.get(address).content.decode()
    offers = [unescape(one) for one in re.findall(r'href="(/policy/from-connection/[^"]+)"', why)]
    assert offers == [promoted(author, run, one) for one in (Protocol.TLS, Protocol.IPSEC)]


def test_the_next_version_begins_with_the_rule(
    author: Client, rest: dict[Protocol, Version], fill: Fill, release: Any
) -> None:
    fill([Connection().at(1, 5, {"SSH": SSH2})])
    release(rest[Protocol.SSH])
    page = author.get(promoted(author, run_of(author, rest), Protocol.SSH)).content.decode()
    (made_of,) = re.findall(r'name="made_of" value="([^"]+)"', page)
    begin = reverse("policy_open_draft", args=[rest[Protocol.SSH].pk])
    answer = author.post(begin, {"made_of": unescape(made_of)})
    form = author.get(answer["Location"]).context["form"]
    assert (form["job"].value(), form["local_ports"].value()) == ("FTPD1", "21")


@pytest.mark.parametrize(
    "query",
    [
        *("", "protocol=TLS", "protocol=TLS&connection=1", "protocol=DTLS&connection=00000001"),
        "protocol=TLS&connection=00000001%0A",
    ],
)
def test_an_address_that_names_no_connection_is_none(author: Client, query: str) -> None:
    assert author.get(f"/policy/from-connection/?{query}").status_code == 404


@pytest.mark.parametrize("more", ["port=99999999", "version=-1", "version=" + "9" * 20, "run=x"])
def test_what_an_address_says_wrongly_is_left_out(
    author: Client, rest: dict[Protocol, Version], more: str
) -> None:
    query = f"protocol=TLS&connection=00000001&job=A&{more}"
    assert author.get(f"/policy/from-connection/?{query}").status_code == 200
    form = author.get(f"{reverse('policy_rule', args=[rest[Protocol.TLS].pk])}?{query}")
    fields = form.context["form"]
    assert not fields["local_ports"].value()
    assert not fields["want_version"].value()


def test_a_row_of_another_run_is_none(
    author: Client, rest: dict[Protocol, Version], fill: Fill
) -> None:
    fill([Connection().at(1, 5)])
    run, other = run_of(author, rest), run_of(author, rest)
    fall = HistoryFall.objects.get(run=run)
    for pk, row in ((other.pk, fall.pk), (run.pk, 2**31 - 1), (2**31 - 1, fall.pk)):
        answer = author.get(reverse("history_make_rule", args=[pk, row]))
        assert answer.status_code == 404
