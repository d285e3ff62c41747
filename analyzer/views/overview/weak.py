"""What weak sessions use, and what a quantum computer could break."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from analyzer.charts.marks import CLASS_WORDS, TONES, Mark, Tone, bars
from analyzer.models import Protection
from analyzer.queries.overview.protections import WEAK
from analyzer.queries.overview.tallies import Tally
from analyzer.queries.terms.versions import said
from analyzer.tables import overview as tables
from analyzer.tables.columns import Column
from analyzer.views.overview.card import Card, Row, Shown, many, more_of, share
from smf import ciphers

_NO_WEAK = "No session is deprecated or weak under the built-in classes."
_LEAD = "Of the connections classed deprecated or weak. The class is that of the whole session."
_READY: dict[str, tuple[str, Tone]] = {
    "vulnerable": ("quantum-vulnerable", "orange"),
    "not-vulnerable": ("not quantum-vulnerable", "green"),
    "unknown": ("not known", "grey"),
}


def cards(shown: Shown) -> list[Card]:
    """Weak sessions by version, suite and key length."""
    return [
        _card(shown, "versions", "Weak protection by version", tables.VERSIONS, _version),
        _card(shown, "suites", "Weak protection by TLS cipher suite", tables.SUITES, _suite),
        _card(shown, "lengths", "Weak protection by key length", tables.LENGTHS, _length),
    ]


def quantum(shown: Shown) -> Card:
    """Protected connections by whether a quantum computer could break them."""
    found = {one.keys[0]: one for one in shown.facts.of("quantum")}
    whole = sum(one.connections for one in found.values())
    marks, rows = [], []
    for key, (words, tone) in _READY.items():
        if key not in found:
            continue
        one, href = found[key], shown.links.report(quantum=key)
        part = share(one.connections, whole)
        marks.append(Mark(f"{words}, {part}", one.connections, _words(one), tone, href))
        rows.append(({"readiness": words, **_counts(one)}, href))
    return Card(
        *("quantum", "Quantum readiness of what is protected", "key"),
        lead="Vulnerable: a key exchange or signature in use that a quantum computer could break.",
        columns=tables.QUANTUM,
        rows=rows,
        chart=bars(marks),
        empty="No protected connections.",
    )


def _card(
    shown: Shown,
    name: str,
    title: str,
    columns: Sequence[Column],
    read: Callable[[Shown, Tally], tuple[str, dict[str, str], str]],
) -> Card:
    found = shown.facts.of(name)
    marks: list[Mark] = []
    rows: list[Row] = []
    for one in found:
        label, cells, href = read(shown, one)
        strength = one.keys[2]
        label = f"{label}, {CLASS_WORDS[strength]}"
        marks.append(Mark(label, one.connections, _words(one), TONES[strength], href))
        rows.append(({**cells, "strength": strength, **_counts(one)}, href))
    return Card(
        *(name, title, "shield-cracked"),
        lead=_LEAD,
        columns=columns,
        rows=rows,
        chart=bars(marks),
        empty=_NO_WEAK,
        note="A session counts under each length that one of its keys has."
        if name == "lengths" and rows
        else "",
        more_href=shown.links.report(strength=",".join(WEAK)),
        more_words=more_of(found[0].things if found else 0, len(found), "group"),
    )


def _version(shown: Shown, one: Tally) -> tuple[str, dict[str, str], str]:
    protocol, version, strength = one.keys
    name = str(Protection.Protocol(protocol).label)
    words = said(version) if version else f"{name}, version not recorded"
    words = words if version.upper() != "UNKNOWN" else f"{name}, version unknown"
    asked = {"version": version or "Unknown", "strength": strength}
    return words, {"version": words}, shown.links.report(speaks=protocol, **asked)


def _suite(shown: Shown, one: Tally) -> tuple[str, dict[str, str], str]:
    code, _, strength = one.keys
    suite = ciphers.lookup(code)
    words = (suite.iana_name or suite.zos_name) if suite else f"unlisted suite {code}"
    asked = {"tls_suite": code, "strength": strength}
    label = words.removeprefix("TLS_").removeprefix("SSL_").replace("_", " ")
    href = shown.links.report(speaks=str(Protection.Protocol.TLS), **asked)
    return label, {"suite": words, "code": code}, href


def _length(shown: Shown, one: Tally) -> tuple[str, dict[str, str], str]:
    protocol, bits, strength = one.keys
    words = f"{Protection.Protocol(protocol).label} key of {bits} bits"
    asked = {f"{protocol.lower()}_key_bits": bits, "strength": strength}
    return words, {"length": words}, shown.links.report(speaks=protocol, **asked)


def _words(one: Tally) -> str:
    return f"{many(one.connections, 'connection')} in {many(one.sessions, 'session')}"


def _counts(one: Tally) -> dict[str, int]:
    return {"connections": one.connections, "sessions": one.sessions}
