"""Records that enforcement writes, read back by the decoder with nothing lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from enforcement.engine import audit
from enforcement.engine.engine import Engine
from enforcement.engine.outcome import Event, Match, Outcome, State
from policy.model import Rule
from policy.values.actions import Action
from policy.vocabulary import Protocol
from smf.decode import columns
from smf.reader import DumpReader
from tests.builders.enforcement.records import outcomes, policy, read
from tests.builders.golden import load_golden
from tests.builders.surgery import resized
from tests.conftest import SAMPLES

AUDIT = Action("Audit", audit=True)
EVERY = policy(tls=AUDIT, ssh=AUDIT, ipsec=AUDIT, none=AUDIT)
GOLDEN = ("d11_initiation", "d11_change", "d11_termination", "d11_short")
TLS_SLOT = 3


def test_an_event_has_the_columns_of_a_decoder() -> None:
    assert list(Event.__dataclass_fields__) == list(columns.CONNECTIONS)


def audited(directory: Path, records: list[bytes]) -> list[Outcome]:
    return [one for one in outcomes(Engine(EVERY), read(directory, records)) if one.audit]


def compare(directory: Path, found: list[Outcome]) -> None:
    """What was written says what the records at hand said, and which rules matched."""
    written = [audit.enforcement_record(one) for one in found]
    rows = [
        Event(*row)
        for batch in read(directory, written, "audit")
        for row in batch.connections.iter_rows()
    ]
    for outcome, row in zip(found, rows, strict=True):
        given, raw = json.loads(outcome.event.raw), json.loads(row.raw)
        names = audit.rule_names(bytes.fromhex(raw.pop("policy")))
        assert names == {match.protocol: match.rule.name for match in outcome.matches}
        given.pop("policy")
        assert raw == given
        own = ("event", "fingerprint", "raw")
        for name in (one for one in columns.CONNECTIONS if one not in own):
            assert getattr(row, name) == getattr(outcome.event, name), name
        assert row.event == 7


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_records_lose_nothing(tmp_path: Path, name: str) -> None:
    found = audited(tmp_path, [load_golden(name)])
    assert len(found) == 1
    compare(tmp_path, found)


def test_bytes_that_no_table_describes_are_kept(tmp_path: Path) -> None:
    longer = resized(load_golden("d11_initiation"), TLS_SLOT, 176, b"\x12\x34" * 4)
    found = audited(tmp_path, [longer])
    assert json.loads(found[0].event.raw)["opaque"] == {"tls.168": "12341234" * 2}
    compare(tmp_path, found)


def test_the_records_of_a_site_lose_nothing(tmp_path: Path) -> None:
    with DumpReader(SAMPLES / "detail-rdw.smf") as reader:
        found = [one for one in outcomes(Engine(EVERY), list(reader)) if one.audit]
    assert len(found) > 100
    assert {match.protocol for one in found for match in one.matches} == set(Protocol)
    compare(tmp_path, found)


def test_a_text_that_the_code_page_lacks_is_not_the_end(tmp_path: Path) -> None:
    one = audited(tmp_path, [load_golden("d11_initiation")])[0]
    fields = {name: getattr(one.event, name) for name in columns.CONNECTIONS}
    odd = Event(**{**fields, "job": "A\ufffdB", "system": "S\ufffdLONG"})
    record = audit.enforcement_record(Outcome(odd, State(), None, one.matches))
    row = read(tmp_path, [record])[0].connections.row(0, named=True)
    assert (row["job"], row["system"]) == ("A?B", "S?LONG")


def test_long_names_of_rules_are_cut_as_in_a_file() -> None:
    match = Match(Protocol.SSH, "set", 0, Rule("Rule {" + "x" * 40))
    section = audit.policy_section((match,))
    assert len(section) == 128
    assert audit.rule_names(section) == {Protocol.SSH: "Rule__" + "x" * 26}
    assert audit.rule_names(b"\x40" * 16) == {}
