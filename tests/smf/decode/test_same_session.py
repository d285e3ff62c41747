"""Which records are of the same security session, and which protections are the same."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smf.decode.identity.hashing import mix, multipliers, sum_regions
from smf.decode.identity.keytable import UNKNOWN, KeyTable, first_rows
from smf.framing import HEAD_BYTES
from smf.reader import DumpReader, Framing, ReadOptions
from tests.builders.golden import load_golden
from tests.builders.reading import put, read_records

COMMON, TLS, NAMES = 140, 344, 386
# What stands where in `s12_names_total_one`, and whether another byte there is another session.
PLACES = {
    "header time": (9, False),
    "system id": (14, False),
    "system": (76, True),
    "sysplex": (84, True),
    "stack": (92, True),
    "release": (100, False),
    "address space": (116, False),
    "reason": (136, False),
    "duration": (COMMON + 4, False),
    "flags": (COMMON + 9, True),
    "job": (COMMON + 11, True),
    "user": (COMMON + 19, True),
    "ip protocol": (COMMON + 27, True),
    "server address": (COMMON + 28, True),
    "behind the server's IPv4 address": (COMMON + 32, False),
    "client address": (COMMON + 47, True),
    "behind the client's IPv4 address": (COMMON + 59, False),
    "first port": (COMMON + 61, True),
    "last port": (COMMON + 63, True),
    "session id": (COMMON + 105, True),
    "alignment": (COMMON + 106, False),
    "connections at the end": (COMMON + 159, False),
    "bytes at the end": (COMMON + 179, False),
    "suite": (TLS + 4, True),
    "client certificate": (TLS + 35, True),
    "kind of a name": (NAMES + 3, True),
    "last character of a name": (NAMES + 71, True),
}


@pytest.mark.parametrize("what", PLACES)
def test_a_byte_makes_another_session_or_not(tmp_path: Path, what: str) -> None:
    place, other = PLACES[what]
    record = load_golden("s12_names_total_one")
    batch = read_records(tmp_path, record, put(record, place, record[place] ^ 1, 1), record)
    assert batch.rejects == []
    assert batch.activity["session_index"].to_list() == [0, int(other), 0]
    assert batch.sessions["session_index"].to_list() == [0, 1][: 1 + other]
    assert batch.sessions["digest"].n_unique() == len(batch.sessions)


def test_sessions_share_their_protection(tmp_path: Path) -> None:
    record = load_golden("s12_names_total_one")
    batch = read_records(tmp_path, record, put(record, COMMON + 61, 1, 1))
    assert batch.protections["protection_index"].to_list() == [0]
    assert batch.sessions["protection_index"].to_list() == [0, 0]


def test_ipv6_endpoints_differ_behind_their_first_four_bytes(tmp_path: Path) -> None:
    record = load_golden("s12_ipv6")
    batch = read_records(tmp_path, record, put(record, COMMON + 43, 9, 1))
    assert batch.sessions["server_ip"].to_list() == ["2001:db8::1", "2001:db8::9"]


def test_indices_and_digests_go_on_over_the_batches_of_a_dump(tmp_path: Path) -> None:
    # More than twice the head that the reader looks at first, then a batch each few records.
    rounds = 20 + 2 * HEAD_BYTES // 1_464
    names = ["s12_none", "s12_ssh", "s12_none", "s12_tls_42"] * rounds + ["s12_ssh", "s12_ipsec"]
    path = tmp_path / "dump"
    parts = {name: load_golden(name) for name in set(names)}
    path.write_bytes(b"".join(parts[name] for name in names))
    with DumpReader(path, ReadOptions(framing=Framing.RDW, batch_bytes=2_000)) as reader:
        batches = [batch for batch in reader if batch.records]
    assert len(batches) > 2
    found = [index for batch in batches for index in batch.activity["session_index"]]
    assert found == [0, 1, 0, 2] * rounds + [1, 3]
    new = [index for batch in batches for index in batch.sessions["session_index"]]
    assert new == [0, 1, 2, 3]
    alone = read_records(tmp_path, load_golden("s12_ipsec"))
    digests = [digest for batch in batches for digest in batch.sessions["digest"]]
    assert digests[3] == alone.sessions["digest"][0]


def plain_sum(data: bytes, seed: int) -> int:
    """The documented sum, word by word."""
    words = data + bytes(-len(data) % 4)
    factors = [int(one) for one in multipliers(seed, len(words) // 4)]
    total = len(data) * factors[0]
    for place, factor in zip(range(0, len(words), 4), factors[1:], strict=True):
        total += int.from_bytes(words[place : place + 4], "little") * factor
    return total % 2**64


@settings(max_examples=50, deadline=None)
@given(st.lists(st.binary(max_size=50), max_size=8))
def test_sums_of_regions_are_those_of_a_plain_loop(regions: list[bytes]) -> None:
    data = np.frombuffer(b"\xff".join(regions) + b"\xff" * 60, np.uint8)
    lengths = np.array([len(region) for region in regions], np.int64)
    starts = np.cumsum(lengths + 1) - lengths - 1
    found = sum_regions(data, starts, lengths, (1, 7)).tolist()
    assert found == [
        [plain_sum(region, seed) if region else 0 for seed in (1, 7)] for region in regions
    ]


def test_sums_of_many_long_regions_are_made_in_slices() -> None:
    data = np.frombuffer(random.Random(1).randbytes(60_000 + 8), np.uint8)
    starts = np.arange(100, dtype=np.int64)
    found = sum_regions(data, starts, np.full(100, 59_900, np.int64), (3,))
    assert int(found[99, 0]) == plain_sum(data[99 : 99 + 59_900].tobytes(), 3)
    assert len(set(found[:, 0].tolist())) == 100


def test_mixing_loses_nothing() -> None:
    values = np.arange(10_000, dtype=np.uint64)
    assert len(np.unique(mix(values))) == 10_000


PAIRS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=12)


@settings(max_examples=200, deadline=None)
@given(st.lists(PAIRS, max_size=4))
def test_a_key_table_is_a_dictionary_of_pairs(rounds: list[list[tuple[int, int]]]) -> None:
    table, known = KeyTable(), {}
    for pairs in rounds:
        firsts = np.array([pair[0] for pair in pairs], np.uint64)
        seconds = np.array([pair[1] for pair in pairs], np.uint64)
        found = table.find(firsts, seconds)
        assert found.tolist() == [known.get(pair, UNKNOWN) for pair in pairs]
        rows = np.flatnonzero(found == UNKNOWN)
        places, groups = first_rows(firsts[rows], seconds[rows])
        fresh = list(dict.fromkeys(pairs[row] for row in rows))
        assert [pairs[rows[place]] for place in places] == fresh
        assert [fresh[group] for group in groups] == [pairs[row] for row in rows]
        indices = np.arange(len(fresh), dtype=np.int32) + len(known)
        known |= {pair: len(known) + place for place, pair in enumerate(fresh)}
        chosen = rows[places]
        table.add(firsts[chosen], seconds[chosen], indices)
