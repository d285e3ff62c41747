"""A plain reader of subtype 12: record by record, with `struct`, offsets typed in by hand."""

from __future__ import annotations

import ipaddress
import struct
from datetime import datetime, timedelta

Row = dict[str, object]


def text(data: bytes) -> str:
    """Code page 1047, by way of 037, where it differs in what names are made of."""
    plain = data.rstrip(b"\x40\0").decode("cp037")
    swap = {0xAD: "[", 0xBD: "]", 0x5F: "^", 0xBA: "Ý", 0xBB: "¨", 0xB0: "¬"}
    return "".join(swap.get(byte, char) for byte, char in zip(data, plain, strict=False))


def plain_reader(record: bytes) -> Row:
    """One subtype 12 interval record, offsets typed in from the record layout."""
    time, date = struct.unpack_from(">II", record, 6)
    slots = [struct.unpack_from(">IHH", record, 28 + 8 * slot) for slot in range(6)]
    ident, common, *protocols, names = slots
    i, c = ident[0], common[0]
    flags, protocol = record[c + 9], record[c + 10]
    ip = (lambda at: str(ipaddress.IPv6Address(record[at : at + 16]))) if flags & 0x80 else (
        lambda at: str(ipaddress.IPv4Address(record[at : at + 4]))
    )  # fmt: skip
    four, eight = struct.Struct(">3I"), struct.Struct(">4Q")
    init = four.unpack_from(record, c + 108) + eight.unpack_from(record, c + 124)
    end = four.unpack_from(record, c + 156) + eight.unpack_from(record, c + 172)
    failed = struct.unpack_from(">II", record, c + 204) if common[1] >= 212 else None
    day = f"{date >> 4:07x}"
    midnight = datetime(1900 + int(day[:4]), 1, 1) + timedelta(days=int(day[4:]) - 1)
    begin, length, number = next((slot for slot in protocols if slot[2]), (0, 0, 0))
    return {
        "system": text(record[i : i + 8]),
        "sysplex": text(record[i + 8 : i + 16]),
        "stack": text(record[i + 16 : i + 24]),
        "local_end": midnight + timedelta(milliseconds=10 * time),
        "duration_us": struct.unpack_from(">Q", record, c)[0] // 4096,
        "role": "server" if flags & 0x40 else "client" if flags & 0x20 else "peer",
        "protocol": {0: "NONE", 0x80: "TLS", 0x40: "SSH", 0x20: "IPSEC"}[protocol],
        "job": text(record[c + 11 : c + 19]),
        "user": text(record[c + 19 : c + 27]),
        "ip_proto": record[c + 27],
        "server_ip": ip(c + 28),
        "client_ip": ip(c + 44),
        "port_start": struct.unpack_from(">H", record, c + 60)[0],
        "port_end": struct.unpack_from(">H", record, c + 62)[0],
        "session_id": text(record[c + 64 : c + 106]),
        "counts": [after - before for before, after in zip(init, end, strict=True)],
        "active": struct.unpack_from(">I", record, c + 168)[0],
        "failed": failed[1] - failed[0] if failed else None,
        "dns": walk(record, names) if names[2] else [],
        "codes": codes(record[begin : begin + length * number], protocol),
    }


def walk(record: bytes, names: tuple[int, ...]) -> list[object]:
    found: list[object] = []
    at = names[0]
    while at < len(record):
        length, kind = struct.unpack_from(">HH", record, at)
        found.append([kind, text(record[at + 4 : at + length])])
        at += length
    return found


def codes(section: bytes, protocol: int) -> list[object]:
    if protocol == 0x80:
        source, flags, version = struct.unpack_from(">BBH", section)
        return [
            source,
            flags,
            version,
            text(section[4:10]),
            *struct.unpack_from(">13H", section, 10),
        ]
    if protocol == 0x40:
        return [section[0], section[2], section[3], *struct.unpack_from(">21H", section, 4)]
    if protocol == 0x20:
        first = [section[0] & 15, section[1] & 15, *struct.unpack_from(">17H", section, 34)]
        return [*first, section[68], section[69], *struct.unpack_from(">2H", section, 70)]
    return []
