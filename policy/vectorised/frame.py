"""The columns in which sessions come: one row is one distinct session.

Addresses are two 64-bit words of their IPv6 form, IPv4 mapped (`::ffff:a.b.c.d`). Direction is 0
unknown, 1 inbound, 2 outbound. `protocols` has zERT's bits: X'80' TLS, X'40' SSH, X'20' IPsec.
Code columns hold raw codes; null and 0 mean unknown, and so does a key length.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from policy.attributes import Connection, Direction
from policy.errors import FrameError
from policy.values.addresses import IPAddress
from policy.vocabulary import KINDS, Attribute, Protocol

BITS = {Protocol.TLS: 0x80, Protocol.SSH: 0x40, Protocol.IPSEC: 0x20}
DIRECTIONS = {None: 0, Direction.INBOUND: 1, Direction.OUTBOUND: 2}
MAPPED = 0xFFFF << 32
_WORD = (1 << 64) - 1


def column_of(protocol: Protocol, what: str) -> str:
    """Return the name of a column: `tls_version`, `ssh_key_bits`, `ipsec_manual`."""
    return f"{protocol.value.lower()}_{what}"


def result_column(protocol: Protocol) -> str:
    """Return the name of a protocol's column in the results: `tls_rule`."""
    return column_of(protocol, "rule")


def _of_protocol(protocol: Protocol) -> dict[str, pl.DataType]:
    found: dict[str, pl.DataType] = {
        column_of(protocol, attribute.value): pl.UInt16() for attribute in KINDS[protocol]
    }
    found[column_of(protocol, "key_bits")] = pl.UInt32()
    if protocol is Protocol.IPSEC:
        found[column_of(protocol, "manual")] = pl.Boolean()
    else:
        found[column_of(protocol, "source")] = pl.UInt8()
    return found


SCHEMA: dict[str, pl.DataType] = {
    **{name: pl.UInt64() for name in ("local_hi", "local_lo", "remote_hi", "remote_lo")},
    **{name: pl.UInt16() for name in ("local_port", "remote_port")},
    **{name: pl.String() for name in ("job", "user")},
    **{name: pl.UInt8() for name in ("direction", "ip_protocol", "protocols")},
    "failed_handshake": pl.Boolean(),
    **{name: kind for protocol in BITS for name, kind in _of_protocol(protocol).items()},
}


def check(frame: pl.DataFrame) -> None:
    """Raise `FrameError` for a column that is missing, of another type, or lacks an address."""
    for name, kind in SCHEMA.items():
        if name not in frame.columns:
            raise FrameError(f"the frame has no column `{name}`")
        if frame.schema[name] != kind:
            raise FrameError(f"the column `{name}` is {frame.schema[name]}, not {kind}")
    for name in ("local_hi", "local_lo", "remote_hi", "remote_lo"):
        if frame[name].null_count():
            raise FrameError(f"the column `{name}` has a session without an address")


def address_words(address: IPAddress) -> tuple[int, int]:
    """Return the two words of an address."""
    number = int(address)
    return (number >> 64, number & _WORD) if address.version != 4 else (0, MAPPED | number)


def frame_of(connections: Iterable[Connection]) -> pl.DataFrame:
    """Return connections as a frame; for samples and tests, large data comes as columns."""
    return pl.DataFrame([_row(one) for one in connections], schema=SCHEMA, orient="row")


def _row(connection: Connection) -> dict[str, int | str | bool | None]:
    local, remote = address_words(connection.local_ip), address_words(connection.remote_ip)
    row: dict[str, int | str | bool | None] = dict.fromkeys(SCHEMA)
    row.update(
        local_hi=local[0],
        local_lo=local[1],
        remote_hi=remote[0],
        remote_lo=remote[1],
        local_port=connection.local_port,
        remote_port=connection.remote_port,
        job=connection.job,
        user=connection.user,
        direction=DIRECTIONS[connection.direction],
        ip_protocol=connection.ip_protocol,
        protocols=sum(BITS[one.protocol] for one in connection.protections),
        failed_handshake=connection.is_failed_handshake,
    )
    for one in connection.protections:
        given = {Attribute(key).value: code for key, code in one.codes.items()}
        values = {**given, "key_bits": one.key_bits}
        values["manual" if one.protocol is Protocol.IPSEC else "source"] = (
            one.is_manual if one.protocol is Protocol.IPSEC else int(one.source)
        )
        row.update({column_of(one.protocol, key): value for key, value in values.items()})
    return row
