"""What a profile finds over a period: by rule, by verdict, and the servers that break it most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from analyzer.baselines.profile import Profile, Rule
from analyzer.queries.baselines.amounts import NOTHING, Amount, Tally
from analyzer.queries.baselines.judged import BROKEN, UNKNOWN, VERDICTS, judged
from analyzer.queries.filters import Filters
from analyzer.queries.pages import fetch_kept
from analyzer.queries.relations import where
from analyzer.queries.terms.term import Clause

MOST_SERVERS: Final = 10
_SUMS: Final = """coalesce(sum(v.sessions), 0) AS sessions,
    coalesce(analyzer_total(v.connections), 0) AS connections,
    count(DISTINCT v.server_id) AS servers"""
_BREAKS: Final = VERDICTS.index("breaks")
_FINDINGS: Final = """WITH v AS MATERIALIZED (
    SELECT a.server_id, a.protection_id, count(*) AS sessions,
        analyzer_total(a.connections) AS connections
    FROM ({activity}) a GROUP BY a.server_id, a.protection_id
), j AS MATERIALIZED ({judged})
SELECT 'verdict' AS facet, j.verdicts[1]::bigint AS place, 0::bigint AS state, {sums}
    FROM v JOIN j ON j.id = v.protection_id GROUP BY 2
UNION ALL
SELECT 'rule', r.place, r.state, {sums}
    FROM v JOIN j ON j.id = v.protection_id
    CROSS JOIN LATERAL unnest(j.states) WITH ORDINALITY r(state, place)
    WHERE r.state > 0 GROUP BY r.place, r.state
UNION ALL
SELECT * FROM (SELECT 'server', v.server_id, 0, sum(v.sessions) AS sessions,
        analyzer_total(v.connections) AS connections, 0
    FROM v JOIN j ON j.id = v.protection_id WHERE j.verdicts[1] = {breaks}
    GROUP BY v.server_id ORDER BY connections DESC, sessions DESC, v.server_id LIMIT %s) worst"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that is evaluated."""

    rule: Rule
    broken: Amount = NOTHING
    not_judged: Amount = NOTHING


@dataclass(frozen=True, slots=True)
class Findings:
    """`findings` in the order of the profile; `servers` the worst first, by their keys."""

    tally: Tally = field(default_factory=Tally)
    findings: Sequence[Finding] = ()
    servers: Sequence[tuple[int, Amount]] = ()
    cut: str = ""

    @property
    def failing(self) -> list[Finding]:
        """Rules that must be kept and are broken."""
        return [
            one for one in self.findings if one.rule.severity == "fails" and one.broken.sessions
        ]


def read_findings(filters: Filters, profile: Profile, *fixed: Clause) -> Findings:
    """Return the findings on the sessions that the filters and fixed conditions choose."""
    if filters.refused:
        return Findings(findings=[Finding(rule) for rule in profile.rules if rule.judged])
    activity = where(filters, *fixed).activity
    within = judged([profile], "SELECT protection_id FROM v")
    sql = _FINDINGS.format(activity=activity.sql, judged=within.sql, sums=_SUMS, breaks=_BREAKS)
    rows = fetch_kept(Clause(sql, (*activity.params, *within.params, MOST_SERVERS)))
    return Findings(
        Tally({VERDICTS[row["place"]]: _amount(row) for row in _of(rows, "verdict")}),
        _findings(profile, rows),
        [(row["place"], _amount(row)) for row in _of(rows, "server")],
    )


def _findings(profile: Profile, rows: Sequence[Mapping[str, Any]]) -> list[Finding]:
    found = {(row["place"], row["state"]): _amount(row) for row in _of(rows, "rule")}
    numbers = {rule.id: number for number, rule in enumerate(profile.judged, 1)}
    return [
        Finding(
            rule,
            found.get((numbers[rule.id], BROKEN), NOTHING),
            found.get((numbers[rule.id], UNKNOWN), NOTHING),
        )
        for rule in profile.rules
        if rule.judged
    ]


def _of(rows: Sequence[Mapping[str, Any]], facet: str) -> list[Mapping[str, Any]]:
    return [row for row in rows if row["facet"] == facet]


def _amount(row: Mapping[str, Any]) -> Amount:
    return Amount(*(int(str(row[name])) for name in ("sessions", "connections", "servers")))
