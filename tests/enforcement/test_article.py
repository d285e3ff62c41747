"""The article's sentences (IBM Z Hot Topics, Real-time network crypto enforcement with zERT).

Each test names the sentence's subject; the sentence stands in its docstring.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from enforcement.engine import audit
from enforcement.engine.outcome import Outcome
from enforcement.engine.settings import Settings
from policy import settings as matching
from policy.model import Policy, Rule, RuleSet, Traffic
from policy.values.actions import Action
from policy.values.ports import PortSet
from policy.vocabulary import Protocol
from tests.builders.enforcement.records import (
    SSH2,
    TLS11,
    TLS12,
    TUNNEL,
    UDP,
    Connection,
    Stage,
    ids,
    policy,
    read,
    stage,
    texts,
)
from tests.policy.samples import ARTICLE

LOG = Action("Log", syslog_level=4)
CONSOLE = Action("Console", console=True)
AUDIT = Action("Audit", audit=True)
RESET = Action("Reset", reset=True)
LOG_AND_RESET = Action("Cut", syslog_level=3, console=True, reset=True)
FTP = Connection()


def test_ipsec_rules_for_a_connection_protected_with_ipsec(tmp_path: Path) -> None:
    """If a connection is protected with IPsec, it is evaluated against the zERT rule set for
    IPsec."""
    found = stage(tmp_path, policy(tls=LOG, ipsec=LOG, ssh=LOG, none=LOG)).play(
        FTP.at(1, 10, {"IPSEC": TUNNEL})
    )
    assert [match.protocol for match in found[0].matches] == [Protocol.IPSEC]


def test_tls_and_ipsec_double_match(tmp_path: Path) -> None:
    """One connection can match multiple rules if the connection is protected with multiple
    security protocols."""
    found = stage(tmp_path, policy(tls=LOG, ipsec=AUDIT, none=LOG)).play(
        FTP.at(1, 10, {"TLS": TLS12, "IPSEC": TUNNEL})
    )
    assert [match.rule.name for match in found[0].matches] == ["tls-rest", "ipsec-rest"]
    assert ids(found) == ["EZZ8583I"]
    assert found[0].audit
    written = read(tmp_path, [audit.enforcement_record(found[0])])[0].connections
    section = bytes.fromhex(written["raw"].str.json_path_match("$.policy")[0])
    assert audit.rule_names(section) == {Protocol.TLS: "tls-rest", Protocol.IPSEC: "ipsec-rest"}


def test_no_match_no_action(tmp_path: Path) -> None:
    """If a connection does not match any zERT rule, no action is taken."""
    only = Rule("port-1000", LOG, Traffic(local_ports=PortSet.parse("1000")))
    rules = Policy((RuleSet("tls", Protocol.TLS, specific=(only,)),))
    set_up = stage(tmp_path, rules)
    assert set_up.play(FTP.at(1, 10, {"TLS": TLS12}), FTP.at(3, 20, {"TLS": TLS12})) == []
    assert (set_up.engine.tally.evaluated, set_up.engine.tally.unmatched) == (1, 1)


def test_a_protocol_without_a_rule_set_is_no_match(tmp_path: Path) -> None:
    """One rule set for each of the three security protocols and one rule set for connections
    with no recognized protection."""
    set_up = stage(tmp_path, policy(tls=LOG))
    assert set_up.play(FTP.at(1, 10, {"SSH": SSH2}), FTP.at(3, 20, {"SSH": SSH2})) == []
    assert set_up.engine.tally.unmatched == 1


def test_ccc_re_evaluation(tmp_path: Path) -> None:
    """If an FTP session is protected by TLS and matches a zERT rule for TLS and then the user
    issues a CCC command to clear the protection on the control connection, zERT reevaluates the
    connection against the no-protection rule set at that point."""
    found = stage(tmp_path, policy(tls=LOG, none=LOG_AND_RESET)).play(
        FTP.at(1, 10, {"TLS": TLS12}), FTP.at(2, 42), FTP.at(3, 42.5)
    )
    assert [[m.rule.name for m in one.matches] for one in found] == [
        ["tls-rest"],
        ["none-rest"],
        [],
    ]
    assert ids(found) == ["EZZ8583I", "EZZ8584I"]
    assert "12:00:42.00" in texts(found)[1]
    assert "secproto= None" in texts(found)[1]
    assert [one.is_cut for one in found] == [False, False, True]


def test_the_same_protection_is_evaluated_once(tmp_path: Path) -> None:
    """Some specific events such as a change in cryptographic protection of the connection drive
    zERT enforcement to reevaluate a connection."""
    set_up = stage(tmp_path, policy(tls=LOG))
    other_session = {**TLS12, "session_id": "07" * 32, "handshake": 2}
    found = set_up.play(
        FTP.at(1, 10, {"TLS": TLS12}), FTP.at(2, 20, {"TLS": other_session}),
        FTP.at(2, 30, {"TLS": TLS11}), FTP.at(3, 40, {"TLS": TLS11}),
    )  # fmt: skip
    assert [one.event.event for one in found] == [1, 2]
    assert set_up.engine.tally.evaluated == 2
    assert set_up.engine.open_connections == 0


def test_first_match_general_specific_catch_all(tmp_path: Path) -> None:
    """If a connection does not match the general rule, the specific rules are examined in the
    order you specify them until a match is found. [The article's scenario: TLS 1.2, TN3270 may
    use 1.1, the rest generates an audit record.]"""
    tn3270 = Connection(number=1, job="TN3270", local_port=992, remote_ip="10.20.1.1")
    set_up = stage(tmp_path, ARTICLE)
    found = set_up.play(
        tn3270.at(4, 5, {"TLS": TLS11}), FTP.at(4, 6, {"TLS": TLS12}), FTP.at(4, 7, {"TLS": TLS11})
    )
    assert [one.audit for one in found] == [True]
    assert dict(set_up.engine.tally.matches) == {
        ("TLS", "TN3270"): 1, ("TLS", "TLS 1.2 or later"): 1, ("TLS", "Rest"): 1,
    }  # fmt: skip


def test_silent_allow(tmp_path: Path) -> None:
    """The default action to silently allow the connection is used when none of the actions is
    specified."""
    set_up = stage(tmp_path, policy(tls=Action("Allow")))
    assert set_up.play(FTP.at(1, 10, {"TLS": TLS12}), FTP.at(3, 20, {"TLS": TLS12})) == []
    assert set_up.engine.tally.matches["TLS", "tls-rest"] == 1


@pytest.mark.parametrize(
    ("action", "written"),
    [(Action("A", syslog_level=0), (0,)), (LOG, (4,)), (Action("A", syslog_level=7), (7,))],
)
def test_log_to_syslogd_at_the_level_of_the_rule(
    tmp_path: Path, action: Action, written: tuple[int, ...]
) -> None:
    """The messages are logged to syslogd using facility LOCAL5. The syslogd priority is
    determined by the LogLevel parameter."""
    found = stage(tmp_path, policy(tls=action)).play(FTP.at(1, 10, {"TLS": TLS12}))
    assert tuple(message.level for message in found[0].syslog) == written
    assert ids(found) == ["EZZ8583I"]


def test_reset_with_log(tmp_path: Path) -> None:
    """When both the log to syslogd and reset TCP connection actions are specified, the generated
    log message is EZZ8584I. EZZ8562I is written when log to console and reset actions are
    specified."""
    found = stage(tmp_path, policy(tls=LOG_AND_RESET)).play(FTP.at(1, 10, {"TLS": TLS12}))
    assert ids(found) == ["EZZ8584I"]
    assert found[0].console[0].lines[0] == "EZZ8562I CONN RESET BY ZERT POLICY"
    assert found[0].reset == "VARY TCPIP,TCPIP,DROP,CONN=00001A2B"


def test_log_to_console_alone(tmp_path: Path) -> None:
    """EZZ8551I is written when log to console is only specified."""
    found = stage(tmp_path, policy(tls=CONSOLE)).play(FTP.at(1, 10, {"TLS": TLS12}))
    assert [one.lines[0] for one in found[0].console] == ["EZZ8551I CONN LOGGED BY ZERT POLICY"]
    assert (found[0].syslog, found[0].reset) == ((), "")


def test_a_reset_logs_nothing_by_itself(tmp_path: Path) -> None:
    """The reset action does not log a message automatically."""
    found = stage(tmp_path, policy(none=RESET)).play(FTP.at(1, 10))
    assert (found[0].syslog, found[0].console, found[0].audit) == ((), (), False)
    assert found[0].reset


def test_the_termination_of_a_reset_connection_carries_the_flag(tmp_path: Path) -> None:
    """When a connection is reset, a new flag is set in the subtype 11 record for event types,
    connection termination, and short connection termination."""
    set_up = stage(tmp_path, policy(none=RESET))
    found = set_up.play(
        FTP.at(1, 10), FTP.at(2, 20, {"TLS": TLS12}), FTP.at(3, 30),
        Connection(number=2).at(4, 31),
    )  # fmt: skip
    assert [(one.event.event, one.is_cut, bool(one.reset)) for one in found] == [
        (1, False, True), (3, True, False), (4, True, True),
    ]  # fmt: skip
    last = [audit.last_record(one) for one in found if one.is_cut]
    rows = read(tmp_path, last)[0].connections.select("event", "flags").rows()
    assert rows == [(3, 0x20 | FTP.flags), (4, 0x20 | FTP.flags)]
    assert set_up.engine.tally.ignored == 1  # nothing is done about a connection that is cut


def test_reset_wins_over_allow(tmp_path: Path) -> None:
    """This action resets connections that are established [: one rule that says so is enough]."""
    found = stage(tmp_path, policy(tls=Action("Allow"), ipsec=LOG_AND_RESET)).play(
        FTP.at(1, 10, {"TLS": TLS12, "IPSEC": TUNNEL})
    )
    assert found[0].reset
    assert [match.rule.name for match in found[0].matches] == ["tls-rest", "ipsec-rest"]


def console_ids(one: Outcome) -> list[str]:
    return [message.lines[0].split()[0] for message in one.console]


def test_where_all_must_reset_one_alone_does_not_and_does_not_say_so(tmp_path: Path) -> None:
    """A setting of ours, where IBM says nothing: all matching rules must agree on the reset."""
    how = Settings(matching=matching.Settings(several_rules=matching.Conflict.ALL_RESET))
    both = FTP.at(1, 10, {"TLS": TLS12, "IPSEC": TUNNEL})
    (one,) = stage(tmp_path, policy(tls=LOG_AND_RESET, ipsec=Action("Allow")), how).play(both)
    assert (ids([one]), console_ids(one), one.reset) == (["EZZ8583I"], ["EZZ8551I"], "")
    (one,) = stage(tmp_path, policy(tls=LOG_AND_RESET, ipsec=RESET), how).play(both)
    assert (ids([one]), console_ids(one)) == (["EZZ8584I"], ["EZZ8562I"])
    assert one.reset


def test_udp_untouched(tmp_path: Path) -> None:
    """zERT enforcement rules describe acceptable or unacceptable cryptographic protection
    attributes for TCP connections."""
    peer = Connection(ip_proto=UDP, local_port=12_000, flags=0)
    set_up = stage(tmp_path, policy(ipsec=LOG_AND_RESET, none=LOG_AND_RESET))
    assert set_up.play(peer.at(1, 10, {"IPSEC": TUNNEL}), peer.at(2, 20), peer.at(3, 30)) == []
    tally = set_up.engine.tally
    assert (tally.evaluated, tally.matches.total()) == (0, 0)
    assert dict(tally.analysis_only) == {("IPsec", "ipsec-rest"): 1, ("None", "none-rest"): 1}


@pytest.fixture
def logged(tmp_path: Path) -> Stage:
    return stage(tmp_path, policy(tls=LOG, none=LOG))


def test_a_short_connection_is_enforced_at_its_end(logged: Stage) -> None:
    """When new TCP connections are established, zERT discovery is used to determine if any
    cryptographic protocols are being used. [Below ten seconds that is told once.]"""
    assert ids(logged.play(FTP.at(4, 3, {"TLS": TLS12}))) == ["EZZ8583I"]
    assert logged.engine.open_connections == 0


def test_a_connection_id_comes_again(logged: Stage) -> None:
    """The connection ID that uniquely identifies the connection [that is up]."""
    first, second = Connection(number=7), Connection(number=7, after=60)
    found = logged.play(first.at(1, 10, {"TLS": TLS12}), second.at(1, 70, {"TLS": TLS12}))
    assert len(found) == 2
