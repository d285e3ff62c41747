"""What a reader found in a whole dump, whatever the batches it came in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from smf.batch import Batch, Position
from smf.errors import Rejected
from smf.reader import DumpReader, ReadOptions


@dataclass
class Found:
    """`intervals` and `connections` are rows in their order, `coverage` has no order.

    A session is told by its digest.
    """

    intervals: list[tuple[object, ...]] = field(default_factory=list)
    connections: list[tuple[object, ...]] = field(default_factory=list)
    coverage: Counter[tuple[object, ...]] = field(default_factory=Counter)
    ignored: Counter[str] = field(default_factory=Counter)
    rejects: list[Rejected] = field(default_factory=list)
    tail: Rejected | None = None
    records: int = 0
    position: Position = field(default_factory=Position)

    def places(self) -> list[tuple[int, int, str]]:
        """Offset, length and reason of each reject."""
        return [(one.offset, one.length, one.reason) for one in self.rejects]


def joined(batches: Iterable[Batch], sessions: dict[int, bytes] | None = None) -> Found:
    """All batches as one; `sessions` (index to digest) learns from them."""
    known = {} if sessions is None else sessions
    found = Found()
    for batch in batches:
        known.update(batch.sessions.select("session_index", "digest").iter_rows())
        found.intervals += [(known[row[0]], *row[1:]) for row in batch.activity.iter_rows()]
        found.connections += batch.connections.rows()
        found.coverage.update(batch.coverage.rows())
        found.ignored.update(batch.ignored)
        found.rejects += batch.rejects
        assert found.tail is None
        found.tail = batch.tail
        found.records += batch.records
        found.position = batch.position
    return found


SMALL = ReadOptions(batch_bytes=1 << 20)
"""A megabyte a batch: the usual size is for dumps that are no tests."""


def read(path: Path, options: ReadOptions = SMALL) -> Found:
    with DumpReader(path, options) as reader:
        return joined(reader)


def read_from_every_position(path: Path, options: ReadOptions) -> Iterable[tuple[Found, Found]]:
    """For each batch: what came up to it, and what a new reader finds from its position on."""
    with DumpReader(path, options) as reader:
        batches = list(reader)
    for count in range(1, len(batches)):
        start = Position.from_json(batches[count - 1].position.as_json())
        yield joined(batches[:count]), read(path, replace(options, start=start))


def together(first: Found, rest: Found) -> Found:
    """What two readers found, one behind the other."""
    assert first.tail is None
    return Found(
        intervals=first.intervals + rest.intervals,
        connections=first.connections + rest.connections,
        coverage=first.coverage + rest.coverage,
        ignored=first.ignored + rest.ignored,
        rejects=first.rejects + rest.rejects,
        tail=rest.tail,
        records=first.records + rest.records,
        position=rest.position,
    )
