"""The yardstick's batches through the loader that imports use, decoded one ahead as there."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

from django.utils import timezone

from analyzer.ingest import claims, intake
from analyzer.ingest.load.batch import Loader
from analyzer.ingest.load.intervals import Intervals, prepare
from analyzer.models import Import
from smf.reader import Batch, Position

_AHEAD = 1


def load(name: Path, head: Batch, batches: Iterable[Batch]) -> int:
    """One import, whose dump is only a name; returns its interval records.

    `head` says who the sessions are.
    """
    name.touch()
    submitted = intake.submit_command(path=name, now=timezone.now())
    imported = claims.claim(import_id=submitted.pk, now=timezone.now())
    if imported is None:
        raise RuntimeError("the import was taken by somebody else")
    loader, records = Loader(imported), 0
    for batch, ready in _ahead(chain([head], batches)):
        records += len(ready)
        at = replace(batch, position=Position(records, records))
        loader.load(at, ready, bytes_done=0, now=timezone.now())
    loader.finish()
    claims.end(import_id=imported.pk, worker=imported.worker, now=timezone.now())
    imported.refresh_from_db()
    if imported.state != Import.State.COMPLETE:
        raise RuntimeError(imported.error)
    return records


def _ahead(batches: Iterable[Batch]) -> Iterator[tuple[Batch, Intervals]]:
    """Made ready in a thread of its own."""
    items: queue.Queue[tuple[Batch, Intervals] | BaseException | None] = queue.Queue(_AHEAD)

    def work() -> None:
        try:
            for batch in batches:
                ready = prepare(batch.activity)
                items.put((replace(batch, activity=batch.activity.clear()), ready))
            items.put(None)
        except BaseException as error:  # noqa: BLE001  # raised again in the other thread
            items.put(error)

    threading.Thread(target=work, daemon=True).start()
    while (item := items.get()) is not None:
        if isinstance(item, BaseException):
            raise item
        yield item
