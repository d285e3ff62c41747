"""The columns a batch has, and their types.

Texts are without padding. Times are microseconds since 1970: `local_*` naive local time of the
record's header, `*_utc` UTC. Byte, segment and connection columns of `ACTIVITY` are what happened
in the interval (end minus start of the security session's life counters). `opaque` is JSON: hex of
bytes no table describes, by place; null where there are none.
"""

from __future__ import annotations

from typing import TypeAlias

import polars as pl

Schema: TypeAlias = "dict[str, type[pl.DataType]]"

PROTECTIONS: Schema = {
    "protection_index": pl.Int32,
    "digest": pl.Binary,
    "protocol": pl.String,
    "raw": pl.String,
}
SESSIONS: Schema = {
    "session_index": pl.Int32,
    "digest": pl.Binary,
    "sysplex": pl.String,
    "system": pl.String,
    "stack": pl.String,
    "role": pl.String,
    "ip_proto": pl.Int16,
    "server_ip": pl.String,
    "client_ip": pl.String,
    "port_start": pl.Int32,
    "port_end": pl.Int32,
    "job": pl.String,
    "user": pl.String,
    "session_id": pl.String,
    "sa_flags": pl.Int16,
    "ipv6": pl.Boolean,
    "release": pl.String,
    "protection_index": pl.Int32,
}
ACTIVITY: Schema = {
    "session_index": pl.Int32,
    "local_end": pl.Int64,
    "duration_us": pl.Int64,
    "fingerprint": pl.Int64,
    "connections": pl.Int64,
    "partial": pl.Int64,
    "short": pl.Int64,
    "active": pl.Int32,
    "in_bytes": pl.Int64,
    "out_bytes": pl.Int64,
    "in_segs": pl.Int64,
    "out_segs": pl.Int64,
    "failed": pl.Int64,
    "restarted": pl.Boolean,
    "opaque": pl.String,
}
CONNECTIONS: Schema = {
    "event": pl.Int8,
    "sysplex": pl.String,
    "system": pl.String,
    "stack": pl.String,
    "local_time": pl.Int64,
    "start_utc": pl.Int64,
    "end_utc": pl.Int64,
    "ip_proto": pl.Int16,
    "local_ip": pl.String,
    "local_port": pl.Int32,
    "remote_ip": pl.String,
    "remote_port": pl.Int32,
    "conn_id": pl.Int64,
    "job": pl.String,
    "job_id": pl.String,
    "user": pl.String,
    "flags": pl.Int16,
    "sec_flags": pl.Int16,
    "protocols": pl.Int16,
    "in_bytes": pl.Int64,
    "out_bytes": pl.Int64,
    "in_segs": pl.Int64,
    "out_segs": pl.Int64,
    "fingerprint": pl.Int64,
    "raw": pl.String,
}
COVERAGE: Schema = {
    "sysplex": pl.String,
    "system": pl.String,
    "stack": pl.String,
    "local_time": pl.Int64,
    "kind": pl.String,
}
