"""Security sessions and protections seen by one reader, each with an index that never changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

from smf.decode.gather import bytes_of, some
from smf.decode.identity.hashing import WORD, WORD_BYTES, sum_regions, sum_words
from smf.decode.identity.keytable import UNKNOWN, KeyTable, first_rows
from smf.decode.identity.protections import (
    DIGEST_BYTES,
    PROTOCOL_MASK,
    SECTIONS,
    ProtectionKey,
)
from smf.decode.texts import CodePages
from smf.layout import SUMMARY, load_layout

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smf.decode.checks import Records
    from smf.decode.triplets import Sections

IPV6 = 0x80
_IPSEC = 0x20
_IPV4_BYTES = 4
_SEEDS_PER_PART = 2
_WRITER = ("system", "sysplex", "stack")
_SESSION = (
    "flags",
    "protocols",
    "ip_proto",
    "server_ip",
    "client_ip",
    "port_start",
    "port_end",
    "job",
    "user",
    "session_id",
)


@dataclass(frozen=True, slots=True)
class Intervals:
    """Interval records by column: their sections, where the names end, fixed sections as rows."""

    records: Records
    sections: Sections
    name_ends: NDArray[np.int64]
    ident: NDArray[np.void]
    common: NDArray[np.void]


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session seen for the first time in record `row`."""

    row: int
    index: int
    digest: bytes
    protection_index: int


@dataclass(frozen=True, slots=True)
class NewProtection:
    """A protection seen for the first time; `raw` is canonical JSON."""

    index: int
    digest: bytes
    protocol: str
    raw: str


@dataclass(frozen=True, slots=True)
class Identified:
    """The session of each record, and what was not seen before."""

    session_index: NDArray[np.int32]
    sessions: list[NewSession]
    protections: list[NewProtection]


class IdentityTable:
    """All sessions and protections of one reader."""

    def __init__(self, code_pages: Mapping[tuple[str, str], str]) -> None:
        self.code_pages = CodePages(code_pages)
        self._keys = KeyTable()
        self._sessions: dict[bytes, int] = {}
        self._protections: dict[ProtectionKey, tuple[int, bytes]] = {}

    def identify(self, found: Intervals) -> Identified:
        """Return each record's session; a new one costs Python work, a known one none."""
        sums = _sums(found)
        firsts, seconds = sums[:, 0], sums[:, 1]
        index = self._keys.find(firsts, seconds)
        unknown = np.flatnonzero(index == UNKNOWN)
        new: list[NewProtection] = []
        sessions: list[NewSession] = []
        if len(unknown):
            places, groups = first_rows(firsts[unknown], seconds[unknown])
            rows = unknown[places]
            protections = self._protect(found, rows, new)
            indices, sessions = self._enter(found, rows, protections)
            self._keys.add(firsts[rows], seconds[rows], indices)
            index[unknown] = indices[groups]
        return Identified(index, sessions, new)

    def _protect(
        self, found: Intervals, rows: NDArray[np.int64], new: list[NewProtection]
    ) -> list[tuple[int, bytes]]:
        """Return index and digest of each row's protection; those not seen go to `new`."""
        sums = _protection_sums(found, rows)
        places, groups = first_rows(sums[:, 0], sums[:, 1])
        firsts = rows[places]
        pages = self.code_pages.of(some(found.ident, firsts))
        protections = []
        for key, page in zip(_protection_keys(found, firsts), pages, strict=True):
            known = self._protections.get(key)
            if known is None:
                known = self._protections[key] = (len(self._protections), key.digest())
                new.append(NewProtection(*known, key.protocol, key.raw(page)))
            protections.append(known)
        return [protections[group] for group in groups.tolist()]

    def _enter(
        self, found: Intervals, rows: NDArray[np.int64], protections: list[tuple[int, bytes]]
    ) -> tuple[NDArray[np.int32], list[NewSession]]:
        """Return the index of each row's session, and the sessions not seen before.

        Several keys can lead to one session: they cover bytes that are no part of it.
        """
        indices = np.empty(len(rows), np.int32)
        new = []
        canonical = _canonical(found, rows)
        size = len(canonical) // max(1, len(rows))
        for place, (protection, protected) in enumerate(protections):
            identity = canonical[place * size : (place + 1) * size] + protected
            digest = blake2b(identity, digest_size=DIGEST_BYTES, person=b"zert session").digest()
            known = self._sessions.get(digest)
            if known is None:
                known = self._sessions[digest] = len(self._sessions)
                new.append(NewSession(int(rows[place]), known, digest, protection))
            indices[place] = known
        return indices, new


