"""Tasks handed to the workers by name: whoever hands one over need not load it."""

from __future__ import annotations

from functools import cache

import structlog
from celery import Celery
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)


def hand_over(task: str, *args: int, queue: str, after_s: float = 0) -> None:
    """Send a task now, to be run after some seconds; a broker that is down delays it, no more."""
    try:
        _sender().send_task(task, args=list(args), queue=queue, retry=False, countdown=after_s)
    except (KombuError, RedisError, OSError):
        log.warning("task.broker_down", task=task, args=args, exc_info=True)


@cache
def _sender() -> Celery:
    """An application of our own: the web process loads no tasks."""
    app = Celery("zertify-web", set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    return app
