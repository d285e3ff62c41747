"""The session tables: one per protocol and kind of detail, and one of everything."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from analyzer.models import Protection
from analyzer.tables import scope
from analyzer.tables.attributes import CERTIFICATE, CRYPTOGRAPHIC, DN, SOURCE, VERSION
from analyzer.tables.columns import Column, Table
from analyzer.tables.strength import STRENGTH
from analyzer.tables.traffic import FAILED, FIRST, INTERVALS, LAST, RESTARTS, SUMS, TOTAL, TRAFFIC

PROTOCOL: Final = Column("protocol", "Protocol", kind="protocol")
TITLE: Final = Column("title", "Protection", "The protection in one line.")
CLASS: Final = replace(STRENGTH, label="Strength", help="Class of the weakest attribute.")
REASON: Final = Column("reason", "Reason", "Which attribute decides the class, and on what ground.")
CONFIDENCE: Final = Column(
    "confidence", "Confidence", "Of the names and classes used: confirmed, recalled, inferred."
)
MISMATCH: Final = Column("mismatch", "Mismatch", "Where the suite and the algorithm codes differ.")
DOUBT: Final = Column(
    "doubt",
    "Doubt",
    "Unprotected* sessions that look like failed handshakes: most connections short, few bytes,"
    " where TLS or SSH is known to be spoken, on records from before z/OS 3.2.",
)
SUMMARY: Final = Column(
    "summary",
    "In words",
    "Who used what, how it was protected, its class and why, in a line.",
    sql="""(CASE r.role
        WHEN 'peer' THEN 'EE peer ' || host(r.client_ip) || ' with ' || host(r.server_ip)
            || ' on ' || r.system
        WHEN 'client' THEN coalesce(nullif(r.job, ''), 'A client') || ' on ' || r.system || ' ('
            || host(r.client_ip) || ') used the server ' || host(r.server_ip)
        ELSE host(r.client_ip) || ' used ' || coalesce(nullif(r.job, ''), 'a server') || ' on '
            || r.system || ' (' || host(r.server_ip)
        END || CASE WHEN r.role = 'peer' THEN '' ELSE ' port ' || r.port_start END
        || CASE WHEN r.role = 'peer' OR r.port_start = r.port_end THEN ''
            ELSE '-' || r.port_end END
        || CASE WHEN r.role = 'server' THEN ')' ELSE '' END
        || ': ' || r.title
        || CASE WHEN r.strength = 'none' THEN '' WHEN r.strength = 'unknown'
            THEN '; of unknown strength' ELSE '; ' || r.strength END
        || CASE WHEN r.strength = 'none' OR r.reason = '' THEN ''
            ELSE ' because of ' || r.reason END
        || CASE WHEN r.strength = 'none' OR r.confidence = 'confirmed' THEN ''
            ELSE ' (not all names confirmed)' END
        || CASE WHEN r.doubt = '' THEN '' ELSE '; ' || r.doubt END)""",
)
SESSION_ID: Final = Column(
    "session_id", "Session ID", "zERT's own identifier of the session.", "mono"
)
_JUDGED: Final = (CLASS, replace(REASON, default_visible=False))
_TRACE: Final = tuple(
    replace(column, default_visible=False) for column in (FIRST, LAST, scope.TIME_ZONE, SESSION_ID)
)
_WHERE: Final = tuple(replace(column, default_visible=False) for column in scope.SERVER)


def details_of(protocol: str) -> tuple[str, ...]:
    """Return the kinds of detail that sessions of a protocol have."""
    if protocol == Protection.Protocol.NONE:
        return ("cryptographic", "traffic")
    return ("cryptographic", "certificate", "dn", "traffic")


def table(protocol: str, detail: str) -> Table:
    """Return the table of one kind of detail."""
    return Table(
        name=f"sessions-{protocol.lower()}-{detail}",
        one="security session",
        many="security sessions",
        columns=(
            scope.CLIENT_IP,
            *_middle(protocol, detail),
            replace(SUMMARY, default_visible=False),
            *_TRACE,
            *_WHERE,
        ),
        hover=SUMMARY.key,
        default_sort="-connections" if detail in {"cryptographic", "traffic"} else "client_ip",
        sums=SUMS,
    )


def _middle(protocol: str, detail: str) -> tuple[Column, ...]:
    if detail == "certificate":
        return CERTIFICATE[protocol]
    if detail == "dn":
        return DN[protocol]
    if detail == "traffic":
        doubt = (DOUBT,) if protocol == Protection.Protocol.NONE else ()
        return (*TRAFFIC, FAILED, INTERVALS, replace(RESTARTS, default_visible=False), *doubt)
    if protocol == Protection.Protocol.NONE:
        return (PROTOCOL, DOUBT, *_JUDGED, TOTAL)
    hidden = tuple(replace(column, default_visible=False) for column in (MISMATCH, CONFIDENCE))
    return (*CRYPTOGRAPHIC[protocol], *_JUDGED, *hidden, TOTAL)


def _every_attribute() -> tuple[Column, ...]:
    found: dict[str, Column] = {VERSION.key: VERSION, SOURCE.key: SOURCE}
    for group in (CRYPTOGRAPHIC, CERTIFICATE, DN):
        for columns in group.values():
            for column in columns:
                found.setdefault(column.key, replace(column, default_visible=False))
    return tuple(found.values())


ALL_SESSIONS: Final = Table(
    name="sessions",
    one="security session",
    many="security sessions",
    columns=(
        *(
            replace(column, default_visible=True)
            for column in (*scope.SERVER, scope.CLIENT_IP, PROTOCOL, TITLE, CLASS, TOTAL)
        ),
        *_every_attribute(),
        *(
            replace(column, default_visible=False)
            for column in (
                *(SUMMARY, REASON, CONFIDENCE, MISMATCH, DOUBT),
                *TRAFFIC[1:],
                *(FAILED, INTERVALS, RESTARTS, FIRST, LAST, scope.TIME_ZONE, SESSION_ID),
            )
        ),
    ),
    default_sort="-connections",
    sums=SUMS,
    hover=SUMMARY.key,
)
