"""Locks of this process, held by its connection to PostgreSQL: they end with either of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, connection


class Lock:
    """One name that one process at a time has."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._held_by: object = None

    @property
    def is_held(self) -> bool:
        """Whether the connection that took it is still in use."""
        return self._held_by is not None and self._held_by is connection.connection

    def take(self) -> bool:
        """Take it unless another process has it; whether it is ours."""
        if not self.is_held and self._ask("pg_try_advisory_lock"):
            self._held_by = connection.connection
        return self.is_held

    def release(self) -> None:
        """Give it back; what a lost connection had is free already."""
        if self.is_held:
            try:
                self._ask("pg_advisory_unlock")
            except Error:
                connection.close()
        self._held_by = None

    def _ask(self, function: str) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(hashtextextended(%s, 0))", [self._name])
            return bool(cursor.fetchone()[0])


@contextmanager
def alone(name: str) -> Iterator[bool]:
    """Hold a lock for a block; whether it is ours."""
    lock = Lock(name)
    try:
        yield lock.take()
    finally:
        lock.release()
