"""The Celery application; tasks are found in the apps."""

from __future__ import annotations

import os

from celery import Celery
from celery.signals import worker_ready

from config.embedded import provide

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
provide()

app = Celery("zertify")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["analyzer", "enforcement"])


@worker_ready.connect
def take_up_interrupted_work(**_: object) -> None:
    """A worker that starts may follow one that was killed: beat would ask in a minute only."""
    for task in (
        *("analyzer.recover_imports", "analyzer.recover_packs", "analyzer.start_standing"),
        "enforcement.recover_runs",
    ):
        app.send_task(task, queue="default", ignore_result=True)
