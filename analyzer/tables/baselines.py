"""Columns of findings, of days and of servers: on screen, in CSV and in the API by one name."""

from __future__ import annotations

from typing import Final

from analyzer.tables.columns import Column, Table


def _column(key: str, label: str, help_text: str, kind: str = "text") -> Column:
    return Column(key, label, help_text, kind, sortable=False)  # type: ignore[arg-type]


_BROKEN: Final = (
    _column("sessions", "Sessions", "Distinct security sessions that break the rule.", "count"),
    _column("connections", "Total Conns", "Connections of these sessions.", "count"),
    _column("servers", "Servers", "Servers that have such sessions.", "count"),
)
FINDINGS: Final = Table(
    *("findings", "finding", "findings"),
    (
        _column("rule", "Rule id", "Its id, as in the filter `baseline`.", "mono"),
        _column("title", "Rule", "What must be so."),
        _column("severity", "Severity", "fails: decides the score; advises: counted beside it."),
        _column("scored", "Scored", "yes: the rule decides the score."),
        _column("clause", "Clause", "Where the document says it."),
        _column("confidence", "Confidence", "How sure we are of the clause."),
        *_BROKEN,
        _column(
            "not_judged_sessions",
            "Not judged",
            "Sessions whose records do not say what the rule asks.",
            "count",
        ),
        _column("not_judged_connections", "Not judged conns", "Their connections.", "count"),
        _column("not_judged_servers", "Not judged servers", "Their servers.", "count"),
    ),
    default_sort="rule",
)
DAYS: Final = (
    _column("day", "Day", "In the systems' own time zones.", "time"),
    _column("score", "Score", "Connections of sessions that hold, in percent of those covered."),
    _column("breaks", "Breaking", "Connections of sessions that break a rule.", "count"),
    _column("not_judged", "Not judged", "Connections that cannot be judged.", "count"),
    _column("holds", "Holding", "Connections of sessions that break no rule.", "count"),
)
SERVERS: Final = (
    _column("server", "Server", ""),
    _column("place", "System and stack", ""),
    _column("connections", "Breaking conns", "", "count"),
    _column("sessions", "Breaking sessions", "", "count"),
)
CONFIDENCES: Final = {
    "confirmed": "Read where it is published.",
    "recalled": "From memory or from others: check the document before you rely on it.",
    "inferred": "Our reading: the document does not say it in these words.",
    "provisional": "A placeholder: check the document.",
}
"""What stands behind the confidence of a clause."""
