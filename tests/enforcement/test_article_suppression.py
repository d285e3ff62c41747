"""The article's sentences about log suppression, a test each."""

from __future__ import annotations

from pathlib import Path

from policy.model import Policy, Rule, RuleSet, Traffic
from policy.values.actions import Action
from policy.values.ports import PortSet
from policy.vocabulary import Protocol
from tests.builders.enforcement.records import (
    TLS12,
    Connection,
    policy,
    stage,
    texts,
)

LOG = Action("Log", syslog_level=4)
CONSOLE = Action("Console", console=True)


def many(count: int, *, port: int = 21, first: int = 1, after: float = 0) -> list[bytes]:
    """Short connections under TLS, one a second."""
    return [
        Connection(number=first + n, after=after + n, local_port=port).at(
            4, after + n + 0.5, {"TLS": TLS12}
        )
        for n in range(count)
    ]


def by_port(ports: int, action: Action) -> Policy:
    """One TLS rule for each local port from 1000 on."""
    rules = tuple(
        Rule(f"port-{n}", action, Traffic(local_ports=PortSet.parse(str(n))))
        for n in range(1_000, 1_000 + ports)
    )
    return Policy((RuleSet("ports", Protocol.TLS, specific=rules),))


def test_suppression_at_the_11th(tmp_path: Path) -> None:
    """If the same zERT rule is matched more than 10 times within a 5-minute interval, then
    subsequent zERT messages are suppressed."""
    found = stage(tmp_path, policy(tls=LOG)).play(*many(12))
    assert [len(one.syslog) for one in found] == [1] * 10 + [0] * 2
    assert [len(one.suppressed) for one in found] == [0] * 10 + [1] * 2


def test_suppression_at_the_101st(tmp_path: Path) -> None:
    """If 100 messages have been logged across all zERT rules within a 5-minute interval, then
    subsequent zERT messages are suppressed."""
    records = [one for n in range(11) for one in many(10, port=1_000 + n, first=100 * n + 1)]
    found = stage(tmp_path, by_port(11, CONSOLE)).play(*records)
    assert [len(one.console) for one in found] == [1] * 100 + [1] + [0] * 9


def test_the_first_message_of_a_new_rule(tmp_path: Path) -> None:
    """If the 100 messages limit is reached and then a connection maps to a zERT rule that has not
    been matched during that interval, a message is written for that connection. Any subsequent
    matches to that rule during the 5-minute interval are suppressed."""
    records = [one for n in range(10) for one in many(10, port=1_000 + n, first=100 * n + 1)]
    set_up = stage(tmp_path, by_port(12, LOG))
    assert len(texts(set_up.play(*records))) == 100
    late = set_up.play(*many(2, port=1_011, first=5_000, after=200))
    assert [len(one.syslog) for one in late] == [1, 0]
    assert "rule= port-1011" in texts(late)[0]


def test_the_suppressed_count_message(tmp_path: Path) -> None:
    """After the 5-minute interval, the next time a connection matches a zERT rule with a log
    action, a message for that rule is written. A log-suppressed message is also written that
    indicates how many zERT messages were suppressed for that rule in the previous interval."""
    both = Action("Both", syslog_level=6, console=True)
    set_up = stage(tmp_path, policy(tls=both))
    set_up.play(*many(13))
    later = set_up.play(*many(2, first=900, after=300))
    assert [text.partition("timestamp")[0][:50] for text in texts(later)][1] == (
        "EZZ8585I ZERT log messages suppressed: 01/15/2026 "
    )
    assert texts(later)[1].endswith("rule= tls-rest count= 3")
    assert [len(one.syslog) for one in later] == [2, 1]
    assert [message.level for message in later[0].syslog] == [6, 6]
    assert later[0].console[1].lines == (
        "EZZ8563I ZERT LOG MESSAGES SUPPRESSED FOR RULE tls-rest: 3",
    )


def test_audit_is_never_suppressed(tmp_path: Path) -> None:
    """If a complete record of connections that match a zERT rule is needed, you can use the audit
    action."""
    both = Action("Both", syslog_level=6, audit=True)
    found = stage(tmp_path, policy(tls=both)).play(*many(30))
    assert sum(one.audit for one in found) == 30
    assert len(texts(found)) == 10


def test_suppression_is_that_of_a_stack(tmp_path: Path) -> None:
    """zERT enforcement [of a stack] monitors and limits the number of messages."""
    one, other = Connection(system="SYSA"), Connection(system="SYSB")
    records = [
        Connection(number=n, system=end.system).at(4, 1, {"TLS": TLS12})
        for end in (one, other)
        for n in range(11)
    ]
    assert len(texts(stage(tmp_path, policy(tls=LOG)).play(*records))) == 20
