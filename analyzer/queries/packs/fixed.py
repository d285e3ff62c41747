"""Filters that mean the same tomorrow: relative days become the days that they are now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from django.http import QueryDict

from analyzer.queries.days import span
from analyzer.queries.filters import Filters
from analyzer.queries.terms.period import Period

_EXPIRY: Final = "expiry"


def fixed(filters: Filters, *, as_of: datetime) -> Filters:
    """Return the filters with days instead of `the last 30`, and ends instead of `within 90`.

    `expired` becomes "before the day of `as_of`", `30d` "from that day to 30 days later", in UTC:
    whole days, where the filter itself looks at the moment. An open end of the period stays open.
    """
    period = filters.period
    if period.days is not None:
        first, last = span(period)
        period = Period(first=first, last=last)
    found = replace(filters, period=period)
    if filters.refused or _EXPIRY not in filters.terms:
        return found
    params = _params(found.to_params())
    params.setlist(_EXPIRY, [_dated(text, as_of) for text in params.getlist(_EXPIRY)])
    return Filters.from_params(params)[0]


def _dated(text: str, as_of: datetime) -> str:
    """A term of expiry with days that stay; any other is as it was."""
    sign, plain = ("!", text[1:]) if text.startswith("!") else ("", text)
    today = as_of.astimezone(UTC).date()
    if plain == "expired":
        return f"{sign}<{today}"
    if plain.endswith("d") and plain[:-1].isdigit():
        return f"{sign}{today}..{today + timedelta(days=int(plain[:-1]))}"
    return text


def _params(given: Mapping[str, list[str]]) -> QueryDict:
    params = QueryDict(mutable=True)
    for name, values in given.items():
        params.setlist(name, values)
    return params
