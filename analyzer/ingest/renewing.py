"""Room for an import that takes the place of another: the records of that one go first.

Only now that the dump has been found and its framing is known, day by day, in the claim of the
import that takes their place. A worker that is lost in between is followed by one that goes on.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from analyzer.ingest import claims
from analyzer.ingest.load.partitions import Span
from analyzer.ingest.load.removal import Chosen, locked, remove
from analyzer.models import CoverageEvent, Import
from analyzer.queries.data.stored_days import stored_in

_DAY = timedelta(days=1)


def clear(imported: Import) -> None:
    """Remove what the import before it has stored; nothing when it takes no other's place."""
    before = imported.renews
    if before is None or imported.position is not None or before.earliest is None:
        return
    last = before.latest or before.earliest
    for day in stored_in(before.earliest.date(), last.date() + _DAY):
        with locked() as cursor:
            remove(cursor, Span(day, day + _DAY), Chosen(imported=before.pk))
            claims.advance(import_id=imported.pk, worker=imported.worker, now=timezone.now())
    CoverageEvent.objects.filter(imported=before).delete()
