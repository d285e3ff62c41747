"""A batch into the store: everything or nothing, with the import's position and counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db import connection, transaction
from django.utils import timezone

from analyzer.ingest import claims
from analyzer.ingest.blocks import LOCK_LOAD
from analyzer.ingest.errors import StoreChangedError
from analyzer.ingest.load import activity, bulk, connections, notes
from analyzer.ingest.load.dimensions import Dimensions
from analyzer.ingest.load.intervals import Intervals
from analyzer.ingest.load.partitions import Partitions
from analyzer.models import Import

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper
    from numpy.typing import NDArray

    from smf.reader import Batch

_REMOVALS = "SELECT coalesce(sum(removals), 0) FROM analyzer_prune"
_STATISTICS = (
    "ANALYZE analyzer_stack, analyzer_server, analyzer_certificate, analyzer_protectioncertificate,"
    " analyzer_protection (protocol, version, strength, facts),"
    " analyzer_securitysession (server_id, protection_id, client_ip),"
    " analyzer_daily_activity (day, session_id)"  # what reports join and filter by
)
_COUNTS = ("added", "duplicate", "rejected", "restarts", "new_sessions")


@dataclass(slots=True)
class Tally:
    """The counts of an import, as they stand in its row after the last whole batch."""

    counts: Counter[str] = field(default_factory=Counter)
    ignored: Counter[str] = field(default_factory=Counter)
    truncated_tail: bool = False
    earliest: datetime | None = None
    latest: datetime | None = None

    @classmethod
    def of(cls, imported: Import) -> Tally:
        """Where an interrupted import stands."""
        return cls(
            Counter({name: getattr(imported, name) for name in _COUNTS}),
            Counter(imported.ignored),
            imported.truncated_tail,
            imported.earliest,
            imported.latest,
        )

    def take_span(self, times_us: NDArray[np.int64]) -> None:
        """Widen earliest and latest to hold the times."""
        if not len(times_us):
            return
        span = np.array([times_us.min(), times_us.max()], "M8[us]").tolist()
        self.earliest = min(filter(None, (self.earliest, span[0])))
        self.latest = max(filter(None, (self.latest, span[1])))

    def columns(self) -> dict[str, Any]:
        """As columns of the row."""
        return {
            **{name: self.counts[name] for name in _COUNTS},
            "ignored": dict(self.ignored),
            "truncated_tail": self.truncated_tail,
            "earliest": self.earliest,
            "latest": self.latest,
        }


class Loader:
    """Loads the batches of one reader for one claimed import, in their order."""

    def __init__(self, imported: Import) -> None:
        self._import_id = imported.pk
        self._worker = imported.worker
        self._tally = Tally.of(imported)
        with connection.cursor() as cursor:
            self._removals = _removals(cursor)  # before anything is learnt by heart
        self._dimensions = Dimensions()
        self._partitions = Partitions(beat=self.beat)
        bulk.make_stages()
        with connection.cursor() as cursor:
            # Rows and position commit together, so a lost commit is only work to do again.
            cursor.execute("SET synchronous_commit = off")

    def beat(self) -> None:
        """A sign of life; raises `NotOursError` when the claim is gone."""
        claims.advance(import_id=self._import_id, worker=self._worker, now=timezone.now())

    def load(self, batch: Batch, ready: Intervals, *, bytes_done: int, now: datetime) -> None:
        """Store a batch, its interval records as `prepare` made them ready.

        Raises `NotOursError`, and stores nothing, when the claim is gone; `StoreChangedError` when
        a prune has removed what this loader may know by heart.
        """
        self._partitions.provide_days(activity.TABLE, ready.times)
        self._partitions.provide_months(ready.times)
        self._partitions.provide_days(connections.TABLE, batch.connections["local_time"].to_numpy())
        with transaction.atomic(), connection.cursor() as cursor:
            # One batch at a time looks for duplicates and writes; decoding goes on.
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_LOAD])
            if _removals(cursor) != self._removals:
                raise StoreChangedError
            self._store(cursor, batch, ready)
            self._count(batch, ready)
            claims.advance(
                import_id=self._import_id,
                worker=self._worker,
                now=now,
                position=batch.position.as_json(),
                records_done=batch.position.record_number,
                bytes_done=bytes_done,
                attempts=1,
                **self._tally.columns(),
            )

    def finish(self) -> None:
        """Tell PostgreSQL's planner of what is new: reports read these tables at once."""
        if self._tally.counts["new_sessions"]:
            with connection.cursor() as cursor:
                cursor.execute(_STATISTICS)

    def _store(self, cursor: CursorWrapper, batch: Batch, ready: Intervals) -> None:
        counts, dimensions, import_id = self._tally.counts, self._dimensions, self._import_id
        counts["new_sessions"] += dimensions.learn(cursor, batch.protections, batch.sessions)
        if len(ready):
            new = activity.store(cursor, ready, activity.Ids(dimensions.session_ids, import_id))
            counts["added"] += len(new)
            counts["duplicate"] += len(ready) - len(new) + ready.copies
            counts["restarts"] += int(np.count_nonzero(new.column("restarted")))
            if len(new):
                notes.store_days(new, dimensions)
        events = connections.store(cursor, batch.connections, dimensions, import_id)
        counts["added"] += events.added
        counts["duplicate"] += events.duplicate
        notes.store_coverage(batch.coverage, dimensions, import_id)
        kept = notes.Kept(import_id, counts["rejected"])
        notes.store_rejects(cursor, batch.rejects, batch.tail, kept)

    def _count(self, batch: Batch, ready: Intervals) -> None:
        tally = self._tally
        tally.counts["rejected"] += len(batch.rejects)
        tally.ignored.update(batch.ignored)
        tally.truncated_tail |= batch.tail is not None
        tally.take_span(ready.times)
        tally.take_span(batch.connections["local_time"].to_numpy())


def _removals(cursor: CursorWrapper) -> int:
    """Moves whenever a prune removes partitions, sessions or what they refer to (ADR 8)."""
    cursor.execute(_REMOVALS)
    return int(cursor.fetchone()[0])
