"""When certificates end, in bands of whole days of UTC counted from a given day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from analyzer.queries.overview.tallies import Facet
from analyzer.queries.terms.term import Clause

NAME: Final = "certificates"
UNKNOWN: Final = "unknown"
_DAY: Final = timedelta(days=1)
_AHEAD: Final = (7, 30, 90)

# The texts of the labels begin with the day in UTC, so that they compare as texts.
_BANDS: Final = """
    SELECT n.band, '', '', coalesce(n.sessions, 0), coalesce(n.connections, 0), 0, NULL::bigint,
        coalesce(c.certificates, 0)
    FROM (
        SELECT band, analyzer_total(sessions) AS sessions,
            analyzer_total(connections) AS connections
        FROM (
            SELECT DISTINCT b.protection_id, b.sessions, b.connections, {moment_band} AS band
            FROM b JOIN analyzer_protection p ON p.id = b.protection_id
            CROSS JOIN LATERAL unnest(p.not_after) AS moment
            UNION ALL
            SELECT b.protection_id, b.sessions, b.connections, '{unknown}'
            FROM b JOIN analyzer_protection p ON p.id = b.protection_id
            WHERE p.facts && ARRAY['not_after=Unknown']
        ) ends GROUP BY band
    ) n LEFT JOIN (
        SELECT {label_band} AS band, count(DISTINCT (serial, ends)) AS certificates
        FROM b JOIN analyzer_protection p ON p.id = b.protection_id
        CROSS JOIN LATERAL (SELECT p.labels->>(own || '_serial') AS serial,
                p.labels->>(own || '_not_after') AS ends
            FROM unnest(ARRAY['scert', 'ccert', 'lcert', 'rcert']) AS own) k
        WHERE p.not_after <> '{{}}' AND ends <> '' GROUP BY 1
    ) c ON c.band = n.band
    ORDER BY n.band"""


@dataclass(frozen=True, slots=True)
class Band:
    """Days from `first` to `last`, both included; None is an open end."""

    key: str
    words: str
    first: date | None = None
    last: date | None = None

    @property
    def filter_text(self) -> str:
        """The same as a value of the filter `expiry`."""
        if self.key == UNKNOWN:
            return "Unknown"
        if self.first is None:
            return f"<={self.last}"
        return f"{self.first}..{self.last}" if self.last else f">={self.first}"


def bands(today: date) -> tuple[Band, ...]:
    """Return the bands in their order, the unknown last; a key sorts as its band does."""
    found = [Band("0", "Expired", None, today - _DAY)]
    first = today
    for number, days in enumerate(_AHEAD, start=1):
        last = today + timedelta(days=days)
        found.append(Band(str(number), f"Within {days} days", first, last))
        first = last + _DAY
    return (*found, Band("4", "Later", first), Band(UNKNOWN, "End not recorded"))


def facet(today: date) -> Facet:
    """Return the facet by band; `things` counts distinct certificates.

    A session counts in each band in which one of its certificates ends, as the filter has it.
    """
    moment = _case("(moment AT TIME ZONE 'UTC')::date <= %s::date")
    label = _case("left(ends, 10) <= %s")
    days = [one.last for one in bands(today) if one.last]
    sql = _BANDS.format(moment_band=moment, label_band=label, unknown=UNKNOWN)
    return Facet(NAME, Clause(sql, (*days, *(str(day) for day in days))))


def _case(condition: str) -> str:
    whens = " ".join(f"WHEN {condition} THEN '{number}'" for number in range(len(_AHEAD) + 1))
    return f"CASE {whens} ELSE '{len(_AHEAD) + 1}' END"
