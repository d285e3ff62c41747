"""Rules of an exact run that met nothing, and who took theirs: against the plain matcher."""

from __future__ import annotations

from collections import Counter, defaultdict
from ipaddress import ip_address
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from designer.content.rules import RuleContent
from designer.models import Version
from enforcement.histories import reading
from enforcement.models import HistoryFall
from enforcement.queries.histories import reading as tables
from enforcement.queries.histories.tables import TABLES
from policy import documents
from policy.attributes import Connection as Attributes
from policy.attributes import Direction
from policy.matcher import failures, first_match
from policy.model import Policy, Rule, RuleSet, Traffic
from policy.settings import DEFAULTS
from policy.values.actions import ALLOW, Action
from policy.values.names import NamePattern
from policy.values.ports import PortSet
from policy.vocabulary import Protocol
from tests.analyzer.api.conftest import with_token
from tests.builders.enforcement.records import Connection
from tests.histories.conftest import Fill
from tests.histories.given import done, made, part
from tests.histories.test_pages import FIRST, author, cut, plain, started, taken, text, version

__all__ = ["author", "cut"]
pytestmark = pytest.mark.django_db(transaction=True)
RULES = RuleSet(
    "Plain",
    Protocol.NONE,
    None,
    (
        Rule("FTP", ALLOW, Traffic(local_ports=PortSet.parse("21"))),
        Rule("Low ports", ALLOW, Traffic(local_ports=PortSet.parse("20-25"))),
        Rule("Job 3", ALLOW, Traffic(job=NamePattern("JOB3"))),
        Rule("Port 3", ALLOW, Traffic(local_ports=PortSet.parse("23"))),
        Rule("Nobody", ALLOW, Traffic(job=NamePattern("NOBODY"))),
        Rule("Again", Action(audit=True), Traffic(local_ports=PortSet.parse("21"))),
    ),
    Rule("Rest", Action(audit=True)),
)
CONNECTIONS = [
    Connection(number=10 * port + n, local_port=port, job=f"JOB{n}")
    for port in (21, 23)
    for n in range(1, 5)
]
SERVER, CLIENT = ip_address("10.1.2.3"), ip_address("10.9.8.7")
UDP = Connection(number=900, local_port=30_000, job="NOBODY", ip_proto=17)


def naive() -> dict[str, dict[str, int]]:
    """Of each rule that no connection met: evaluations by the rule that took them."""
    rules, met, taken = RULES.rules(), set(), defaultdict[str, Counter[str]](Counter)
    for one in CONNECTIONS:
        ends = (SERVER, one.local_port, CLIENT, one.remote_port)
        seen = Attributes(*ends, job=one.job, direction=Direction.INBOUND)
        taker = first_match(RULES, seen, DEFAULTS)
        assert taker is not None
        met.add(taker)
        for rule in rules:
            if not list(failures(rule, Protocol.NONE, seen, DEFAULTS)):
                taken[rule.name][rules[taker].name] += 1
    return {one.name: dict(taken[one.name]) for at, one in enumerate(rules) if at not in met}


