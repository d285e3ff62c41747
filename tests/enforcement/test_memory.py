"""An engine that goes on where another one was left says what that one would have said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from enforcement.engine.engine import Engine
from enforcement.engine.settings import Limits, Settings
from policy.values.actions import Action
from tests.builders.enforcement.records import (
    TLS11,
    TLS12,
    TUNNEL,
    Connection,
    outcomes,
    policy,
    read,
)

ACTION = Action("Cut", syslog_level=4, console=True, audit=True, reset=True)
LOG = Action("Log", syslog_level=4)
RULES = policy(tls=LOG, ipsec=ACTION)
SETTINGS = Settings(limits=Limits(per_rule=2, over_all=5))


def history() -> list[bytes]:
    found = []
    for number in range(40):
        one = Connection(number=number % 9, after=number // 9, system=f"SY{number % 2}")
        protection = {"TLS": TLS12 if number % 3 else TLS11}
        if number % 5 == 0:
            protection["IPSEC"] = TUNNEL
        found.append(one.at(1 + number % 3, number * 30, protection))
    return found


@pytest.mark.parametrize("place", range(1, 40, 6))
def test_memory_goes_on(tmp_path: Path, place: int) -> None:
    records = history()
    expected = list(outcomes(Engine(RULES, SETTINGS), read(tmp_path, records)))
    first, second = Engine(RULES, SETTINGS), Engine(RULES, SETTINGS)
    found = list(outcomes(first, read(tmp_path, records[:place])))
    second.recall(json.loads(json.dumps(first.memory())))
    assert second.open_connections == first.open_connections
    found += outcomes(second, read(tmp_path, records[place:]))
    assert found == expected
    assert any(one.suppressed for one in expected)
    assert any("EZZ8585I" in line.text for one in expected for line in one.syslog)
    assert second.memory()["counters"] != []