def _sums(found: Intervals) -> NDArray[np.uint64]:
    """Return two sums per record over everything that can make sessions differ."""
    total = _row_sums(found.ident, "ident", _WRITER, 0)
    total += _row_sums(found.common, "common", _SESSION, 1)
    total += _section_sums(found.records, found.sections, found.name_ends)
    return total


def _protection_sums(found: Intervals, rows: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return two sums per row over everything that can make protections differ."""
    sections = found.sections.take(rows)
    total = _section_sums(found.records.take(rows), sections, found.name_ends[rows])
    common = some(found.common, rows)
    words = common["protocols"].astype(np.uint32) << 8 | common["flags"] & IPV6
    total += sum_words(words[:, None].astype(WORD), _seeds(1), WORD_BYTES)
    return total


def _section_sums(
    records: Records, sections: Sections, name_ends: NDArray[np.int64]
) -> NDArray[np.uint64]:
    total = np.zeros((len(records), _SEEDS_PER_PART), np.uint64)
    for part, name in enumerate((*SECTIONS, "dn"), start=2):
        slot = sections.slot(name)
        begin = sections.offsets[:, slot]
        lengths = name_ends - begin if name == "dn" else sections.lengths[:, slot]
        lengths = np.where(sections.numbers[:, slot] > 0, lengths, 0)
        total += sum_regions(records.data, records.starts + begin, lengths, _seeds(part))
    return total


def _row_sums(
    rows: NDArray[np.void], section: str, keys: tuple[str, ...], part: int
) -> NDArray[np.uint64]:
    fields = [load_layout(SUMMARY).field(section, key) for key in keys]
    first = min(field.offset for field in fields) // WORD_BYTES
    last = -(-max(field.end for field in fields) // WORD_BYTES)
    words = bytes_of(rows).view(WORD)[:, first:last]
    return sum_words(words, _seeds(part), (last - first) * WORD_BYTES)


def _seeds(part: int) -> tuple[int, int]:
    return (_SEEDS_PER_PART * part + 1, _SEEDS_PER_PART * part + 2)


def _protection_keys(found: Intervals, rows: NDArray[np.int64]) -> Iterator[ProtectionKey]:
    records, sections = found.records, found.sections
    begins, lengths = sections.offsets[rows], sections.lengths[rows]
    lengths = np.where(sections.numbers[rows] > 0, lengths, 0)
    names = sections.slot("dn")
    named = lengths[:, names] > 0
    lengths[:, names] = np.where(named, found.name_ends[rows] - begins[:, names], 0)
    begins += records.starts[rows][:, None]
    common = some(found.common, rows)
    slots = [sections.slot(name) for name in (*SECTIONS, "dn")]
    columns = (begins[:, slots], (begins + lengths)[:, slots], common["protocols"], common["flags"])
    for begin, end, protocols, flags in zip(*(column.tolist() for column in columns), strict=True):
        parts = [records.data[a:b].tobytes() for a, b in zip(begin, end, strict=True)]
        ipsec = protocols & PROTOCOL_MASK == _IPSEC
        yield ProtectionKey(
            protocols, (parts[0], parts[1], parts[2]), parts[3], ipsec and bool(flags & IPV6)
        )


def _canonical(found: Intervals, rows: NDArray[np.int64]) -> bytes:
    """Return, row after row, the bytes that make a session but for its protection."""
    ident, common = some(found.ident, rows), some(found.common, rows)
    four = common["flags"] & IPV6 == 0
    parts = [ident[key] for key in _WRITER]
    for key in _SESSION:
        column = np.ascontiguousarray(common[key])
        if key.endswith("_ip"):
            column[four, _IPV4_BYTES:] = 0
        parts.append(column.view(np.uint8).reshape(len(rows), -1))
    return np.concatenate(parts, axis=1).tobytes()
