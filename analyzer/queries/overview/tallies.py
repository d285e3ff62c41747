"""What every card is made of: sums of sessions under up to three keys, read in one statement."""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from analyzer.queries.filters import Filters
from analyzer.queries.pages import fetch
from analyzer.queries.relations import where
from analyzer.queries.terms.term import Clause

TOP: Final = 8
"""Rows of a list that is cut; the overview names the worst and links to all."""

MEASURES: Final = """count(*) AS sessions, analyzer_total(connections) AS connections,
    analyzer_total(connections) FILTER (WHERE protocol = 'NONE') AS unprotected,
    analyzer_total(failed) AS failed"""
SUMS: Final = """analyzer_total(sessions) AS sessions, analyzer_total(connections) AS connections,
    analyzer_total(unprotected) AS unprotected, analyzer_total(failed) AS failed"""
"""The same of rows that are sums already."""

# `every`: the sessions of all roles; `s`: those of the role shown; `v` and `b`: these by server and
# by protection. Facets below read nothing else but what these are keys of.
_SUMMED: Final = """WITH every AS MATERIALIZED (
    SELECT a.id, a.server_id, a.client_ip, a.protection_id, a.connections, a.failed, sv.role,
        p.protocol, p.strength, p.version, p.cipher, p.quantum_vulnerable
    FROM ({activity}) a
    JOIN analyzer_server sv ON sv.id = a.server_id
    JOIN analyzer_protection p ON p.id = a.protection_id
), s AS MATERIALIZED (SELECT * FROM every WHERE role = %s),
v AS MATERIALIZED (SELECT server_id, {measures} FROM s GROUP BY server_id),
b AS MATERIALIZED (SELECT protection_id, {measures} FROM s GROUP BY protection_id)
{also} {facets}"""
_COLUMNS: Final = ("a", "b", "c", "sessions", "connections", "unprotected", "failed", "things")


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to group: a SELECT of three texts, the measures and a number of `things`.

    What the number counts is the facet's own: rows before the cut, certificates.
    """

    name: str
    clause: Clause


@dataclass(frozen=True, slots=True)
class Tally:
    """One group. `failed` is None where no record counts failed handshakes (before z/OS 3.2)."""

    keys: tuple[str, str, str]
    sessions: int
    connections: int
    unprotected: int
    failed: int | None
    things: int


Tallies = Mapping[str, Sequence[Tally]]


def tallies_question(
    filters: Filters, role: str, facets: Sequence[Facet], also: Sequence[Clause] = ()
) -> Clause:
    """Return what asks for the groups of all facets; `also` are further CTEs that facets read."""
    activity = where(filters).activity
    sql = _SUMMED.format(
        activity=activity.sql,
        measures=MEASURES,
        also="".join(f", {one.sql}" for one in also),
        facets=" UNION ALL ".join(_numbered(facet) for facet in facets),
    )
    parts = (activity, Clause("", (role,)), *also, *(facet.clause for facet in facets))
    params = tuple(param for part in parts for param in part.params)
    return Clause(f"{sql} ORDER BY facet, place", params)


def read_tallies(question: Clause, facets: Sequence[Facet]) -> Tallies:
    """Return the groups of each facet in its order."""
    found: dict[str, list[Tally]] = {facet.name: [] for facet in facets}
    for row in fetch(question):
        found[row["facet"]].append(_tally(row))
    return found


def _numbered(facet: Facet) -> str:
    """A facet's rows with its name and their places: the order must survive the union."""
    names = ", ".join(_COLUMNS)
    return f"""SELECT '{facet.name}' AS facet, row_number() OVER () AS place, f.*
        FROM ({facet.clause.sql}) AS f({names})"""


def _tally(row: Mapping[str, object]) -> Tally:
    counts = {name: int(str(row[name] or 0)) for name in _COLUMNS[3:]}
    failed = None if row["failed"] is None else counts["failed"]
    keys = (str(row["a"] or ""), str(row["b"] or ""), str(row["c"] or ""))
    return Tally(keys, **{**counts, "failed": failed})  # type: ignore[arg-type]
