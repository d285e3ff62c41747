"""The digest of a file is that of all its bytes, however little of them was decoded."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
import terselib

from smf.batch import Position
from smf.framing import HEAD_BYTES
from smf.reader import DumpReader
from smf.unwrap import open_source
from tests.builders.dumps import RECORDS, WRAPPED
from tests.builders.found import SMALL

PLAIN = b"".join(RECORDS)
DIGESTED = replace(SMALL, digested=True)


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    return tmp_path / "dump"


def digest_of(dump: Path, start: int = 0) -> str:
    with DumpReader(dump, replace(DIGESTED, start=Position(offset=start))) as reader:
        for _ in reader:
            pass
        return reader.sha256()


@pytest.mark.parametrize("start", [0, len(RECORDS[0])])
@pytest.mark.parametrize("name", WRAPPED)
def test_every_wrapper_gives_the_digest_of_the_file_on_disk(
    dump: Path, name: str, start: int
) -> None:
    data = WRAPPED[name][1]
    dump.write_bytes(data)
    assert digest_of(dump, start) == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("start", [0, len(RECORDS[0]), HEAD_BYTES + 12_345])
def test_what_an_earlier_reader_has_decoded_counts_as_well(dump: Path, start: int) -> None:
    data = PLAIN * (4 * HEAD_BYTES // len(PLAIN))
    dump.write_bytes(data)
    assert digest_of(dump, start) == hashlib.sha256(data).hexdigest()


def test_a_start_behind_the_end_of_the_file_ends(dump: Path) -> None:
    dump.write_bytes(PLAIN)
    assert digest_of(dump, len(PLAIN) + 5) == hashlib.sha256(PLAIN).hexdigest()


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(PLAIN) + b"bytes behind the data" * 100_000,
        gzip.compress(PLAIN)[:-40] + bytes(range(40)) + b"x" * 300_000,
        # gzip gives up while the thread that unpacks what is around it goes on.
        terselib.compress(
            gzip.compress(PLAIN) + bytes(range(1, 256)) * 20_000, "PACK", variable=False
        ),
    ],
    ids=["behind", "damaged", "inside"],
)
def test_what_nobody_could_unpack_counts_as_well(dump: Path, data: bytes) -> None:
    dump.write_bytes(data)
    assert digest_of(dump) == hashlib.sha256(data).hexdigest()


def test_it_is_that_of_the_bytes_that_were_read_not_of_a_file_put_in_their_place(
    dump: Path,
) -> None:
    dump.write_bytes(PLAIN)
    with DumpReader(dump, DIGESTED) as reader:
        other = dump.with_name("other")
        other.write_bytes(b"other")
        other.replace(dump)
        for _ in reader:
            pass
        assert reader.sha256() == hashlib.sha256(PLAIN).hexdigest()


def test_who_does_not_ask_gets_none_and_skips_without_reading(dump: Path) -> None:
    dump.write_bytes(PLAIN)
    source = open_source(dump, 1 << 40)
    source.skip_to(len(PLAIN))
    assert source.sha256() == ""
    source.close()
