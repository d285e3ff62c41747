"""The sign of life of a claim, from a thread with a connection of its own.

Whatever takes long in the work itself (a big batch, the wait for another worker's batch, a slow
file) delays no sign, and the work learns soon that its claim is gone. What may be stored does not
rest on this: a batch commits only with the claim still in the row.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Self

import structlog
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from analyzer.ingest import claims
from analyzer.ingest.errors import NotOursError
from analyzer.models import Import

EVERY_S = 0.5

log = structlog.get_logger(__name__)


class Pulse:
    """Renews a claim as long as the block runs; `renew` raises NotOursError when it is gone."""

    def __init__(self, renew: Callable[[datetime], None], *, of: str) -> None:
        self._renew, self._of = renew, of
        self._lost = threading.Event()
        self._left = threading.Event()
        self._failing = False
        self._thread = threading.Thread(target=self._work, name="heartbeat", daemon=True)

    def check(self) -> None:
        """Raise `NotOursError` when the claim was seen to be gone."""
        if self._lost.is_set():
            raise NotOursError

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._left.set()
        self._thread.join()

    def _work(self) -> None:
        try:
            while not self._left.wait(EVERY_S):
                self._beat()
        except NotOursError:
            self._lost.set()
        finally:
            connection.close()

    def _beat(self) -> None:
        try:
            self._renew(timezone.now())
        except (DatabaseError, InterfaceError):
            # Not our end: the work sees for itself whether the database answers.
            if not self._failing:
                log.warning("heartbeat.failed", of=self._of, exc_info=True)
            self._failing = True
            connection.close()
        else:
            self._failing = False


class Heartbeat(Pulse):
    """Renews the claim of an import."""

    def __init__(self, imported: Import) -> None:
        pk, worker = imported.pk, imported.worker
        super().__init__(
            lambda now: claims.advance(import_id=pk, worker=worker, now=now), of=f"import {pk}"
        )
