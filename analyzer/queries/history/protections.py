"""What protections are to a rule: the raw codes of the record under the names of the rules."""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from analyzer.queries.history.columns import read_columns
from analyzer.queries.kept import kept
from analyzer.queries.terms.term import Clause
from policy.matcher import PHASE_1
from policy.recorded import FIELDS, KEYS, SECTIONS
from policy.vectorised import SCHEMA, column_of
from policy.vocabulary import Protocol

Code = tuple[str, int, int]
"""Column of the rules, code, and where zERT learned it (0: not known; IPsec: the stack's own)."""
_BITS: Final = {"TLS": 0x80, "SSH": 0x40, "IPSEC": 0x20}
_FIXED: Final[dict[str, pl.DataType]] = {
    "protection_id": pl.Int64(),
    "protocol": pl.String(),
    "protection": pl.String(),
    "strength": pl.String(),
    "failed_handshake": pl.Boolean(),
}


def protections_of(ids: Sequence[int]) -> pl.DataFrame:
    """Return the protections with these keys; a failed handshake protects nothing."""
    names = [name for name in SCHEMA if name.startswith(tuple(f"{one}_" for one in _PREFIXES))]
    sql = f"""SELECT p.id, p.protocol, p.title, p.strength, p.failed_handshake,
            {", ".join(_columns())}
        FROM analyzer_protection p WHERE p.id = ANY(%s)"""
    schema = _FIXED | {name: SCHEMA[name] for name in names}
    frame = read_columns(Clause(sql, (list(ids),)), schema)
    bits = pl.col("protocol").replace_strict(_BITS, default=0, return_dtype=pl.UInt8)
    return frame.with_columns(
        pl.when("failed_handshake").then(pl.lit(0, pl.UInt8)).otherwise(bits).alias("protocols")
    )


def codes_on_record() -> frozenset[Code]:
    """Return the codes of all protections, each once; empty for a store without protections.

    A failed handshake protects nothing, so that its codes are none; a manual tunnel has the code 1
    of `ipsec_manual` and none of phase 1. What a record does not have is the code 0. Kept for as
    long as the store is the same. To be called inside `read_budget`.
    """
    return kept("codes on record", (_CODES,), _read_codes)


def _read_codes() -> frozenset[Code]:
    rows = read_columns(_CODES, {"name": pl.String(), "code": pl.Int64(), "source": pl.Int64()})
    return frozenset(rows.iter_rows())


_PREFIXES: Final = tuple(SECTIONS.values())


def _number(section: str, field: str) -> str:
    path = ",".join([section, *field.split(".")])
    return f"(p.raw #>> '{{{path}}}')::bigint"


_MANUAL: Final = f"p.protocol = 'IPSEC' AND coalesce({_number('ipsec', 'major')}, 0) = 0"


def _columns() -> list[str]:
    """The SQL of each column of `SCHEMA` that belongs to a protocol, in its order."""
    found: dict[str, str] = {}
    for protocol, section in SECTIONS.items():
        for attribute, field in FIELDS[protocol].items():
            found[column_of(protocol, attribute.value)] = _number(section, field)
        keys = (f"NULLIF({_number(section, key)}, 0)" for key in KEYS[protocol])
        found[column_of(protocol, "key_bits")] = f"least({', '.join(keys)})"
        if protocol is Protocol.IPSEC:
            found[column_of(protocol, "manual")] = _MANUAL
        else:
            found[column_of(protocol, "source")] = _number(section, "source")
    return [found[name] for name in SCHEMA if name in found]


def _codes() -> Clause:
    manual = column_of(Protocol.IPSEC, "manual")
    values = [f"('{manual}', CASE WHEN {_MANUAL} THEN 1 END, 1)"]
    for protocol, section in SECTIONS.items():
        source = "1" if protocol is Protocol.IPSEC else f"coalesce({_number(section, 'source')}, 0)"
        for attribute, field in FIELDS[protocol].items():
            has = f"p.protocol = '{protocol.value.upper()}'"
            has += f" AND NOT ({_MANUAL})" if attribute in PHASE_1 else ""
            code = f"CASE WHEN {has} THEN coalesce({_number(section, field)}, 0) END"
            values.append(f"('{column_of(protocol, attribute.value)}', {code}, {source})")
    return Clause(
        f"""SELECT DISTINCT v.name, v.code, v.source FROM analyzer_protection p,
            LATERAL (VALUES {", ".join(values)}) v(name, code, source)
        WHERE v.code IS NOT NULL AND NOT p.failed_handshake
        UNION SELECT 'any', 0, 0 FROM (SELECT 1 FROM analyzer_protection LIMIT 1) a""",
        (),
    )


_CODES: Final = _codes()
