"""Subtype 12 records written by hand: every field that the decoder gives, worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.builders.golden import GOLDEN, load_golden
from tests.builders.reading import microseconds, read_records

# Worked out by hand, beside the hex. `local_end` there: 13:30:00.25 on 5 October 2026, and the
# midnight that ends the year, in microseconds since 1970.
CASES = json.loads((GOLDEN / "s12.expected.json").read_text())
STYLES = ("s12_names_total_count", "s12_names_total_one", "s12_names_first_count")


@pytest.mark.parametrize("name", CASES)
def test_every_field_of_a_golden_record_is_read(tmp_path: Path, name: str) -> None:
    wanted = CASES[name]
    batch = read_records(tmp_path, load_golden(name))
    assert (batch.records, batch.rejects, batch.ignored) == (1, [], {})

    session = batch.sessions.row(0, named=True)
    assert session.pop("session_index") == 0
    assert len(session.pop("digest")) == 16
    assert session == wanted["session"]

    activity = batch.activity.row(0, named=True)
    assert isinstance(activity.pop("fingerprint"), int)
    assert activity == wanted["activity"]

    protection = batch.protections.row(0, named=True)
    assert json.loads(protection["raw"]) == wanted["raw"]
    assert protection["protocol"] == wanted["raw"]["protocol"]
    assert (protection["protection_index"], len(protection["digest"])) == (0, 16)
    assert len(batch.sessions) == len(batch.activity) == len(batch.protections) == 1


def test_every_interval_record_has_its_expectation() -> None:
    events = {"s12_enabled", "s12_disabled"}
    assert {path.stem for path in GOLDEN.glob("s12_*.hex")} == CASES.keys() | events


@pytest.mark.parametrize("kind", ["enabled", "disabled"])
def test_an_aggregation_event_is_coverage_and_counted(tmp_path: Path, kind: str) -> None:
    batch = read_records(tmp_path, load_golden(f"s12_{kind}"))
    assert batch.ignored == {f"aggregation_{kind}": 1}
    assert batch.coverage.rows(named=True) == [
        {
            "sysplex": "PLEXA",
            "system": "SYSA",
            "stack": "TCPIP",
            "local_time": microseconds(2026, 10, 5, 13, 30, 0, 250_000),
            "kind": f"aggregation_{kind}",
        }
    ]
    assert batch.activity.is_empty()
    assert batch.rejects == []


def test_the_three_styles_of_the_names_triplet_are_one_session(tmp_path: Path) -> None:
    batch = read_records(tmp_path, *(load_golden(name) for name in STYLES))
    assert (len(batch.protections), len(batch.sessions)) == (1, 1)
    assert batch.activity["session_index"].to_list() == [0, 0, 0]
    assert batch.activity["fingerprint"].n_unique() == 1
