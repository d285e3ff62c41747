"""Columns that say where and who: the same in every table that has them."""

from __future__ import annotations

from analyzer.tables.columns import Column
from web.paging import SortKey

_PLACE = tuple(SortKey(f'r."{name}"', "text") for name in ("sysplex", "system", "stack"))
_ADDRESS = (
    SortKey('r."server_ip"', "inet"),
    SortKey('r."port_start"', "bigint"),
    SortKey('r."port_end"', "bigint"),
)

SYSPLEX = Column("sysplex", "Sysplex", sort=(*_PLACE, *_ADDRESS))
SYSTEM = Column("system", "System", "z/OS system (SMF system id).")
STACK = Column("stack", "Stack", "Job name of the TCP/IP stack.")
SERVER_IP = Column("server_ip", "Server IP", kind="mono", sql="host(r.server_ip)", sort=_ADDRESS)
PORT = Column(
    "port",
    "Server Port",
    "One port, or the range that zERT aggregated.",
    kind="mono",
    sql="CASE WHEN r.port_start = r.port_end THEN r.port_start::text"
    " ELSE r.port_start || '-' || r.port_end END",
    sort=_ADDRESS[1:],
)
USER = Column("user", "User ID", "z/OS user ID of the job that owns the socket.")
JOB = Column("job", "Job Name", "z/OS job name of the application that owns the socket.")
CLIENT_IP = Column(
    "client_ip",
    "Client IP",
    kind="mono",
    sql="host(r.client_ip)",
    sort=(SortKey('r."client_ip"', "inet"),),
)
TIME_ZONE = Column(
    "time_zone",
    "Time zone",
    "Zone of the system's header times, a setting.",
    default_visible=False,
)

WHERE = (SYSPLEX, SYSTEM, STACK)
SERVER = (*WHERE, SERVER_IP, PORT, USER, JOB)
