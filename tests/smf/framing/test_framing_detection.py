"""Which framing a file has is found and said; what can't be read is refused with an advice."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from smf.errors import FramingError
from smf.framing import Framing, detect
from smf.reader import DumpReader, ReadOptions
from tests.builders import dumps
from tests.builders.dumps import FRAMED, RECORDS
from tests.builders.extents import descriptors
from tests.builders.found import SMALL, read
from tests.builders.golden import load_golden

WORDS = {
    Framing.RDW: "an RDW stream",
    Framing.VBS: "blocks with BDW and spanned segments (VBS)",
    Framing.BDW_RDW: "blocks with BDW and whole records",
    Framing.ZOSMF: "z/OSMF records behind a four-byte data length",
}
ONE = load_golden("s12_none")


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    return tmp_path / "dump"


@pytest.mark.parametrize("name", FRAMED)
def test_each_framing_is_found_and_the_reason_said(dump: Path, name: str) -> None:
    framing, data = FRAMED[name]
    dump.write_bytes(data)
    with DumpReader(dump) as reader:
        assert reader.framing is framing
        said = f"15 SMF records in the first {len(data)} bytes, one behind the other"
        assert reader.framing_reason == f"{WORDS[framing]}: {said}"
        assert reader.wrapper == "plain"
        assert reader.size_bytes == len(data)


@pytest.mark.parametrize("name", FRAMED)
def test_each_framing_can_be_forced(dump: Path, name: str) -> None:
    framing, data = FRAMED[name]
    dump.write_bytes(data)
    with DumpReader(dump, ReadOptions(framing=framing)) as reader:
        assert (reader.framing, reader.framing_reason) == (framing, "forced")
    assert read(dump, ReadOptions(framing=framing)).records == len(RECORDS)


@pytest.mark.parametrize("name", FRAMED)
def test_each_framing_holds_the_same(dump: Path, name: str) -> None:
    dump.write_bytes(FRAMED[name][1])
    found = read(dump)
    assert (found.rejects, found.tail, found.records) == ([], None, len(RECORDS))
    assert len(found.intervals) == dumps.INTERVALS
    assert len(found.connections) == dumps.CONNECTIONS
    assert found.ignored == dumps.IGNORED
    dump.write_bytes(b"".join(RECORDS))
    found.position = (plain := read(dump)).position
    assert found == plain


@pytest.mark.parametrize("forced", list(Framing))
@pytest.mark.parametrize("name", FRAMED)
def test_a_wrong_framing_may_be_forced_too(dump: Path, name: str, forced: Framing) -> None:
    dump.write_bytes(FRAMED[name][1])
    found = read(dump, ReadOptions(framing=forced))
    complete = not found.rejects and found.tail is None
    assert complete == (forced is FRAMED[name][0] or (forced.blocked and FRAMED[name][0].blocked))


def test_a_vbs_dump_whose_first_blocks_hold_whole_records_is_read_to_its_end(dump: Path) -> None:
    big = RECORDS * 20
    first = dumps.blocks(big, 8_000)
    assert len(first) > 65_536
    dump.write_bytes(first + dumps.vbs(RECORDS, 200))
    with DumpReader(dump) as reader:
        assert reader.framing is Framing.BDW_RDW
    found = read(dump)
    assert (found.rejects, found.records) == ([], 21 * len(RECORDS))


@pytest.mark.parametrize("name", FRAMED)
def test_one_wrong_descriptor_hides_no_framing(name: str) -> None:
    framing, data = FRAMED[name]
    for place, kind, _ in descriptors(data, framing):
        for wrong in (b"\0\0\0\0", b"\xff\xff\0\0", b"\0\x64\0\0"):
            found = detect(data[:place] + wrong + data[place + 4 :], complete=True)
            # A dump of one block without its BDW is an RDW stream.
            alone = kind == "BDW" and place == 0 and len(data) < 65_536
            assert found.framing is framing or (alone and found.framing is Framing.RDW)


def test_gaps_in_the_head_are_said() -> None:
    head = bytes(40) + b"".join(RECORDS)
    found = detect(head, complete=True)
    assert found.framing is Framing.RDW
    assert found.why == (
        f"an RDW stream: 15 SMF records in the first {len(head)} bytes, with 1 unreadable stretches"
    )


@pytest.mark.parametrize(
    ("framing", "data"),
    [
        (Framing.RDW, ONE),
        (Framing.VBS, dumps.block(ONE)),
        (Framing.VBS, dumps.block(ONE, extended=True)),
        (Framing.VBS, dumps.block(dumps.segments(ONE, [60])[0])),
        (Framing.ZOSMF, dumps.zosmf([ONE])),
    ],
)
@pytest.mark.parametrize("length", [22, 40, 59])
def test_a_single_record_cut_short_tells_its_framing(
    framing: Framing, data: bytes, length: int
) -> None:
    assert detect(data[:length], complete=True).framing is framing
    with pytest.raises(FramingError):
        detect(data[:17], complete=True)


def refusal(path: Path, options: ReadOptions = SMALL) -> FramingError:
    with pytest.raises(FramingError) as raised:
        DumpReader(path, options)
    error = raised.value
    assert error.advice
    assert str(error) == f"{error.message}; {error.advice}"
    return error


def test_a_transfer_without_rdws_is_refused_with_the_way_to_transfer(dump: Path) -> None:
    dump.write_bytes(dumps.lost(RECORDS))
    error = refusal(dump)
    assert error.reason == "rdw_lost"
    assert "quote site rdw" in error.advice
    assert "AMATERSE" in error.advice


def test_a_transfer_without_rdws_is_refused_though_data_looks_like_one(dump: Path) -> None:
    ending = ONE[:-4] + bytes.fromhex("0064 0000")  # an RDW of 100 bytes, right before the next
    dump.write_bytes(dumps.lost([ending] * 40))
    assert refusal(dump).reason == "rdw_lost"


def test_a_dump_that_lost_only_its_first_rdw_is_read(dump: Path) -> None:
    dump.write_bytes(b"".join(RECORDS)[4:])
    assert read(dump).records == len(RECORDS) - 1


def test_a_transfer_in_ascii_is_refused_with_the_way_to_transfer(dump: Path) -> None:
    dump.write_bytes(b"".join(RECORDS).decode("cp037").encode("latin-1"))
    error = refusal(dump)
    assert error.reason == "ascii_transfer"
    assert "binary" in error.advice


@pytest.mark.parametrize("prefix", [b"", b"\0\x30\0\0"])
def test_a_transfer_in_ascii_is_told_by_its_header_alone(dump: Path, prefix: bytes) -> None:
    header = load_golden("other_type_30")[4:]
    translated = (prefix + header).decode("cp037").encode("latin-1")
    dump.write_bytes(translated)
    assert refusal(dump).reason == "ascii_transfer"


@pytest.mark.parametrize("framing", [None, *Framing])
def test_an_empty_file_is_refused(dump: Path, framing: Framing | None) -> None:
    dump.touch()
    assert refusal(dump, ReadOptions(framing=framing)).reason == "empty"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7\n" + bytes(3000), "a PDF document"),
        (b"PK\x03\x04" + bytes(3000), "a ZIP archive"),
        (b"BZh91AY" + bytes(3000), "compressed with bzip2"),
        (b"\xfd7zXZ\0" + bytes(3000), "compressed with xz"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(3000), "a 7z archive"),
        (b"Dear colleague, the dump is attached.\n" * 100, "no SMF records"),
        (bytes(100_000), "no SMF records"),
        (random.Random(1).randbytes(200_000), "no SMF records"),
        (b"\0", "no SMF records"),
    ],
)
def test_what_is_no_dump_is_refused_by_what_it_is(dump: Path, data: bytes, words: str) -> None:
    dump.write_bytes(data)
    error = refusal(dump)
    assert error.reason == "not_smf"
    assert words in error.message


def test_a_forced_framing_reads_even_what_is_no_dump(dump: Path) -> None:
    dump.write_bytes(data := random.Random(2).randbytes(5_000))
    found = read(dump, ReadOptions(framing=Framing.RDW))
    assert found.places() == [(0, 5_000, "framing_lost")]
    assert found.rejects[0].head == data[:256]
