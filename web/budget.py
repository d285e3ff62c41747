"""Page reads: read-only and with a time limit, so that no question holds a server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from math import ceil
from time import monotonic
from typing import TypeVar

from django.db import DEFAULT_DB_ALIAS, OperationalError, connections, transaction
from psycopg.errors import QueryCanceled

Item = TypeVar("Item")


class OutOfTimeError(Exception):
    """The time limit of a read was reached; `limit_s` is that limit in seconds."""

    def __init__(self, limit_s: float) -> None:
        super().__init__(f"stopped after {limit_s:g} s")
        self.limit_s = limit_s


@contextmanager
def read_budget(limit_s: float, *, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Run reads with a time limit for each statement; nothing can be written inside.

    `limit_s` is in seconds, 0 for none. Raises OutOfTimeError. The settings end with the block,
    also inside a transaction: the block is always rolled back.
    """
    connection = connections[using]
    try:
        with transaction.atomic(using=using):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('statement_timeout', %s, true),"
                    " set_config('transaction_read_only', 'on', true),"
                    " set_config('jit', 'off', true)",  # compiling takes longer than a page may
                    [f"{ceil(limit_s * 1000)}ms"],  # rounded down, a short limit would be none
                )
            yield
            transaction.set_rollback(True, using=using)
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise OutOfTimeError(limit_s) from error
        raise


class Deadline:
    """A time limit over many steps, each of which gets what is left; `limit_s` 0 for none."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s, self._until = limit_s, monotonic() + limit_s

    def left_s(self) -> float:
        """Return how many seconds are left, 0 without a limit. Raises OutOfTimeError."""
        if not self._limit_s:
            return 0
        left = self._until - monotonic()
        if left <= 0:
            raise OutOfTimeError(self._limit_s)
        return left

    def over(self, items: Iterable[Item]) -> Iterator[Item]:
        """Yield items while there is time. Raises OutOfTimeError."""
        for one in items:
            self.left_s()
            yield one


@contextmanager
def deadline(limit_s: float) -> Iterator[Deadline]:
    """Give a block one time limit: a step that runs out of what is left says the whole."""
    try:
        yield Deadline(limit_s)
    except OutOfTimeError as error:
        raise OutOfTimeError(limit_s) from error
