"""Small dumps in every framing and wrapper, put together without the product's own writers."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence

import terselib
import zstandard

from smf.framing import Framing
from tests.builders.golden import load_golden

WHOLE, FIRST, LAST, MIDDLE = 0, 1, 2, 3
RDW_BYTES = 4
RECORDS = [
    load_golden(name)
    for name in (
        *("other_marker_first", "s12_none", "other_type_30", "s12_tls_v2r3", "d11_short"),
        *("other_extended", "s12_enabled", "s12_ipv6", "other_subtype_5", "other_type_42_short"),
        *("d11_change", "d11_enabled", "s12_names_total_count", "s12_ssh", "other_marker_last"),
    )
]
IGNORED = {
    "marker": 2,
    "other_type": 2,
    "extended_header": 1,
    "other_subtype": 1,
    "aggregation_enabled": 1,
    "zert_enabled": 1,
}
"""What there is in `RECORDS` beside five interval records and two of subtype 11."""
INTERVALS, CONNECTIONS = 5, 2


def rdw_stream(records: Sequence[bytes]) -> bytes:
    return b"".join(records)


def zosmf(records: Sequence[bytes]) -> bytes:
    return b"".join((len(one) - 4).to_bytes(4, "big") + one[4:] for one in records)


def lost(records: Sequence[bytes]) -> bytes:
    """A transfer in binary without RDWs."""
    return b"".join(one[RDW_BYTES:] for one in records)


def segment(code: int, data: bytes) -> bytes:
    return (len(data) + RDW_BYTES).to_bytes(2, "big") + bytes([code, 0]) + data


def segments(record: bytes, sizes: Sequence[int]) -> list[bytes]:
    """The record in segments: data of the sizes given, then the rest."""
    rest, parts = record[RDW_BYTES:], []
    for size in sizes:
        parts.append(rest[:size])
        rest = rest[size:]
    parts.append(rest)
    codes = [FIRST, *[MIDDLE] * (len(parts) - 2), LAST] if len(parts) > 1 else [WHOLE]
    return [segment(code, part) for code, part in zip(codes, parts, strict=True)]


def block(*parts: bytes, extended: bool = False) -> bytes:
    size = sum(map(len, parts)) + RDW_BYTES
    bdw = (size | 1 << 31).to_bytes(4, "big") if extended else size.to_bytes(2, "big") + b"\0\0"
    return bdw + b"".join(parts)


def blocks(records: Sequence[bytes], block_bytes: int, *, extended: bool = False) -> bytes:
    """Blocks of whole records; one that is longer than a block has one of its own."""
    out, parts = [], list[bytes]()
    for record in records:
        if parts and sum(map(len, parts)) + len(record) > block_bytes - RDW_BYTES:
            out.append(block(*parts, extended=extended))
            parts = []
        parts.append(record)
    return b"".join([*out, block(*parts, extended=extended)])


def vbs(records: Sequence[bytes], block_bytes: int, *, extended: bool = False) -> bytes:
    """Blocks filled to the last byte that a segment can have data in."""
    return b"".join(
        block(*parts, extended=extended) for parts in _filled(records, block_bytes - RDW_BYTES)
    )


def _filled(records: Sequence[bytes], size: int) -> Iterator[list[bytes]]:
    parts, room = list[bytes](), size
    for record in records:
        rest, code = record[RDW_BYTES:], FIRST
        while rest:
            if room <= RDW_BYTES:
                yield parts
                parts, room = [], size
            data, rest = rest[: room - RDW_BYTES], rest[room - RDW_BYTES :]
            if not rest:
                code = WHOLE if code == FIRST else LAST
            parts.append(segment(code, data))
            room -= len(data) + RDW_BYTES
            code = MIDDLE
    yield parts


def segment_stream(records: Sequence[bytes]) -> bytes:
    """An RDW stream whose RDWs are segment descriptors: records in one, two and three pieces."""
    parts = []
    for number, record in enumerate(records):
        sizes = [[], [20], [14, 8]][number % 3]
        parts += segments(record, sizes if len(record) > 40 else [])
    return b"".join(parts)


FRAMED: dict[str, tuple[Framing, bytes]] = {
    "rdw": (Framing.RDW, rdw_stream(RECORDS)),
    "segments": (Framing.RDW, segment_stream(RECORDS)),
    "vbs": (Framing.VBS, vbs(RECORDS, 500)),
    "vbs of small blocks": (Framing.VBS, vbs(RECORDS, 150)),
    "vbs of extended blocks": (Framing.VBS, vbs(RECORDS, 900, extended=True)),
    "whole records": (Framing.BDW_RDW, blocks(RECORDS, 900)),
    "extended whole records": (Framing.BDW_RDW, blocks(RECORDS, 70_000, extended=True)),
    "zosmf": (Framing.ZOSMF, zosmf(RECORDS)),
}
"""`RECORDS` in every framing, by what it is."""


def packed(data: bytes, method: str) -> bytes:
    """An RDW stream as AMATERSE packs the records of a data set with RECFM=VB."""
    return terselib.compress(data, method, rdw_input=True)


def gzip_members(data: bytes, size: int) -> bytes:
    return b"".join(
        gzip.compress(data[start : start + size], mtime=0) for start in range(0, len(data), size)
    )


def zstd_frames(data: bytes, size: int) -> bytes:
    """Frames with a skippable one in front of each."""
    skippable = b"\x5c\x2a\x4d\x18\x03\0\0\0abc"
    packer = zstandard.ZstdCompressor(write_checksum=True)
    return b"".join(
        skippable + packer.compress(data[start : start + size])
        for start in range(0, len(data), size)
    )


_PLAIN = rdw_stream(RECORDS)
WRAPPED: dict[str, tuple[str, bytes]] = {
    "gzip": ("gzip", gzip.compress(_PLAIN, mtime=0)),
    "gzip members": ("gzip", gzip_members(_PLAIN, 700)),
    "zstd": ("zstd", zstandard.ZstdCompressor().compress(_PLAIN)),
    "zstd frames": ("zstd", zstd_frames(_PLAIN, 700)),
    "pack": ("amaterse", packed(_PLAIN, "PACK")),
    "spack": ("amaterse", packed(_PLAIN, "SPACK")),
    "pack in gzip": ("gzip+amaterse", gzip.compress(packed(_PLAIN, "PACK"), mtime=0)),
    "gzip in zstd": ("zstd+gzip", zstd_frames(gzip_members(_PLAIN, 900), 300)),
    "spack in gzip in zstd": (
        "zstd+gzip+amaterse",
        zstd_frames(gzip_members(packed(_PLAIN, "SPACK"), 900), 300),
    ),
    "native": ("amaterse", terselib.compress(_PLAIN, "SPACK", host=False)),
    "fixed records": ("amaterse", terselib.compress(_PLAIN, "PACK", variable=False)),
}
"""The RDW stream of `RECORDS` in wrappers, with the name that the reader gives them."""
