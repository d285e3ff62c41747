"""Sentences of rules: written out for people, and never silent about a condition."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policy.attributes import Direction
from policy.model import Kind, Requirement, Rule, RuleSet, Traffic
from policy.values.actions import ALLOW, Action
from policy.values.addresses import AddressSet
from policy.values.names import NamePattern
from policy.values.ports import PortSet
from policy.vocabulary import Protocol
from policy.words import sentence, sentences
from tests.policy.samples import TLS
from tests.policy.strategies import rule_sets

TN3270 = Traffic(local_ports=PortSet.parse("992", name="TN3270"))
TLS11 = Requirement.of(Protocol.TLS, version="TLSv1.1")
RESET = Action(syslog_level=4, reset=True)


@pytest.mark.parametrize(
    ("rule", "kind", "said"),
    [
        (
            Rule("x", ALLOW, TN3270, TLS11, expires=date(2027, 3, 31)),
            Kind.SPECIFIC,
            "TN3270 servers on port 992 may use TLS 1.1 until 2027-03-31",
        ),
        (
            Rule("x", requirement=Requirement.of(Protocol.TLS, version="TLSv1.2 TLSv1.3")),
            Kind.GENERAL,
            "all connections may use TLS 1.2 or later",
        ),
        (
            Rule("x", requirement=Requirement.of(Protocol.TLS, version="TLSv1.1 TLSv1.2")),
            Kind.GENERAL,
            "all connections may use TLS 1.1 or TLS 1.2",
        ),
        (
            Rule("x", Action(audit=True)),
            Kind.CATCH_ALL,
            "everything else that uses any TLS is audited",
        ),
        (
            Rule(
                "x",
                RESET,
                Traffic(
                    remote=AddressSet.parse("10.0.0.0/8", name="Partners"),
                    remote_ports=PortSet.parse("20-21", "990"),
                    job=NamePattern("FTP*"),
                    user=NamePattern("STC"),
                    direction=Direction.OUTBOUND,
                ),
            ),
            Kind.SPECIFIC,
            "outbound connections to servers on ports 20-21, 990 of job FTP* of user STC with"
            " Partners (10.0.0.0/8) that use any TLS are logged to syslogd and reset",
        ),
        (
            Rule(
                "x",
                Action(console=True, syslog_level=1, audit=True),
                Traffic(
                    local=AddressSet.parse("10.1.1.1"),
                    local_ports=PortSet.parse("22"),
                    remote_ports=PortSet.parse("1024-2000"),
                    direction=Direction.INBOUND,
                ),
                Requirement.of(
                    Protocol.TLS, version="TLSv1.3", encryption="AES-256-GCM", min_key_bits=2048
                ),
            ),
            Kind.SPECIFIC,
            "inbound connections of servers on port 22 with remote ports 1024-2000 at 10.1.1.1"
            " that use TLS 1.3 with AES-256-GCM as encryption and a key of at least 2048 bits"
            " are logged to syslogd and the console and audited",
        ),
    ],
)
def test_a_rule_reads_as_a_sentence(rule: Rule, kind: Kind, said: str) -> None:
    assert sentence(rule, Protocol.TLS, kind) == said


def test_no_recognized_protection_has_words_of_its_own() -> None:
    rule = Rule("x", RESET, Traffic(local_ports=PortSet.parse("23")))
    said = sentence(rule, Protocol.NONE, Kind.SPECIFIC)
    assert said == (
        "servers on port 23 that use no recognized protection are logged to syslogd and reset"
    )


def test_a_set_of_many_words_is_counted() -> None:
    wanted = "AES-128-CBC AES-192-CBC AES-256-CBC AES-128-GCM AES-256-GCM"
    rule = Rule("x", requirement=Requirement.of(Protocol.TLS, encryption=wanted))
    said = sentence(rule, Protocol.TLS, Kind.GENERAL)
    assert said == "all connections may use TLS with one of 5 algorithms as encryption"


def test_the_sentences_of_a_rule_set_stand_in_its_order() -> None:
    said = sentences(TLS)
    assert [line.split(" ")[0] for line in said] == ["all", "inbound", "everything"]
    assert said[-1] == "everything else that uses any TLS is logged to syslogd and audited"


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(Protocol).flatmap(rule_sets))
def test_every_condition_is_said(rule_set: RuleSet) -> None:
    for rule, said in zip(rule_set.rules(), sentences(rule_set), strict=True):
        traffic = rule.traffic
        parts = (traffic.local, traffic.remote, traffic.local_ports, traffic.remote_ports)
        for part in (*parts, traffic.job, traffic.user, rule.expires):
            assert part is None or str(part) in said
        does = said.removesuffix(f" until {rule.expires}")
        assert does.endswith("reset") is rule.action.reset


def test_many_members_are_counted_behind_the_first() -> None:
    ports = PortSet.parse(*map(str, range(1, 100, 2)))
    rule = Rule("r", traffic=Traffic(local_ports=ports))
    said = sentence(rule, Protocol.TLS, Kind.SPECIFIC)
    assert said.startswith("servers on ports 1, 3, 5,")
    assert "37, 39 and 30 more" in said
    few = PortSet.parse(*map(str, range(1, 42, 2)))
    assert "39, 41" in sentence(
        Rule("r", traffic=Traffic(local_ports=few)), Protocol.TLS, Kind.SPECIFIC
    )
