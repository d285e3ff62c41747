"""Random moments of an import, spread over all of it and over what its worker can be doing."""

from __future__ import annotations

import os
import random
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection

from analyzer.models import Import

# What the worker's session is at, by what PostgreSQL says of it.
DOINGS = {
    "copy": r"state = 'active' AND query ~* '^\s*copy'",
    "insert": r"state = 'active' AND query ~* '^\s*insert'",
    "commit": "state = 'active' AND query = 'COMMIT'",
    "between batches": "state = 'idle' AND query = 'COMMIT'",
    "anything": "true",
}
LAST_PART = 0.85  # the rest leaves room for the last of the kills
WAIT_S = 30


@dataclass(frozen=True, slots=True)
class Moment:
    """When so many records are done, so long after, as soon as the worker is at it."""

    records_done: int
    delay_s: float
    doing: str


def seed() -> int:
    """Printed, so that a failure can be tried again: ZERTIFY_TEST_SEED=..."""
    number = int(os.environ.get("ZERTIFY_TEST_SEED") or secrets.randbelow(1 << 32))
    print(f"ZERTIFY_TEST_SEED={number}")
    return number


def moments(number: int, records: int, chance: random.Random) -> list[Moment]:
    """So many of them, in their order; each doing comes as often as the others."""
    doings = list(DOINGS) * (number // len(DOINGS))
    chance.shuffle(doings)
    part = records * LAST_PART / number
    return [
        Moment(int(part * (at + chance.random())), chance.uniform(0, 0.05), doing)
        for at, doing in enumerate(doings)
    ]


def await_moment(imported: Import, moment: Moment, *, dead: str) -> None:
    """Return when it has come for a worker after the `dead` one; the import must not end before."""
    _await(lambda: _is_under_way(imported, moment, dead), f"{moment} of {imported.state}")
    time.sleep(moment.delay_s)
    await_doing(moment.doing)


def await_doing(doing: str) -> None:
    """Return when a session beside our own is at it."""
    question = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND " + DOINGS[doing]
    )
    with connection.cursor() as cursor:

        def is_at_it() -> bool:
            cursor.execute(question)
            return bool(cursor.fetchone()[0])

        _await(is_at_it, f"nobody is ever at {doing}")


def _is_under_way(imported: Import, moment: Moment, dead: str) -> bool:
    imported.refresh_from_db()
    assert imported.state in {Import.State.PENDING, Import.State.ACTIVE}, imported.state
    alive = imported.state == Import.State.ACTIVE and imported.worker != dead
    return alive and imported.records_done >= moment.records_done


def _await(true: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < until, what
