"""Each stack under its own policy; another installation is an event that a journal can repeat."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from enforcement.engine.outcome import Console, Outcome
from enforcement.engine.settings import DEFAULTS
from enforcement.live.engines import Engines
from enforcement.live.policies import Installed, Refresh
from policy import documents
from policy.checks import UNKNOWN_SURROUNDINGS, Surroundings
from policy.model import Policy
from policy.values.actions import Action
from tests.builders.enforcement.records import SSH2, TLS12, Connection, policy, read

A, B = ("PLEXA", "SYSA", "TCPIP"), ("PLEXA", "SYSB", "TCPIP")
NOTHING = Policy(())
LOGS, CUTS = (
    policy(tls=Action("Log", syslog_level=3)),
    policy(tls=Action(syslog_level=4, reset=True)),
)
TLS = {"TLS": TLS12}


def put(stack: tuple[str, str, str], rules: Policy, digest: str) -> Installed:
    return Installed(stack, digest, "2026-11-01T10:00:00", documents.to_tree(rules))


def engines(refresh: Refresh = Refresh.NEXT_CHANGE, **facts: bool) -> Engines:
    around = Surroundings(day=UNKNOWN_SURROUNDINGS.day, **facts) if facts else UNKNOWN_SURROUNDINGS
    return Engines(NOTHING, DEFAULTS, around, refresh)


def play(found: Engines, place: Path, *records: bytes) -> list[str]:
    said = []
    for batch in read(place, records):
        for one in found.run(batch.connections, batch.coverage):
            texts = one.syslog if isinstance(one, Outcome) else ()
            said += [f"{text.system} {text.text.split()[0]}" for text in texts]
            if isinstance(one, Console):
                said.append(one.lines[0].split()[0])
    return said


def connection(number: int, system: str = "SYSA") -> Connection:
    return Connection(number=number, system=system)


def test_stacks_are_judged_by_what_is_installed_there(tmp_path: Path) -> None:
    found = engines()
    one, other = connection(1).at(1, 1, TLS), connection(2, "SYSB").at(1, 2, TLS)
    assert play(found, tmp_path, one, other) == []
    assert list(found.install([put(A, LOGS, "a"), put(B, CUTS, "b")])) == []
    three, four = connection(3).at(1, 3, TLS), connection(4, "SYSB").at(1, 4, TLS)
    five = connection(5, "SYSC").at(1, 5, TLS)
    assert play(found, tmp_path, four, three, five) == ["SYSA EZZ8583I", "SYSB EZZ8584I"]
    assert found.tally.resets == 1
    assert found.met == {A: 2, B: 2, ("PLEXA", "SYSC", "TCPIP"): 1}


@pytest.mark.parametrize(
    ("refresh", "expected"),
    [(Refresh.NEXT_CHANGE, []), (Refresh.NEXT_RECORD, ["SYSA EZZ8583I"])],
)
def test_connections_that_are_up_when_a_policy_comes(
    tmp_path: Path, refresh: Refresh, expected: list[str]
) -> None:
    found = engines(refresh)
    up, apart = connection(1), connection(2, "SYSB")
    list(found.install([put(B, LOGS, "a")]))
    assert play(found, tmp_path, up.at(1, 1, TLS), apart.at(1, 2, TLS)) == ["SYSB EZZ8583I"]
    list(found.install([put(A, LOGS, "a"), put(B, LOGS, "a")]))
    again = (up.at(3, 9, TLS), apart.at(3, 9, TLS))
    assert play(found, tmp_path, *again) == expected, "the stack that has what it had: nothing"


def test_a_changed_protection_meets_the_new_policy(tmp_path: Path) -> None:
    found, up = engines(), connection(1)
    play(found, tmp_path, up.at(1, 1, {"SSH": SSH2}))
    list(found.install([put(A, LOGS, "a")]))
    assert play(found, tmp_path, up.at(2, 5, TLS)) == ["SYSA EZZ8583I"]


def test_counters_go_on_under_the_new_policy(tmp_path: Path) -> None:
    found = engines()
    list(found.install([put(A, LOGS, "a")]))
    first = [connection(n).at(1, 1 + n / 100, TLS) for n in range(1, 9)]
    assert len(play(found, tmp_path, *first)) == 8
    louder = policy(tls=Action("Other", syslog_level=1))
    list(found.install([put(A, louder, "b")]))
    more = [connection(n).at(1, 2 + n / 100, TLS) for n in range(11, 19)]
    assert len(play(found, tmp_path, *more)) == 2, "ten of the rule in its interval"


def test_stacks_speak_when_their_policy_is_installed(tmp_path: Path) -> None:
    audits = policy(tls=Action(audit=True))
    found = engines(audits_to_smf=False, audits_to_nmi=False)
    list(found.install([put(A, LOGS, "a"), put(B, audits, "b")]))
    a, b = connection(1).at(1, 1, {}), connection(2, "SYSB").at(1, 2, {})
    assert play(found, tmp_path, a, b) == ["EZZ8565I"]
    assert play(found, tmp_path, connection(3, "SYSB").at(1, 3, {})) == [], "once"
    (said,) = found.install([put(A, audits, "b"), put(B, audits, "b")])
    assert said.lines[0].split()[0] == "EZZ8565I"
    off = engines(zert_is_on=False)
    list(off.install([put(A, LOGS, "a")]))
    assert play(off, tmp_path, connection(1).at(1, 1, TLS)) == ["EZZ8564I"]


def test_what_is_told_of_one_stack_holds_there_alone(tmp_path: Path) -> None:
    found = engines(zert_is_on=True)
    off = replace(put(A, LOGS, "a"), facts={"zert_is_on": False})
    assert list(found.install([off, put(B, LOGS, "a")])) == []
    a, b = connection(1).at(1, 1, TLS), connection(2, "SYSB").at(1, 2, TLS)
    assert play(found, tmp_path, a, b) == ["EZZ8564I", "SYSB EZZ8583I"]
    found.recall(json.loads(json.dumps(found.memory())), found.memories(), is_same=True)
    assert play(found, tmp_path, connection(3).at(1, 3, TLS)) == []
    list(found.install([put(A, LOGS, "a"), put(B, LOGS, "a")]))
    assert play(found, tmp_path, connection(4).at(1, 4, TLS)) == ["SYSA EZZ8583I"]


def test_nothing_is_enforced_where_nobody_can_tell_what_is_installed(tmp_path: Path) -> None:
    found = Engines(LOGS, DEFAULTS, UNKNOWN_SURROUNDINGS)
    list(found.install([replace(put(A, NOTHING, ""), unclear="it is there twice")]))
    both = connection(1).at(1, 1, TLS), connection(2, "SYSB").at(1, 2, TLS)
    assert play(found, tmp_path, *both) == ["SYSB EZZ8583I"]


def test_names_of_stacks_are_the_same_in_small_letters(tmp_path: Path) -> None:
    found = engines()
    list(found.install([put(A, LOGS, "a")]))
    assert play(found, tmp_path, connection(1, "sysa").at(1, 1, TLS)) == ["sysa EZZ8583I"]


def test_what_is_remembered_goes_through_json(tmp_path: Path) -> None:
    plan = [put(A, LOGS, "a"), put(B, CUTS, "b")]
    one, other = engines(), engines()
    list(one.install(plan))
    first = [connection(n, system).at(1, n, TLS) for n, system in ((1, "SYSA"), (2, "SYSB"))]
    play(one, tmp_path, *first)
    told = json.loads(json.dumps([one.memory(), one.memories()]))
    other.recall(*told, is_same=True)
    assert (other.plan, other.met) == (one.plan, one.met)
    rest = [connection(n, system).at(3, n + 5, TLS) for n, system in ((1, "SYSA"), (2, "SYSB"))]
    rest += [connection(n, "SYSB").at(1, n + 6, TLS) for n in range(3, 16)]
    assert play(other, tmp_path, *rest) == play(one, tmp_path, *rest)
    assert other.open_connections == one.open_connections == 13


@pytest.mark.parametrize(
    ("refresh", "rules", "expected"),
    [
        (Refresh.NEXT_CHANGE, CUTS, []),
        (Refresh.NEXT_RECORD, CUTS, ["SYSA EZZ8584I"]),
        (Refresh.NEXT_RECORD, LOGS, []),
    ],
)
def test_another_policy_for_all_at_the_next_start(
    tmp_path: Path, refresh: Refresh, rules: Policy, expected: list[str]
) -> None:
    """SYSB has an installation of its own, which stays; another setting is no other policy."""
    one = Engines(LOGS, DEFAULTS, UNKNOWN_SURROUNDINGS)
    up, apart = connection(1), connection(2, "SYSB")
    list(one.install([put(B, LOGS, "b")]))
    assert len(play(one, tmp_path, up.at(1, 1, TLS), apart.at(1, 2, TLS))) == 2
    told = json.loads(json.dumps([one.memory(), one.memories()]))
    other = Engines(rules, DEFAULTS, UNKNOWN_SURROUNDINGS, refresh)
    other.recall(*told, is_same=False)
    again = (up.at(3, 9, TLS), apart.at(3, 9, TLS))
    assert play(other, tmp_path, *again) == expected