@pytest.mark.parametrize("rows", [1, 3, 20_000])
def test_takers_are_those_of_the_plain_matcher(
    fill: Fill, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr(reading, "PART_ROWS", rows)
    fill([one.at(4, at) for at, one in enumerate([*CONNECTIONS, UDP], 5)])
    run = done(made(part(Policy((RULES,)))))
    unused = tables.page(run.pk, TABLES["unused"], after=None, limit=100).rows
    expected = naive()
    assert [row["rule"] for row in unused] == [*expected]
    found: dict[str, dict[str, int]] = {name: {} for name in expected}
    findings = {}
    for row in tables.page(run.pk, TABLES["shadowed"], after=None, limit=100).rows:
        found[row["rule"]][row["taker"]] = row["evaluations"]
        findings[row["rule"]] = row["finding"]
    assert found == expected
    assert expected["Nobody"] == {}
    assert findings["Job 3"] == ""
    assert "takes all that `Port 3` describes" in findings["Port 3"]
    assert "Nobody" not in findings


def of_version(number: int, system: str, *rules: Rule) -> Any:
    """The part of a run in which a system has this version of one rule set."""
    rule_set = RuleSet("Plain", Protocol.NONE, None, rules, Rule("Rest", ALLOW))
    found = part(Policy((rule_set,)), None, ("PLEXA", system, "TCPIP"))
    name = f"Plain version {number}"
    return {**found, "versions": [{"name": name, "protocol": Protocol.NONE.value}]}


@pytest.mark.parametrize("rows", [1, 20_000])
def test_a_rule_that_one_version_meets_is_unmet_in_another(
    fill: Fill, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr(reading, "PART_ROWS", rows)
    fill([Connection(system=one).at(4, at) for at, one in enumerate(["SYSA", "SYSB", "SYSA"], 5)])
    again = Rule("Again", ALLOW, Traffic(local_ports=PortSet.parse("21")))
    low = Rule("Low ports", ALLOW, Traffic(local_ports=PortSet.parse("20-25")))
    run = done(made(of_version(1, "SYSA", again, low), of_version(2, "SYSB", low, again)))
    found = {
        name: [
            (row["version"], row["rule"], row.get("taker"))
            for row in tables.page(run.pk, TABLES[name], after=None, limit=100).rows
        ]
        for name in ("unused", "shadowed")
    }
    rules = [("1", "Low ports"), ("1", "Rest"), ("2", "Again"), ("2", "Rest")]
    expected = [(f"Plain version {version}", rule) for version, rule in rules]
    assert [one[:2] for one in found["unused"]] == expected
    takers = dict(zip(expected, ("Again", "Again", "Low ports", "Low ports"), strict=True))
    assert {one[:2]: one[2] for one in found["shadowed"]} == takers


def test_what_rules_of_two_versions_meet_is_never_one_sum(
    author: Client, anna: User, fill: Fill
) -> None:
    """Also where place, name and action are the same: what the rule asks for may be another."""
    logs = Rule("Rest", Action("Log", syslog_level=4))
    systems = ["SYSA", "SYSB", "SYSA"]
    fill([Connection(number=n, system=one).at(4, n) for n, one in enumerate(systems, 5)])
    parts = []
    for number, system in ((1, "SYSA"), (2, "SYSB")):
        found = of_version(number, system)
        rule_set = RuleSet("Plain", Protocol.NONE, None, (), logs)
        parts.append({**found, "document": documents.to_tree(Policy((rule_set,)))})
    run = done(made(*parts))
    expected = [("Plain version 1", "2"), ("Plain version 2", "1")]
    for name in ("rules", "hours"):
        rows = taken(author, run, name)
        assert [(row["version"], row["evaluations"]) for row in rows] == expected
        assert [row["syslog"] for row in rows] == [number for _, number in expected]
        page = text(author, "history_table", run.pk, name)
        assert all(name in page for name, _ in expected)
    answer = with_token(anna).get(reverse("api_history_table", args=[run.pk, "rules"])).json()
    assert [(row["version"], str(row["evaluations"])) for row in answer["rows"]] == expected


def test_a_rule_behind_another_is_shown_with_it_and_with_a_connection(
    author: Client, cut: Version, anna: User, fill: Fill
) -> None:
    fill([Connection(number=n).at(4, n) for n in (5, 6)])
    audits = RuleContent(
        "Again", inline_traffic={"direction": "Inbound"}, inline_action={"audit": True}
    )
    behind = version(anna, "Behind", FIRST, audits)
    run = done(started(author, version_None=cut.pk, against_None=behind.pk))
    page = text(author, "history_run", run.pk)
    shadowed = page.partition('id="shadowed"')[2].partition("</section>")[0]
    assert "Behind version 1" in shadowed
    assert "Of both sides" in shadowed
    assert "`First` before it has the same conditions" in shadowed
    rows = {row["rule"]: row for row in taken(author, run, "shadowed")}
    assert {name: (row["taker"], row["evaluations"]) for name, row in rows.items()} == {
        "Again": ("First", "2"),
        "Rest": ("First", "2"),
    }
    assert rows["Again"]["connection"] == "00000005"
    assert "/00000005/" in shadowed
    unused = page.partition('id="unused"')[2].partition("</section>")[0]
    assert "nothing: it is the data" in unused


def test_what_falls_through_is_grouped_by_job_and_by_protection(
    author: Client, cut: Version, fill: Fill
) -> None:
    fill([one.at(4, at) for at, one in enumerate(CONNECTIONS, 5)])
    run = done(started(author, version_None=cut.pk))
    assert [
        (row["job"], row["evaluations"], row["servers"])
        for row in taken(author, run, "follow-up-jobs")
    ] == [(f"JOB{n}", "2", "2") for n in (4, 3, 2, 1)]
    (row,) = taken(author, run, "follow-up-protections")
    assert (row["protection"], row["evaluations"], row["servers"]) == (
        "no recognized protection",
        "8",
        "2",
    )
    page = plain(author.get(reverse("history_table", args=[run.pk, "follow-up-jobs"])).content)
    make = reverse("history_make_rule", args=[run.pk, HistoryFall.objects.filter(job="JOB4")[0].pk])
    assert make in page
    assert author.get(make).status_code == 302
