"""The inventory of certificates, and who uses one of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from analyzer.tables import scope
from analyzer.tables.columns import Column, Table
from analyzer.tables.traffic import LAST, TOTAL, TRAFFIC
from web.paging import SortKey

NO_NAME: Final = "(no name recorded)"
_SINCE: Final = "Recorded from z/OS 3.2 on."
# The unknown end comes last, not first as the least of times would.
_BY_END: Final = (
    SortKey("coalesce(extract(epoch FROM r.expires)::bigint, 9223372036854775807)", "bigint"),
)
SERVERS: Final = Column("servers", "Servers", "Distinct servers and ports of a job.", "count")
JOBS: Final = Column("jobs", "Jobs", "Distinct job names on z/OS.", "count")
CLIENTS: Final = Column("clients", "Clients", "Distinct client or peer addresses.", "count")
SESSIONS: Final = Column("sessions", "Sessions", "Distinct security sessions.", "count")
LAST_USE: Final = replace(
    LAST,
    key="last_use",
    label="Last use (UTC)",
    help="End of the last recording interval in which a session with it was active.",
)
PARTS: Final = Column(
    "parts", "Shown by", "Whose certificate it is: the server's, the client's, an IKE peer's."
)
_COUNTED: Final = (CLIENTS, SESSIONS, TOTAL, LAST_USE)


def _hidden(*columns: Column) -> tuple[Column, ...]:
    return tuple(replace(column, default_visible=False) for column in columns)


CERTIFICATES: Final = Table(
    name="certificates",
    one="certificate",
    many="certificates",
    columns=(
        Column(
            "name",
            "Certificate",
            "Common name of the subject; its whole name where that has none.",
            sort=(SortKey("lower(r.name)", "text"),),
        ),
        Column(
            "issuer",
            "Issuer",
            "Common name of the issuer; its whole name where that has none.",
            sort=(SortKey("lower(r.issuer)", "text"),),
        ),
        Column("serial", "Serial", f"In hex. {_SINCE}", "mono"),
        Column("key_type", "Key"),
        Column(
            "key_bits",
            "Bits",
            "Length of the key in bits.",
            "mono",
            sql="r.key_bits::text",
            sort=(SortKey("coalesce(r.key_bits, -1)", "bigint"),),
        ),
        Column("signature", "Signature"),
        Column(
            "expires",
            "Expires (UTC)",
            f"The last moment at which it is valid. {_SINCE}",
            "time",
            sort=_BY_END,
        ),
        Column(
            "expiry",
            "Expiry",
            "Time that is left, counted from now.",
            "expiry",
            sort=_BY_END,
        ),
        SERVERS,
        JOBS,
        CLIENTS,
        LAST_USE,
        *_hidden(
            SESSIONS,
            TOTAL,
            PARTS,
            Column("protocols", "Protocols"),
            Column("subject_dn", "Subject DN"),
            Column("issuer_dn", "Issuer DN"),
            Column("encryption", "Encryption", "Encryption method of the signature."),
            Column("hash", "Digest", "Digest algorithm of the signature."),
            Column(
                "identity",
                "Told by",
                "`serial`: serial number and issuer. `names`: names and key, for want of a serial"
                " number. `looks`: no subject name either; several certificates that look alike"
                " stand in one row.",
            ),
        ),
    ),
    default_sort="expires",
)

_ROLE: Final = Column("role", "Role of z/OS", "Server, client, or peer of Enterprise Extender.")

USERS: Final = Table(
    name="certificate-servers",
    one="server",
    many="servers",
    columns=(
        scope.SERVER_IP,
        scope.PORT,
        scope.JOB,
        scope.USER,
        scope.SYSTEM,
        scope.STACK,
        _ROLE,
        PARTS,
        *_COUNTED,
    ),
    default_sort="-connections",
)
OWNERS: Final = Table(
    name="certificate-jobs",
    one="job",
    many="jobs",
    columns=(scope.JOB, scope.USER, scope.SYSTEM, _ROLE, SERVERS, *_COUNTED),
    default_sort="-connections",
)
CLIENT_ROWS: Final = Table(
    name="certificate-clients",
    one="client",
    many="clients",
    columns=(scope.CLIENT_IP, _ROLE, SERVERS, SESSIONS, TOTAL, LAST_USE),
    default_sort="-connections",
)
DAYS: Final = (
    Column("day", "Day", kind="time"),
    SERVERS,
    CLIENTS,
    SESSIONS,
    *TRAFFIC,
)
