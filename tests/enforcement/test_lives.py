"""Lives of connections where the article is silent: our readings, and the settings for others."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from enforcement.engine import states, traffic
from enforcement.engine.settings import Again, Opener, Remembering, Settings
from policy import settings as matching
from policy.attributes import Direction
from policy.model import Policy, Rule, RuleSet, Traffic
from policy.settings import Failed, Scope
from policy.values.actions import Action
from policy.vocabulary import Protocol
from smf.decode import columns
from smf.encode.values import Values
from tests.builders.enforcement.records import (
    SSH2,
    TLS11,
    TLS12,
    TUNNEL,
    UDP,
    Connection,
    policy,
    stage,
    switched,
)

LOG = Action("Log", syslog_level=4)
FTP = Connection()
FAILED_TLS: Values = {"source": 1, "handshake": 3}
FAILED_SSH: Values = {"source": 2, "status": 0x80}


@pytest.mark.parametrize(("again", "times"), [(Again.NEW_STATE, 2), (Again.EACH_CHANGE, 3)])
def test_a_protection_that_comes_back(tmp_path: Path, again: Again, times: int) -> None:
    set_up = stage(tmp_path, policy(tls=LOG), Settings(again=again))
    set_up.play(*(FTP.at(2, 10 * n, {"TLS": one}) for n, one in enumerate((TLS12, TLS11, TLS12))))
    assert set_up.engine.tally.evaluated == times


@pytest.mark.parametrize("event", [5, 6])
def test_a_switch_of_zert_forgets_the_connections_of_its_stack(tmp_path: Path, event: int) -> None:
    set_up = stage(tmp_path, policy(tls=LOG))
    other = Connection(system="SYSB")
    found = set_up.play(
        FTP.at(1, 10, {"TLS": TLS12}),
        other.at(1, 10, {"TLS": TLS12}),
        switched(event, 20),
        FTP.at(3, 30, {"TLS": TLS12}),
        other.at(3, 30, {"TLS": TLS12}),
    )
    assert [(one.event.event, one.event.system) for one in found] == [
        *[(1, "SYSA"), (1, "SYSB"), (3, "SYSA")]
    ]


def test_a_switch_stands_where_its_time_is(tmp_path: Path) -> None:
    set_up = stage(tmp_path, policy(tls=LOG))
    first, second, later = FTP.at(1, 10, {"TLS": TLS12}), FTP.at(2, 20), switched(6, 20)
    assert len(set_up.play(first, second, later)) == 1
    assert set_up.engine.open_connections == 0
    set_up.play(first, switched(6, 9))
    assert set_up.engine.open_connections == 1
    set_up.play(switched(6, 50))
    assert set_up.engine.open_connections == 0


def test_a_switch_of_aggregation_forgets_nothing(tmp_path: Path) -> None:
    other = pl.DataFrame(
        {
            "sysplex": ["PLEXA"], "system": ["SYSA"], "stack": ["TCPIP"],
            "local_time": [0], "kind": ["aggregation_disabled"],
        },
        schema=columns.COVERAGE,
    )  # fmt: skip
    set_up = stage(tmp_path, policy(tls=LOG))
    set_up.play(FTP.at(1, 10, {"TLS": TLS12}))
    nothing = pl.DataFrame(schema=columns.CONNECTIONS)
    assert list(set_up.engine.run(nothing, other)) == []
    assert set_up.engine.open_connections == 1


DAY = 86_400


def test_a_connection_whose_end_never_comes_is_forgotten(tmp_path: Path) -> None:
    set_up = stage(tmp_path, policy(tls=LOG), Settings(remembering=Remembering(remember_days=2)))
    other = Connection(number=2)
    found = set_up.play(
        FTP.at(1, 0, {"TLS": TLS12}),
        other.at(1, DAY, {"TLS": TLS12}),
        FTP.at(2, 2 * DAY, {"TLS": TLS12}),  # just in time
        other.at(2, 3 * DAY + 1, {"TLS": TLS12}),  # too late: as if it were the first
        FTP.at(3, 3 * DAY + 2, {"TLS": TLS12}),
    )
    assert [(one.event.conn_id, one.event.event) for one in found] == [
        *[(FTP.number, 1), (2, 1), (2, 2)]
    ]
    assert (set_up.engine.tally.forgotten, set_up.engine.open_connections) == (1, 1)


def test_of_too_many_connections_the_longest_silent_one_is_forgotten(tmp_path: Path) -> None:
    how = Settings(remembering=Remembering(remember_connections=2))
    set_up = stage(tmp_path, policy(tls=LOG), how)
    one, two, three = (Connection(number=number) for number in (1, 2, 3))
    elsewhere = Connection(number=9, system="SYSB")
    found = set_up.play(
        *(each.at(1, n, {"TLS": TLS12}) for n, each in enumerate((one, two, elsewhere))),
        one.at(2, 3, {"TLS": TLS12}),
        three.at(1, 4, {"TLS": TLS12}),  # the second goes
        one.at(2, 5, {"TLS": TLS12}),
        two.at(3, 6, {"TLS": TLS12}),
    )
    assert [each.event.conn_id for each in found] == [1, 2, 9, 3, 2]
    assert (set_up.engine.tally.forgotten, set_up.engine.open_connections) == (1, 3)


def test_enforcement_records_of_the_stack_itself_are_no_change(tmp_path: Path) -> None:
    set_up = stage(tmp_path, policy(tls=LOG, none=LOG))
    found = set_up.play(FTP.at(1, 10, {"TLS": TLS12}), FTP.at(7, 10))
    assert len(found) == 1
    assert set_up.engine.tally.ignored == 1


def test_resets_that_the_stack_itself_recorded_are_compared(tmp_path: Path) -> None:
    set_up = stage(tmp_path, policy(none=Action("Cut", reset=True)))
    second = Connection(number=2)
    set_up.play(
        FTP.at(1, 10), FTP.at(3, 12, flags=0x30), Connection(number=3).at(4, 13, flags=0x30),
        second.at(4, 14, {"TLS": TLS12}, flags=0x30), second.at(4, 15, {"TLS": TLS12}),
    )  # fmt: skip
    tally = set_up.engine.tally
    assert (tally.told_resets, tally.agreed_resets, tally.resets) == (3, 2, 2)


@pytest.mark.parametrize("section", [{"TLS": FAILED_TLS}, {"SSH": FAILED_SSH}])
def test_a_failed_handshake_is_checked_as_the_setting_says(
    tmp_path: Path, section: dict[str, Values]
) -> None:
    rules = policy(tls=LOG, ssh=LOG, none=LOG)
    silent = stage(tmp_path, rules)
    assert silent.play(FTP.at(4, 3, section)) == []
    assert silent.engine.tally.unchecked == 1
    how = Settings(matching=matching.Settings(failed_handshake=Failed.NO_PROTECTION))
    found = stage(tmp_path, rules, how).play(FTP.at(4, 3, section))
    assert [match.protocol for match in found[0].matches] == [Protocol.NONE]


def test_a_failed_handshake_beside_a_tunnel(tmp_path: Path) -> None:
    found = stage(tmp_path, policy(tls=LOG, ipsec=LOG, none=LOG)).play(
        FTP.at(4, 3, {"TLS": FAILED_TLS, "IPSEC": {"major": 2}})
    )
    assert [match.protocol for match in found[0].matches] == [Protocol.IPSEC]


def direction(*ways: Direction) -> Policy:
    """A rule for each way, for every protocol."""
    rules = tuple(Rule(way.value, LOG, Traffic(direction=way)) for way in ways)
    return Policy(tuple(RuleSet(f"{one}", one, specific=rules) for one in Protocol))


@pytest.mark.parametrize(
    ("flags", "section", "way"),
    [
        (0x10, {"TLS": {**TLS12, "role": 1}}, Direction.INBOUND),
        (0x08, {"TLS": TLS12}, Direction.OUTBOUND),
        (0, {"TLS": {**TLS12, "role": 1}}, Direction.OUTBOUND),
        (0, {"TLS": {**TLS12, "role": 3}}, Direction.INBOUND),
        (0, {"SSH": SSH2}, Direction.INBOUND),
        (0, {"SSH": {**SSH2, "component": "SFTPC"}}, Direction.OUTBOUND),
        (0, {"SSH": {**SSH2, "component": ""}}, None),
        (0, {}, None),
    ],
)
def test_who_opened_a_connection(
    tmp_path: Path, flags: int, section: dict[str, Values], way: Direction | None
) -> None:
    both = direction(Direction.INBOUND, Direction.OUTBOUND)
    found = stage(tmp_path, both).play(Connection(flags=flags).at(4, 3, section))
    assert [one.direction for one in found] == ([way] if way else [])
    assert [one.matches[0].rule.name for one in found] == ([way.value] if way else [])


@pytest.mark.parametrize(
    ("local", "remote", "way"),
    [(21, 40_000, Direction.INBOUND), (40_000, 21, Direction.OUTBOUND), (21, 21, None)],
)
def test_ports_tell_who_opened_a_connection_when_asked_to(
    tmp_path: Path, local: int, remote: int, way: Direction | None
) -> None:
    plain = Connection(flags=0, local_port=local, remote_port=remote).at(4, 3)
    found = stage(tmp_path, policy(none=LOG), Settings(opener=Opener.PORTS)).play(plain)
    assert found[0].direction is way


def test_udp_under_a_rule_that_resets_is_not_cut(tmp_path: Path) -> None:
    set_up = stage(tmp_path, policy(none=Action("Cut", reset=True)))
    assert set_up.play(Connection(ip_proto=UDP).at(4, 3)) == []


def test_memory_of_texts_and_addresses_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(states, "_MOST_TEXTS", 3)
    monkeypatch.setattr(traffic, "_MOST_ADDRESSES", 3)
    set_up = stage(tmp_path, policy(tls=LOG), Settings(matching=matching.Settings(Scope.ALL)))
    for first in (1, 2, 3):
        set_up.play(
            *(
                Connection(number=n, remote_ip=f"10.0.{first}.{n}").at(
                    1, 10, {"TLS": {**TLS12, "role": n % 3, "enc": n % 3}}
                )
                for n in range(8)
            )
        )
    # The second and third time the same connections come again, with the same protection.
    assert set_up.engine.tally.evaluated == 8
    assert len(set_up.engine._states.known) == 3


CERTIFICATE: Values = {**TLS12, "scert": {"klen": 2048}}
DIFFERENCES = [
    ("TLS", TLS12, CERTIFICATE),
    ("TLS", CERTIFICATE, {**TLS12, "scert": {"klen": 4096}}),
    ("SSH", SSH2, {**SSH2, "skey_len": 3072}),
    ("SSH", {**SSH2, "skey_len": 3072}, {**SSH2, "skey_len": 3072, "scert": {"klen": 2048}}),
    ("IPSEC", TUNNEL, {**TUNNEL, "major": 0}),
    ("IPSEC", TUNNEL, {**TUNNEL, "p2_enc": 9}),
    ("TLS", TLS12, {**TLS12, "source": 2}),
]


@pytest.mark.parametrize(("protocol", "before", "after"), DIFFERENCES)
def test_whatever_a_rule_can_ask_for_is_a_change(
    tmp_path: Path, protocol: str, before: Values, after: Values
) -> None:
    found = stage(tmp_path, policy(**{protocol.lower(): LOG})).play(
        FTP.at(1, 10, {protocol: before}), FTP.at(2, 20, {protocol: after})
    )
    assert [one.event.event for one in found] == [1, 2]


def test_protections_of_many_connections_are_read_once(tmp_path: Path) -> None:
    set_up = stage(tmp_path, policy(tls=LOG))
    set_up.play(
        *(
            Connection(number=n).at(4, 1, {"TLS": {**TLS12, "session_id": f"{n:064x}"}})
            for n in range(9)
        )
    )
    assert len(set_up.engine._states._texts) == 1


def test_a_bit_without_its_section_protects_nothing(tmp_path: Path) -> None:
    found = stage(tmp_path, policy(tls=LOG, none=LOG)).play(
        FTP.at(1, 10, {"TLS": TLS12}, protocols=0)
    )
    assert [match.protocol for match in found[0].matches] == [Protocol.NONE]


@pytest.mark.parametrize(
    ("event", "flags", "moved", "section", "doubtful"),
    [
        (4, 0, 8_192, {}, 1),
        (4, 0, 8_193, {}, 0),
        (4, 0x10, 100, {}, 0),
        (1, 0, 100, {}, 0),
        (4, 0, 100, {"TLS": TLS12}, 0),
    ],
)
def test_what_is_perhaps_a_failed_handshake_is_counted(
    tmp_path: Path, event: int, flags: int, moved: int, section: dict[str, Values], doubtful: int
) -> None:
    set_up = stage(tmp_path, policy(tls=LOG, none=LOG))
    sizes = {"in_bytes": moved - 50, "out_bytes": 50}
    found = set_up.play(Connection(flags=flags).at(event, 3, section, **sizes))
    assert [one.is_doubtful for one in found] == [bool(doubtful)]
    assert set_up.engine.tally.doubtful == doubtful
