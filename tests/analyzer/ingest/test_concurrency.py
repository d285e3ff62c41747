"""Two overlapping imports at the same time: each record once."""

from __future__ import annotations

import threading
from pathlib import Path

from django.db import connection
from django.db.models import Sum

from analyzer.ingest import pipeline
from analyzer.models import Activity, DailyActivity, Import
from tests.analyzer.ingest.conftest import digest_of_store, empty_store
from tests.faults.ingesting import make_dump, submit

BATCH_BYTES = 1 << 20


def in_thread(imported: Import) -> threading.Thread:
    def work() -> None:
        try:
            pipeline.run(imported.pk, batch_bytes=BATCH_BYTES)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_two_imports_of_the_same_records_at_once_store_each_once(
    store: None, tmp_path: Path
) -> None:
    dump = tmp_path / "site.smf"
    records = make_dump(dump, sessions=500)
    pipeline.run(submit(dump).pk)
    wanted = digest_of_store()
    empty_store()
    both = [submit(dump), submit(dump)]
    for thread in [in_thread(imported) for imported in both]:
        thread.join()
    for imported in both:
        imported.refresh_from_db()
        assert imported.state == Import.State.COMPLETE
        assert imported.added + imported.duplicate == records
    assert sum(imported.added for imported in both) == records == Activity.objects.count()
    assert DailyActivity.objects.aggregate(n=Sum("intervals")) == {"n": records}
    assert digest_of_store() == wanted
