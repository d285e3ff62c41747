"""Answers that this process gave before, for as long as the store is the same.

Many people open the same pages. The version of the store names the changes that a reader sees
(migration 0016): an answer is given again only to one who sees the same ones, and is kept only when
none came while it was made.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Final, TypeVar

from django.db import connection

from analyzer.queries.terms.term import Clause

MOST: Final = 512
"""Answers; the one that was not asked for the longest goes first. Most are a page of rows."""
# A transaction that has written sees what nobody else does: its answers are its own.
_VERSION: Final = """SELECT CASE WHEN pg_current_xact_id_if_assigned() IS NULL
    THEN analyzer_store_version() END"""
_answers: Final[OrderedDict[Hashable, object]] = OrderedDict()
_lock: Final = Lock()
Answer = TypeVar("Answer")


def kept(what: str, statements: tuple[Clause, ...], make: Callable[[], Answer]) -> Answer:
    """Return what `make` returns for these statements; nobody may change it.

    `what` tells answers apart that are made from the same statements.
    """
    if not all(map(_is_lasting, statements)):
        return make()
    asked = (what, *((one.sql, *map(_hashable, one.params)) for one in statements))
    version = _version()
    if version is None:
        return make()
    key = (connection.settings_dict["NAME"], version, asked)
    with _lock:
        if key in _answers:
            _answers.move_to_end(key)
            return _answers[key]  # type: ignore[return-value]  # `what` says what it is
    made = make()
    if _version() == version:
        with _lock:
            _answers[key] = made
            while len(_answers) > MOST:
                _answers.popitem(last=False)
    return made


def forget_all() -> None:
    """Give nothing again."""
    with _lock:
        _answers.clear()


def _is_lasting(statement: Clause) -> bool:
    """Whether it does not depend on the clock."""
    return "now()" not in statement.sql


def _hashable(param: object) -> Hashable:
    return tuple(param) if isinstance(param, list) else param


def _version() -> str | None:
    with connection.cursor() as cursor:
        cursor.execute(_VERSION)
        found: str | None = cursor.fetchone()[0]
    return found
