"""What a site would write itself: a struct loop, and COPY of one flat row per record."""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection

_HEADER = struct.Struct(">HHBBI4s4s4sH")
_TRIPLETS = struct.Struct(">IHH")
_COMMON = struct.Struct(">QBBB8s8sB16s16sHH42s2x4I4Q4I4Q")
_TLS = struct.Struct(">BBHHHH4s")
_IDENT = struct.Struct(">8s8s8s")
_COLUMNS = """ended timestamp, sysplex text, system text, stack text, duration_s double precision,
    protocols int, job text, "user" text, ip_proto int, server_ip inet, client_ip inet,
    port_start int, port_end int, session_id text, connections bigint, partial bigint,
    short bigint, active bigint, in_bytes bigint, out_bytes bigint, in_segs bigint,
    out_segs bigint, tls bytea"""


def load(path: Path, limit: int) -> int:
    """Load up to that many records of an RDW stream; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS flat_loader")
        cursor.execute(f"CREATE TABLE flat_loader ({_COLUMNS})")
        cursor.execute("CREATE INDEX ON flat_loader (ended, server_ip, port_start)")
        count = 0
        with path.open("rb") as file, cursor.copy("COPY flat_loader FROM STDIN") as copy:
            for record in _records(file.read()):
                copy.write_row(_row(record))
                count += 1
                if count == limit:
                    break
        cursor.execute("DROP TABLE flat_loader")
    return count


def _records(data: bytes) -> Iterator[bytes]:
    position = 0
    while position < len(data):
        length = struct.unpack_from(">H", data, position)[0]
        record = data[position : position + length]
        if record[5] == 119 and record[22:24] == b"\0\x0c":
            yield record
        position += length


def _row(record: bytes) -> tuple[object, ...]:
    *_, hundredths, date, _, _, _ = _HEADER.unpack_from(record)
    digits = date.hex()
    day = datetime(1900 + 100 * int(digits[1]) + int(digits[2:4]), 1, 1)
    ended = day + timedelta(days=int(digits[4:7]) - 1, milliseconds=10 * hundredths)
    ident_at, _, _ = _TRIPLETS.unpack_from(record, 28)
    common_at, _, _ = _TRIPLETS.unpack_from(record, 36)
    tls_at, tls_length, _ = _TRIPLETS.unpack_from(record, 44)
    system, sysplex, stack = _IDENT.unpack_from(record, ident_at)
    common = _COMMON.unpack_from(record, common_at)
    size = 16 if common[2] & 0x80 else 4
    return (
        *(ended, _text(sysplex), _text(system), _text(stack), (common[0] >> 12) / 1e6, common[3]),
        *(_text(common[4]), _text(common[5]), common[6]),
        *(ipaddress.ip_address(common[7][:size]), ipaddress.ip_address(common[8][:size])),
        *(common[9], common[10], _text(common[11])),
        *(common[20] - common[12], common[21] - common[13], common[22] - common[14], common[23]),
        *(common[24 + number] - common[16 + number] for number in range(4)),
        record[tls_at : tls_at + tls_length],
    )


def _text(data: bytes) -> str:
    return data.decode("cp037").rstrip(" \0")
