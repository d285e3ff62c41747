"""Which audit packs there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from analyzer.models import AuditPack
from analyzer.queries import saved
from analyzer.queries.pages import Question, read_page
from analyzer.queries.relations import Relation
from analyzer.queries.terms.term import Clause
from analyzer.tables.packs import PACKS
from web.paging import PAGE_ROWS, Page

_ROWS: Final = """SELECT p.id, p.submitted_at, p.title, '' AS words, p.state, p.params,
    p.made_by_name AS made_by, nullif(p.size_bytes, 0) AS size_bytes,
    CASE WHEN p.dropped_at IS NULL THEN p.expires_at END AS kept_until
    FROM analyzer_auditpack p"""


def get(pk: int) -> AuditPack | None:
    return AuditPack.objects.filter(pk=pk).first()


def by_ids(pks: list[int]) -> list[AuditPack]:
    """These packs in this order."""
    found = AuditPack.objects.in_bulk(pks)
    return [found[pk] for pk in pks if pk in found]


def page(*, sort: str | None = None, after: str | None = None, limit: int = PAGE_ROWS) -> Page:
    """One page of all packs. Raises UnknownColumnError and PageKeyError."""
    relation = Relation(Clause(_ROWS), Clause("SELECT p.id FROM analyzer_auditpack p"))
    found = read_page(
        Question(PACKS, relation, extra=("params",)), sort=sort, after=after, limit=limit
    )
    for row in found.rows:
        row["words"] = words_of(saved.stored(row["params"]))
    return found


def words_of(params: object) -> str:
    """What stored parameters ask, in words."""
    filters, _ = saved.filters_of(params)
    return filters.sentence("Traffic")


def count_of(rows: Mapping[str, Any]) -> int:
    """Rows of all files of a pack."""
    return sum(int(number) for number in rows.values())
