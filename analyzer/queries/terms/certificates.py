"""Certificates: their serial numbers, and when they end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from analyzer.queries.terms.attributes import fact, unsaid
from analyzer.queries.terms.facts import UNKNOWN, serial_of
from analyzer.queries.terms.names import is_wild, like
from analyzer.queries.terms.term import Clause, FilterError, Scope, Term, parts, read, shown

_SERIAL: Final = re.compile(r"(?:0x)?[0-9a-f: *?]+", re.IGNORECASE)
_ANY_SERIAL: Final = "EXISTS (SELECT FROM unnest(p.facts) one WHERE one LIKE %s AND one <> %s)"
_LONGEST: Final = 80
_AHEAD: Final = re.compile(r"([0-9]{1,5})d", re.ASCII | re.IGNORECASE)
_COMPARED: Final = re.compile(
    r"(<=|>=|<|>)?\s*(\d{4}-\d\d-\d\d)(?:\s*\.\.\s*(\d{4}-\d\d-\d\d))?", re.ASCII
)
_MOST_DAYS: Final = 36_600
_DAY: Final = timedelta(days=1)
_FORMS: Final = (
    "`expired`, days ahead like `30d`, `<2026-12-31`, `>=2026-12-31`, a day, or days like"
    " `2026-01-01..2026-03-31`"
)
_WITHIN: Final = "EXISTS (SELECT FROM unnest(p.not_after) one WHERE one >= {} AND one < {})"


@dataclass(frozen=True, slots=True)
class SerialFilter:
    """The serial number of any certificate in hex, colons and leading zeros as one likes."""

    key: str = "serial"
    label: str = "Certificate serial"
    help: str = f"In hex, with * and ?; or {UNKNOWN}. Recorded from z/OS 3.2 on."
    scope: Scope = "protection"

    def parse(self, texts: Sequence[str]) -> tuple[Term, ...]:
        return read(parts(texts), "serial numbers", self._term, unsaid(self.key))

    def _term(self, text: str) -> Term:
        if text.lower() == UNKNOWN.lower():
            return Term(UNKNOWN, UNKNOWN.lower(), unsaid(self.key))
        if not _SERIAL.fullmatch(text) or len(text) > _LONGEST:
            raise FilterError(f"{shown(text)} is not a serial number in hex")
        serial = serial_of(text)
        if not is_wild(serial):
            return Term(serial, serial, fact(self.key, serial))
        asked = (f"{self.key}={like(serial)}", f"{self.key}={UNKNOWN}")
        return Term(serial, serial, Clause(_ANY_SERIAL, asked))


@dataclass(frozen=True, slots=True)
class ExpiryFilter:
    """When any certificate ends, in whole days of UTC; `expired` and `30d` count from now."""

    key: str = "expiry"
    label: str = "Certificate expiry"
    help: str = f"One of {_FORMS}, or {UNKNOWN}. Recorded from z/OS 3.2 on."
    scope: Scope = "protection"

    def parse(self, texts: Sequence[str]) -> tuple[Term, ...]:
        return read(parts(texts), "days", self._term, unsaid("not_after"))

    def _term(self, text: str) -> Term:
        if text.lower() == UNKNOWN.lower():
            return Term(UNKNOWN, "of unknown expiry", unsaid("not_after"))
        if text.lower() == "expired":
            return Term("expired", "expired", Clause("now() > ANY(p.not_after)"))
        if ahead := _AHEAD.fullmatch(text):
            return self._ahead(int(ahead[1]), text)
        return _dated(text)

    def _ahead(self, days: int, text: str) -> Term:
        if days > _MOST_DAYS:
            raise FilterError(f"{shown(text)} is beyond {_MOST_DAYS} days")
        sql = _WITHIN.format("now()", "now() + make_interval(days => %s)")
        return Term(
            f"{days}d", f"expiring within {days} day{'s' * (days != 1)}", Clause(sql, (days,))
        )


def _dated(text: str) -> Term:
    sign, first, last = _days(text)
    begin, end = _midnight(first), _midnight_after(last)
    if sign == "":
        written = str(first) if first == last else f"{first}..{last}"
        words = f"expiring on {first}" if first == last else f"expiring from {first} to {last}"
        return Term(written, words, Clause(_WITHIN.format("%s", "%s"), (begin, end)))
    words = {"<": "before", "<=": "by", ">": "after", ">=": "from"}[sign]
    moment = end if sign in {"<=", ">"} else begin
    # An element of the array stands at the right of ANY: the comparison is turned around.
    sql = f"%s {'>' if sign.startswith('<') else '<='} ANY(p.not_after)"
    on = " on" if sign == ">=" else ""
    return Term(f"{sign}{first}", f"expiring {words} {first}{on}", Clause(sql, (moment,)))


def _days(text: str) -> tuple[str, date, date]:
    found = _COMPARED.fullmatch(text)
    sign, begin, end = found.groups() if found else (None, "", None)
    try:
        first = date.fromisoformat(begin)
        last = date.fromisoformat(end or begin)
    except ValueError:
        raise FilterError(f"{shown(text)} is none of {_FORMS}") from None
    if sign and end:
        raise FilterError(f"{shown(text)} is none of {_FORMS}")
    if first > last:
        raise FilterError(f"{shown(text)} ends before it begins")
    return sign or "", first, last


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _midnight_after(day: date) -> datetime:
    return _midnight(day) + _DAY if day < date.max else datetime.max.replace(tzinfo=UTC)
