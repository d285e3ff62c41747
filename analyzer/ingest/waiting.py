"""Imports handed to the workers; what the broker loses, `tasks.recover_imports` finds again."""

from __future__ import annotations

from datetime import datetime
from functools import cache, partial

import structlog
from celery import Celery
from django.db import transaction
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from analyzer.ingest import claims

TASK = "analyzer.run_import"
QUEUE = "imports"

log = structlog.get_logger(__name__)


def enqueue(import_id: int) -> None:
    """Hand an import to the workers when the transaction commits."""
    transaction.on_commit(partial(send, import_id))


def send(import_id: int) -> None:
    """Hand it over now; a broker that is down delays it, no more."""
    try:
        _sender().send_task(TASK, args=[import_id], queue=QUEUE, retry=False)
    except (KombuError, RedisError, OSError):
        log.warning("import.broker_down", import_id=import_id, exc_info=True)


def recover(*, now: datetime) -> int:
    """Hand the imports that nobody works on over again; return how many."""
    found = claims.orphans(now=now)
    for import_id in found:
        send(import_id)
    return len(found)


@cache
def _sender() -> Celery:
    """An application of our own: the web process loads no tasks."""
    app = Celery("zertify-web", set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    return app
