"""Who is to be asked: servers and owners with the most unprotected, servers with failures."""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from analyzer.models import Server
from analyzer.queries.overview.tallies import SUMS, TOP, Facet
from analyzer.queries.terms.term import Clause

UNPROTECTED: Final = Facet(
    "unprotected",
    Clause(
        f"""SELECT server_id::text, '', '', sessions, connections, unprotected, failed,
            count(*) OVER () FROM v WHERE unprotected > 0
        ORDER BY unprotected DESC, server_id LIMIT {TOP}"""
    ),
)
OWNERS: Final = Facet(
    "owners",
    Clause(
        f"""SELECT sv.job AS a, sv."user" AS b, '', {SUMS}, count(*) OVER ()
        FROM v JOIN analyzer_server sv ON sv.id = v.server_id
        GROUP BY sv.job, sv."user" HAVING analyzer_total(unprotected) > 0
        ORDER BY analyzer_total(unprotected) DESC, a, b LIMIT {TOP}"""
    ),
)
FAILED: Final = Facet(
    "failed",
    Clause(
        f"""SELECT server_id::text, '', '', sessions, connections, unprotected, failed,
            count(*) OVER () FROM v WHERE failed > 0
        ORDER BY failed DESC, server_id LIMIT {TOP}"""
    ),
)
# `things`: sessions whose records don't count failed handshakes.
UNCOUNTED: Final = Facet(
    "uncounted",
    Clause(
        """SELECT '', '', '', count(*), analyzer_total(connections), 0, analyzer_total(failed),
            count(*) FILTER (WHERE failed IS NULL) FROM s"""
    ),
)
FACETS: Final = (UNPROTECTED, OWNERS, FAILED, UNCOUNTED)


def named(pks: Iterable[int]) -> dict[int, Server]:
    """Servers with their stacks, by id."""
    return Server.objects.select_related("stack").in_bulk(set(pks))
