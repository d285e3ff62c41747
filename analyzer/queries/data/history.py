"""Imports and prunes in one list."""

# ruff: noqa: S608 -- every part is a constant of this module; values are parameters

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from analyzer.models import Import, Prune
from analyzer.queries.pages import Question, read_page
from analyzer.queries.relations import Relation
from analyzer.queries.terms.term import Clause
from analyzer.tables.imports import HISTORY
from smf.reader import DECODER
from web.paging import PAGE_ROWS, Page

_LOCAL: Final = "YYYY-MM-DD HH24:MI:SS"
_OLD: Final = "read by an older decoder: `Read again` brings its records up to date"
# Keys of both tables in one: an import's is even, a prune's odd.
_ROWS: Final = f"""
    SELECT i.id * 2 AS id, CASE WHEN i.renews_id IS NULL THEN 'Import' ELSE 'Read again' END
            AS operation, i.name, i.state, i.added, i.duplicate,
        (SELECT coalesce(sum(n::bigint), 0)::bigint FROM jsonb_each_text(i.ignored) e (reason, n))
            AS ignored_total,
        i.rejected, NULL::bigint AS removed, i.size_bytes, {{sources}} AS source,
        coalesce(u.username, '') AS submitted_by, i.submitted_at, i.started_at, i.finished_at,
        to_char(i.earliest, '{_LOCAL}') AS earliest, to_char(i.latest, '{_LOCAL}') AS latest,
        i.comment, i.error, 'UTC' AS time_zone,
        CASE WHEN i.decoder BETWEEN 1 AND %s AND NOT EXISTS (
            SELECT FROM analyzer_import n WHERE n.renews_id = i.id) THEN %s ELSE '' END
            AS old_decoder
    FROM analyzer_import i LEFT JOIN auth_user u ON u.id = i.submitted_by_id
    UNION ALL
    SELECT p.id * 2 + 1, 'Prune', p.words, p.state, NULL, NULL, NULL, NULL,
        p.intervals + p.connections, NULL, {{kinds}}, coalesce(u.username, ''), p.submitted_at,
        p.started_at, p.finished_at, NULL, NULL, '', p.error, 'UTC', ''
    FROM analyzer_prune p LEFT JOIN auth_user u ON u.id = p.submitted_by_id"""
_IDS: Final = "SELECT id FROM analyzer_import UNION ALL SELECT id FROM analyzer_prune"


def question() -> Question:
    """All operations."""
    rows = _ROWS.format(
        sources=_words("i.source", dict(Import.Source.choices)),
        kinds=_words("p.kind", dict(Prune.Kind.choices)),
    )
    relation = Relation(Clause(rows, (DECODER - 1, _OLD)), Clause(_IDS))
    return Question(HISTORY, relation, extra=("old_decoder",))


def page(*, sort: str | None, after: str | None, limit: int = PAGE_ROWS) -> Page:
    """One page of them, the latest first. Raises UnknownColumnError and PageKeyError."""
    return read_page(question(), sort=sort, after=after, limit=limit)


def is_import(row: Mapping[str, Any]) -> bool:
    """False for a prune."""
    return int(row["id"]) % 2 == 0


def key_of(row: Mapping[str, Any]) -> int:
    """The primary key of the import or prune of a row."""
    return int(row["id"]) // 2


def _words(column: str, words: Mapping[Any, Any]) -> str:
    whens = " ".join(f"WHEN '{key}' THEN '{text}'" for key, text in words.items())
    return f"CASE {column} {whens} ELSE {column} END"
