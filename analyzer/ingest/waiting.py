"""Imports handed to the workers; what the broker loses, `tasks.recover_imports` finds again."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction

from analyzer.ingest import claims
from analyzer.ingest.broker import hand_over

TASK = "analyzer.run_import"
QUEUE = "imports"


def enqueue(pk: int, *, task: str = TASK) -> None:
    """Hand an import, or the row of another task, to the workers when the transaction commits."""
    transaction.on_commit(partial(send, pk, task=task))


def send(pk: int, *, task: str = TASK) -> None:
    """Hand it over now; a broker that is down delays it, no more."""
    hand_over(task, pk, queue=QUEUE)


def recover(*, now: datetime) -> int:
    """Hand the imports that nobody works on over again; return how many."""
    found = claims.orphans(now=now)
    for import_id in found:
        send(import_id)
    return len(found)
