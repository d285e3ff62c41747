"""An effect in words and numbers, on sessions written by hand."""

from __future__ import annotations

from ipaddress import ip_address

import polars as pl

from designer.queries.effect.summary import Effect, effect_of
from policy.attributes import Connection, Direction, Protection
from policy.model import Requirement, Rule, RuleSet, Traffic
from policy.values.actions import ALLOW, Action
from policy.values.ports import PortSet
from policy.vectorised import frame_of
from policy.vocabulary import Attribute, Protocol

TLS11, TLS12 = 0x0302, 0x0303
SERVER, CLIENT = ip_address("10.1.1.1"), ip_address("10.2.2.2")
GOOD = Rule("Good", requirement=Requirement.of(Protocol.TLS, version="TLSv1.2"))
RESET = Action(syslog_level=4, reset=True)


def sessions(*given: tuple[str, int, int, int]) -> pl.DataFrame:
    """One session for each (job, port, version, connections)."""
    seen = [
        Connection(
            SERVER,
            port,
            CLIENT,
            0,
            job,
            direction=Direction.INBOUND,
            protections=(Protection(Protocol.TLS, {Attribute.VERSION: version}),),
        )
        for job, port, version, _ in given
    ]
    ports = pl.Series("port_start", [port for _, port, _, _ in given], pl.UInt16)
    return frame_of(seen).with_columns(
        session_id=pl.Series(range(1, len(given) + 1)),
        server_id=pl.Series([port for _, port, _, _ in given]),
        connections=pl.Series([number for _, _, _, number in given]),
        port_start=ports,
        port_end=ports,
        role=pl.lit("server"),
        system=pl.lit("SYSA"),
        stack=pl.lit("TCPIP"),
        server_ip=pl.lit(str(SERVER)),
        protection=pl.lit("TLS"),
        strength=pl.lit("weak"),
    )


def effect(rule_set: RuleSet, *given: tuple[str, int, int, int]) -> Effect:
    return effect_of(rule_set, sessions(*given), period="in the last 30 days")


def test_a_reset_is_said_first_and_with_numbers() -> None:
    found = effect(
        RuleSet("x", Protocol.TLS, GOOD, (), Rule("Rest", RESET)),
        ("TN3270", 992, TLS11, 1000),
        ("FTPD1", 990, TLS11, 200),
        ("CICS", 443, TLS11, 4),
        ("CICS", 443, TLS12, 50),
    )
    assert found.words() == (
        "It would have reset 1,204 connections of 3 jobs in the last 30 days (estimate).",
        "`Good` would have met 50 connections of 1 job: allow silently.",
        "`Rest` would have met 1,204 connections of 3 jobs:"
        " log to syslogd at warning, reset the connection.",
    )
    assert [(hit.name, hit.connections) for hit in found.reset_jobs] == [
        ("TN3270", 1000),
        ("FTPD1", 200),
        ("CICS", 4),
    ]
    assert found.caught[0].name == "TN3270 10.1.1.1 port 992 on SYSA TCPIP"
    assert [(does, amount.sessions) for does, amount in found.actions] == [
        ("allow silently", 1),
        ("log to syslogd at warning, reset the connection", 3),
    ]


def test_without_a_catch_all_the_rest_meets_no_rule() -> None:
    found = effect(
        RuleSet("x", Protocol.TLS, GOOD), ("A", 1, TLS11, 5), ("B", 2, TLS12, 1), ("", 3, TLS11, 1)
    )
    assert found.words()[-1] == "6 connections of 1 job would have met no rule: nothing happens."
    assert [hit.connections for hit in found.caught] == [5, 1]
    assert found.caught[1].name.startswith("no job name")


def test_nothing_on_record_is_said() -> None:
    found = effect(RuleSet("x", Protocol.SSH, None, (), Rule("Rest", ALLOW)), ("A", 1, TLS11, 5))
    assert found.words() == (
        "Nothing on record in the last 30 days is checked against this rule set.",
    )


def test_ports_that_rules_tell_apart_leave_a_session_undecided() -> None:
    first = Rule("Some", RESET, Traffic(local_ports=PortSet.parse("1000-1500")))
    rule_set = RuleSet("x", Protocol.TLS, None, (first,), Rule("Rest"))
    wide = sessions(("A", 1000, TLS11, 5), ("B", 1000, TLS11, 1)).with_columns(
        port_end=pl.Series([2000, 1500], dtype=pl.UInt16)
    )
    found = effect_of(rule_set, wide, period="on all days")
    assert (found.undecided.connections, found.reset.connections) == (5, 1)
    assert "For 5 connections of 1 job the record names only a range of ports" in found.words()[-1]
