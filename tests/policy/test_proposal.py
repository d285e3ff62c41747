"""A proposed rule set allows exactly the sessions that are acceptable today."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policy.attributes import Connection, Direction, Protection, Source
from policy.matcher import evaluate, protocols
from policy.model import Policy, RuleSet
from policy.parser import parse
from policy.proposal import CATCH_ALL, Judged, Proposal, propose
from policy.settings import CHOICES, DEFAULTS, Absent, Scope, Settings, Together
from policy.vocabulary import Attribute, Protocol
from policy.writer import write
from tests.policy.strategies import LONG, connections

GCM, CBC, ECDHE, RSA = 0x13, 0x0E, 0x14, 0x02
Codes = dict[Attribute, int]


def tls(
    port: int = 992,
    job: str = "TN3270",
    *,
    version: int = 0x0303,
    encryption: int = GCM,
    bits: int = 2048,
    direction: Direction | None = Direction.INBOUND,
    source: Source = Source.OBSERVED,
) -> Connection:
    codes: Codes = {
        Attribute.VERSION: version,
        Attribute.ENCRYPTION: encryption,
        Attribute.AUTHENTICATION: 1,
        Attribute.KEY_EXCHANGE: ECDHE,
    }
    ends = (50_000, port) if direction is Direction.OUTBOUND else (port, 50_000)
    return Connection(
        ip_address("10.0.0.1"),
        ends[0],
        ip_address("10.9.9.9"),
        ends[1],
        job=job,
        direction=direction,
        protections=(Protection(Protocol.TLS, codes, bits, source),),
    )


def rule_of(rule_set: RuleSet, connection: Connection, how: Settings = DEFAULTS) -> str:
    (result,) = [
        one
        for one in evaluate(Policy((rule_set,)), connection, how).results
        if one.protocol is rule_set.protocol
    ]
    assert result.rule
    return result.rule.name


def good(*found: Connection) -> list[Judged]:
    return [Judged(one, "acceptable") for one in found]


def proposed(*sessions: Judged, **more: bool) -> Proposal:
    return propose(sessions, Protocol.TLS, name="Today", **more)


def test_services_and_protections_become_few_rules() -> None:
    seen = [
        tls(port, job, version=version, encryption=encryption)
        for port, job in [(992, "TN3270"), (993, "TN3270"), (2992, "TN3270"), (443, "HTTPD")]
        for version in (0x0303, 0x0304)
        for encryption in (GCM, CBC)
    ]
    found = proposed(*good(*seen), Judged(tls(version=0x0301), "deprecated"))
    assert [one.name for one in found.rule_set.rules()] == [
        "HTTPD 443",
        "TN3270 992-993 +1",
        CATCH_ALL,
    ]
    assert (found.covered, found.left_out) == (len(seen), ())
    (rule, *_) = found.rule_set.specific
    assert rule.requirement
    assert rule.requirement.words(Attribute.ENCRYPTION) == ("AES-256-CBC", "AES-256-GCM")
    assert found.rule_set.catch_all
    assert found.rule_set.catch_all.action.audit


def test_no_combination_that_was_not_seen_is_allowed() -> None:
    found = proposed(*good(tls(version=0x0303, encryption=CBC), tls(version=0x0304)))
    assert len(found.rule_set.specific) == 2
    assert rule_of(found.rule_set, tls(version=0x0304, encryption=CBC)) == CATCH_ALL
    assert rule_of(found.rule_set, tls(version=0x0303, encryption=GCM)) == CATCH_ALL
    assert rule_of(found.rule_set, tls(job="OTHER", version=0x0304)) == CATCH_ALL
    assert rule_of(found.rule_set, tls(direction=Direction.OUTBOUND, version=0x0304)) == CATCH_ALL


def test_a_client_here_is_told_by_the_port_it_asks_for() -> None:
    found = proposed(*good(tls(direction=Direction.OUTBOUND, job="CICSA")))
    (rule,) = found.rule_set.specific
    assert rule.name == "CICSA to 992"
    assert str(rule.traffic.remote_ports) == "992"
    assert rule.traffic.local_ports is None


def test_key_lengths_are_asked_for_where_they_tell_good_from_bad() -> None:
    found = proposed(*good(tls(bits=2048), tls(bits=4096)), Judged(tls(bits=1024), "weak"))
    (rule,) = found.rule_set.specific
    assert rule.requirement
    assert rule.requirement.min_key_bits == 2048
    assert rule_of(found.rule_set, tls(bits=1024)) == CATCH_ALL
    assert rule_of(found.rule_set, tls(bits=0)) == CATCH_ALL


def test_what_can_not_be_told_apart_stays_with_the_catch_all_and_is_said() -> None:
    found = proposed(*good(tls(bits=2048)), Judged(tls(bits=2048), "weak"))
    assert found.rule_set.specific == ()
    (left,) = found.left_out
    assert left.reason == "the same service and protection is also seen as unacceptable"


@pytest.mark.parametrize(
    ("connection", "reason"),
    [
        (tls(source=Source.PROVIDER), "provider only"),
        (tls(direction=None), "direction is not known"),
        (tls(port=0), "port of its server is not known"),
        (tls(job=""), "job name"),
        (tls(job="NOTANAME9"), "job name"),
        (tls(version=0x7777), "no word means the version unknown (X'7777')"),
    ],
)
def test_sessions_that_no_rule_can_ask_for_are_named_with_the_reason(
    connection: Connection, reason: str
) -> None:
    found = proposed(*good(connection))
    (left,) = found.left_out
    assert reason in left.reason
    assert rule_of(found.rule_set, connection) == CATCH_ALL


def test_a_manual_tunnel_can_not_be_asked_for() -> None:
    tunnel = Protection(Protocol.IPSEC, {Attribute.PHASE2_ENCRYPTION: GCM}, is_manual=True)
    session = Judged(replace(tls(), protections=(tunnel,)), "acceptable")
    found = propose([session], Protocol.IPSEC, name="Today")
    assert "manual tunnel" in found.left_out[0].reason


def test_without_jobs_a_service_is_a_port() -> None:
    found = proposed(*good(tls(job=""), tls(job="A")), by_job=False)
    (rule,) = found.rule_set.specific
    assert (rule.name, rule.traffic.job) == ("992", None)


def test_providers_count_where_all_recorded_data_counts() -> None:
    found = propose(
        good(tls(source=Source.PROVIDER)),
        Protocol.TLS,
        name="Today",
        settings=Settings(scope=Scope.ALL),
    )
    (rule,) = found.rule_set.specific
    assert (
        rule_of(found.rule_set, tls(source=Source.PROVIDER), Settings(scope=Scope.ALL)) == rule.name
    )


def test_unprotected_services_can_be_accepted_too() -> None:
    bare = replace(tls(), protections=())
    found = propose(
        [Judged(bare, "none")], Protocol.NONE, name="Today", accepted=frozenset({"none"})
    )
    assert rule_of(found.rule_set, bare) == "TN3270 992"
    assert rule_of(found.rule_set, replace(bare, local_port=993)) == CATCH_ALL


@settings(max_examples=LONG or 60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(connections(), st.sampled_from(["strong", "weak"])), max_size=12),
    st.lists(connections(), max_size=6),
    st.sampled_from(Protocol),
    st.builds(Settings, **{name: st.sampled_from(kind) for name, kind in CHOICES.items()}),
    st.booleans(),
)
def test_exactly_the_acceptable_are_allowed(
    given_sessions: list[tuple[Connection, str]],
    others: list[Connection],
    protocol: Protocol,
    how: Settings,
    by_job: bool,
) -> None:
    sessions = [Judged(*one) for one in given_sessions]
    found = propose(sessions, protocol, name="Today", settings=how, by_job=by_job)
    left = [one.session for one in found.left_out]
    mine = [one for one in sessions if protocol in protocols(one.connection, how)]
    wanted = [one for one in mine if one.strength == "strong" and one not in left]
    assert found.covered == len(wanted)
    for one in mine:
        is_caught = rule_of(found.rule_set, one.connection, how) == CATCH_ALL
        assert is_caught is (one not in wanted)
    is_exact = (how.unknown_attribute, how.manual_phase1) == (Absent.FAILS, Absent.FAILS)
    is_exact &= (how.ssh_ways, how.ipsec_phases) == (Together.BOTH, Together.BOTH)
    for other in (one for one in others if is_exact and protocol in protocols(one, how)):
        like = [one for one in wanted if _same(one.connection, other, protocol, by_job=by_job)]
        if not like:
            assert rule_of(found.rule_set, other, how) == CATCH_ALL
    policy = Policy((found.rule_set,))
    assert parse(write(policy)).policy == policy


def _same(one: Connection, other: Connection, protocol: Protocol, *, by_job: bool) -> bool:
    def key(connection: Connection) -> tuple[object, ...]:
        inbound = connection.direction is Direction.INBOUND
        protection = connection.protection(protocol)
        codes = {a: c for a, c in protection.codes.items() if c} if protection else {}
        return (
            connection.direction,
            connection.local_port if inbound else connection.remote_port,
            connection.job if by_job else "",
            sorted(codes.items()),
        )

    return key(one) == key(other)
