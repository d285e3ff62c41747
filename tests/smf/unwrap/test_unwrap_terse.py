"""AMATERSE as a stream: bad codes, endless phrases, records too long, a failing disk, leaving."""

from __future__ import annotations

import random
import threading
from pathlib import Path

import pytest
import terselib
from terselib import bitpack, constants, lzmw

from smf.unwrap.streams import PlainStream
from smf.unwrap.terse import TerseStream
from tests.builders import dumps
from tests.builders.dumps import RECORDS
from tests.builders.unwrapping import records_of, unwrapped

LONG = b"".join(RECORDS) * 40


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    return tmp_path / "dump"


def terse_file(codes: list[int], *, variable: bool, method: int = 5) -> bytes:
    header = bytes([method, variable]) + (32_000).to_bytes(2, "big") + bytes(8)
    return header + bytes(bitpack.pack_codes(codes))


def endless_codes() -> list[int]:
    """SPACK codes after which a phrase contains itself: found by trying, as damage would."""
    for seed in range(100):
        dice, codes, length = random.Random(seed), list[int](), 0

        def give(dice: random.Random = dice, codes: list[int] = codes) -> int:
            nonlocal length
            length = 0
            learned = len(codes) > 4_200 and dice.random() < 0.3
            codes.append(dice.randrange(1, 4_096 if learned else 257))
            return codes[-1] if len(codes) < 20_000 else 0

        def count(_: int) -> None:
            nonlocal length
            length += 1
            if length > 200_000:
                raise OverflowError

        try:
            lzmw.decode(give, count)
        except OverflowError:
            return codes
        except terselib.TerseError:
            continue
    raise AssertionError("no such codes")


def test_a_phrase_that_contains_itself_ends(dump: Path) -> None:
    dump.write_bytes(terse_file(endless_codes(), variable=False))
    _, damage = unwrapped(dump)
    assert damage == "AMATERSE data is damaged (a phrase without end)"


def test_a_packed_record_longer_than_any_is_damage(dump: Path) -> None:
    codes = [*[0x41] * 10, constants.RECORDMARK, *[0x41] * 65_532, constants.RECORDMARK, 0x41, 0]
    dump.write_bytes(terse_file(codes, variable=True))
    out, damage = unwrapped(dump)
    assert out.startswith(b"\0\x0e\0\0" + b"\x40" * 10 + b"\xff\xff\0\0" + b"\x40" * 65_530)
    assert damage == "AMATERSE data is damaged (a record without end)"


def test_a_packed_record_as_long_as_can_be_is_whole(dump: Path) -> None:
    codes = [*[0x41] * 65_531, constants.RECORDMARK, *[0x42] * 20, 0]
    for method in (2, 5):
        dump.write_bytes(terse_file(codes, variable=True, method=method))
        out, damage = unwrapped(dump)
        assert out == b"\xff\xff\0\0" + b"\x40" * 65_531 + b"\0\x18\0\0" + b"\x41" * 20
        assert damage == ""


def test_a_code_that_was_never_learned_is_damage(dump: Path) -> None:
    dump.write_bytes(terse_file([0x41, 0x42, 3_000, 0], variable=True))
    out, damage = unwrapped(dump)
    assert out == b"\xff\xff\0\0\x40\x41"
    assert damage.startswith("AMATERSE data is damaged (")


class _Failing(PlainStream):
    """A file on a disk that fails in its middle."""

    def __init__(self, path: Path, good_bytes: int) -> None:
        super().__init__(path.open("rb", buffering=0))
        self._left = good_bytes

    def read(self, size: int, /) -> bytes:
        if self._left <= 0:
            raise OSError(5, "Input/output error")
        piece = super().read(min(size, self._left))
        self._left -= len(piece)
        return piece


def drain(stream: TerseStream, into: bytearray) -> None:
    for piece in iter(lambda: stream.read(1 << 20), b""):
        into += piece


def test_a_disk_that_fails_below_a_packed_file_raises_after_what_came(dump: Path) -> None:
    dump.write_bytes(dumps.packed(LONG, "PACK"))
    stream, got = TerseStream(_Failing(dump, 5_000)), bytearray()
    with pytest.raises(OSError, match="Input/output error"):
        drain(stream, got)
    assert LONG.startswith(b"".join(records_of(got)))
    assert len(got) > 5_000
    stream.close()


def test_a_packed_dump_can_be_left_at_any_time(dump: Path) -> None:
    dice = random.Random(3)
    varied = b"".join(RECORDS[2][:24] + dice.randbytes(24) for _ in range(12_000))
    dump.write_bytes(dumps.packed(varied, "PACK"))
    for read_on in (False, True):
        stream = TerseStream(PlainStream(dump.open("rb", buffering=0)))
        if read_on:
            assert stream.read(1) == b"\0"
        stream.close()
        assert stream.damage == ""
    assert "amaterse" not in {thread.name for thread in threading.enumerate()}
