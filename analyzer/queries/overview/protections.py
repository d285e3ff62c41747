"""How well sessions are protected: classes, and what weak ones use."""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from typing import Final

from analyzer.queries.overview.tallies import MEASURES, SUMS, TOP, Facet
from analyzer.queries.terms.term import Clause
from analyzer.tables.strength import rank_sql

WEAK: Final = ("deprecated", "weak")
_WEAK: Final = "strength IN ('deprecated', 'weak')"
_TOP: Final = f"ORDER BY connections DESC, a, b, c LIMIT {TOP}"

ROLES: Final = Facet(
    "roles",
    Clause(
        f"SELECT role AS a, '', '', {MEASURES}, 0 FROM every GROUP BY role ORDER BY role",
    ),
)
CLASSES: Final = Facet(
    "classes",
    Clause(
        f"""SELECT strength AS a, '', '', {MEASURES}, 0 FROM s GROUP BY strength
        ORDER BY {rank_sql("strength")}"""
    ),
)
VERSIONS: Final = Facet(
    "versions",
    Clause(
        f"""SELECT protocol AS a, version AS b, strength AS c, {MEASURES},
            count(*) OVER () FROM s WHERE {_WEAK} GROUP BY protocol, version, strength {_TOP}"""
    ),
)
SUITES: Final = Facet(
    "suites",
    Clause(
        f"""SELECT cipher AS a, '' AS b, strength AS c, {MEASURES}, count(*) OVER ()
        FROM s WHERE {_WEAK} AND protocol = 'TLS' AND cipher NOT IN ('', 'FFFFFF')
        GROUP BY cipher, strength {_TOP}"""
    ),
)
# A session counts under each length that one of its keys has, as the filters of lengths do.
LENGTHS: Final = Facet(
    "lengths",
    Clause(
        f"""SELECT p.protocol AS a, bits::text AS b, p.strength AS c, {SUMS}, count(*) OVER ()
        FROM b JOIN analyzer_protection p ON p.id = b.protection_id
        CROSS JOIN LATERAL (SELECT DISTINCT bits FROM unnest(p.key_bits) bits) k
        WHERE p.{_WEAK} GROUP BY p.protocol, bits, p.strength {_TOP}"""
    ),
)
QUANTUM: Final = Facet(
    "quantum",
    Clause(
        f"""SELECT CASE WHEN quantum_vulnerable THEN 'vulnerable'
                WHEN quantum_vulnerable IS NULL THEN 'unknown' ELSE 'not-vulnerable' END AS a,
            '', '', {MEASURES}, 0
        FROM s WHERE protocol <> 'NONE' GROUP BY a ORDER BY a DESC"""
    ),
)
FACETS: Final = (ROLES, CLASSES, VERSIONS, SUITES, LENGTHS, QUANTUM)
