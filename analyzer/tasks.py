"""The worker's side of imports. Arguments are ids; the row says what is to be done."""

from __future__ import annotations

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from analyzer.ingest import pipeline, waiting


def work_on_import(import_id: int) -> None:
    """Work on an import; nothing happens when it is done, canceled or in good hands."""
    try:
        pipeline.run(import_id)
    except (OperationalError, InterfaceError):
        raise
    except SoftTimeLimitExceeded:
        pipeline.fail_ours(import_id, "the import took longer than the time limit")
    except Exception as error:
        pipeline.fail_ours(import_id, f"unexpected error: {error!r}")
        raise


@shared_task(
    name=waiting.TASK,
    queue=waiting.QUEUE,
    autoretry_for=(OperationalError, InterfaceError),
    retry_backoff=2,
    retry_backoff_max=120,
    retry_jitter=True,
    max_retries=8,
)
def run_import(import_id: int) -> None:
    """The same as a task: a lost database is tried again later."""
    work_on_import(import_id)


@shared_task(name="analyzer.recover_imports", queue="default")
def recover_imports() -> int:
    """Hand imports that nobody works on to the workers again."""
    return waiting.recover(now=timezone.now())
