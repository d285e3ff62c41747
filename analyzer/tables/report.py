"""The report's three levels: servers (and peers), their clients, and the session details."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal

from analyzer.models import Protection, Server
from analyzer.tables import scope, sessions
from analyzer.tables.columns import Column, Sum, Table
from analyzer.tables.strength import STRENGTH
from analyzer.tables.traffic import LAST, MEASURES, SUMS

Detail = Literal["cryptographic", "certificate", "dn", "traffic"]

UNPROTECTED_HELP: Final = (
    "No recognized protection: zERT saw no TLS, SSL, SSH or IPsec. A protocol that zERT does not"
    " know looks the same, and before z/OS 3.2 so does a handshake that failed."
)
COUNTS: Final = (
    Column("unprotected", "Unprotected* Total Conns", UNPROTECTED_HELP, "count", flag="doubt"),
    Column("ipsec", "IPsec Total Conns", "Connections through an IPsec tunnel.", "count"),
    Column("ssh", "SSH Total Conns", kind="count"),
    Column("tls", "TLS Total Conns", "TLS and SSL.", "count"),
)
DOUBTFUL: Final = Column(
    "doubtful",
    "Perhaps failed handshakes",
    "Unprotected* connections that look like failed handshakes: short, few bytes, where TLS or SSH"
    " is known to be spoken, on records from before z/OS 3.2.",
    "count",
    default_visible=False,
)
SESSIONS_COUNT: Final = Column(
    "sessions", "Sessions", "Distinct security sessions.", "count", default_visible=False
)
_SUMS: Final = (Sum("sessions", "security sessions", "security session"), *SUMS)
_HIDDEN: Final = tuple(replace(column, default_visible=False) for column in MEASURES)

SERVERS: Final = Table(
    name="servers",
    one="server",
    many="servers",
    columns=(
        *scope.SERVER,
        *COUNTS,
        STRENGTH,
        DOUBTFUL,
        *_HIDDEN,
        Column("clients", "Clients", "Distinct client addresses.", "count", default_visible=False),
        SESSIONS_COUNT,
        replace(LAST, default_visible=False),
        scope.TIME_ZONE,
    ),
    default_sort="-unprotected",
    sums=_SUMS,
)
CLIENTS: Final = Table(
    name="clients",
    one="client",
    many="clients",
    columns=(
        scope.CLIENT_IP,
        *COUNTS,
        STRENGTH,
        DOUBTFUL,
        *_HIDDEN,
        SESSIONS_COUNT,
        replace(LAST, default_visible=False),
        scope.TIME_ZONE,
    ),
    default_sort="-unprotected",
    sums=_SUMS,
)
_PEER_COUNTS: Final = tuple(
    replace(column, default_visible=column.key in {"unprotected", "ipsec"}) for column in COUNTS
)


def servers_table(role: str) -> Table:
    """Return the first level's table in the words of its tab."""
    if role == Server.Role.SERVER:
        return SERVERS
    if role == Server.Role.CLIENT:
        return replace(SERVERS, name="foreign_servers")
    columns = tuple(
        next((peer for peer in _PEER_COUNTS if peer.key == column.key), _peer_words(column))
        for column in SERVERS.columns
    )
    return replace(SERVERS, name="peers", one="EE peer", many="EE peers", columns=columns)


def clients_table(role: str) -> Table:
    """Return the second level's table in the words of its tab."""
    if role != Server.Role.PEER:
        return CLIENTS
    words = {"client_ip": "Remote peer IP"}
    columns = tuple(
        replace(column, label=words.get(column.key, column.label)) for column in CLIENTS.columns
    )
    return replace(
        CLIENTS, name="remote_peers", one="remote peer", many="remote peers", columns=columns
    )


def _peer_words(column: Column) -> Column:
    words = {"server_ip": "Local peer IP", "port": "UDP ports", "clients": "Remote peers"}
    return replace(column, label=words.get(column.key, column.label))


DETAILS: Final[tuple[tuple[Detail, str], ...]] = (
    ("cryptographic", "Cryptographic details"),
    ("certificate", "Certificate details"),
    ("dn", "Distinguished name details"),
    ("traffic", "Traffic details"),
)

SESSIONS: Final[dict[tuple[str, Detail], Table]] = {
    (str(protocol), detail): sessions.table(str(protocol), detail)
    for protocol in Protection.Protocol.values
    for detail, _ in DETAILS
    if detail in sessions.details_of(str(protocol))
}
ALL_SESSIONS: Final = sessions.ALL_SESSIONS
