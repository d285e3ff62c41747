"""The two sides of a comparison, from an address and back into one.

Side B is what the filters of the address ask for. Side A is the same but for what the parameters
with `a_` in front replace: its period, or the systems it is about. Without any, side A is the
period of the same length just before side B's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from django.http import QueryDict

from analyzer.queries.days import latest_day
from analyzer.queries.filters import NAMES, Filters
from analyzer.queries.terms.period import PARAMS as PERIOD
from analyzer.queries.terms.period import Period, day_after
from analyzer.queries.terms.term import FilterError

PLACES: Final = ("sysplex", "system", "stack")
MARK: Final = "a_"
_ENDS: Final = ("from", "to")
PARAMS: Final = tuple(f"{MARK}{name}" for name in (*_ENDS, *PLACES))
_MINUTE: Final = timedelta(minutes=1)
_DAY: Final = timedelta(days=1)
_LAST_MINUTE: Final = time(23, 59)
_ANY: Final = date(2000, 1, 1)
"""The latest day of an empty store: any will do."""


@dataclass(frozen=True, slots=True)
class Sides:
    """`a` is what was, `b` what is compared with it.

    `of_places`: two systems are compared, so that rows of both are the same whatever stack they
    are of. `given` are the parameters of side A as they were typed.
    """

    a: Filters
    b: Filters
    of_places: bool = False
    given: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def refused(self) -> bool:
        """Something in one of them can't be used."""
        return self.b.refused

    def to_params(self) -> dict[str, list[str]]:
        """The parameters of an address that compares the same."""
        return self.b.to_params() | {name: list(values) for name, values in self.given.items()}


def read_sides(params: QueryDict, *, also: Collection[str] = ()) -> tuple[Sides, dict[str, str]]:
    """Return the sides of an address and the errors by parameter; with errors nothing matches."""
    b, errors = Filters.from_params(params, also={*also, *PARAMS})
    given = {
        name: found for name in PARAMS if (found := [one for one in params.getlist(name) if one])
    }
    of_places = any(f"{MARK}{name}" in given for name in PLACES)
    a, wrong = Filters.from_params(_params_of_a(params, given, of_places=of_places))
    errors |= {f"{MARK}{name}": words for name, words in wrong.items() if f"{MARK}{name}" in given}
    if not errors and not of_places and not any(f"{MARK}{name}" in given for name in _ENDS):
        try:
            a = replace(a, period=before(b.period))
        except FilterError as error:
            errors[error.param] = str(error)
    if errors:
        a, b = replace(a, refused=True), replace(b, refused=True)
    return Sides(a, b, of_places, given), errors


def before(period: Period) -> Period:
    """Return the period of the same length that ends where this one begins. Raises FilterError."""
    begin, end = _ends(period)
    if begin is None or end is None:
        raise FilterError(
            "nothing is before a period without a first day: give `from`, or the days of side A",
            param="from",
        )
    length = end - begin if end > begin else _DAY
    try:
        first = begin - length
    except OverflowError:
        raise FilterError("there are no days before this one", param="from") from None
    last = begin - _MINUTE
    return Period(
        first=first.date(),
        last=last.date(),
        first_minute=first.time() if first.time() != time.min else None,
        last_minute=last.time() if last.time() != _LAST_MINUTE else None,
    )


def _ends(period: Period) -> tuple[datetime | None, datetime | None]:
    """The first moment of a period and the first one behind it, as far as there are any."""
    after_latest = day_after(latest_day() or _ANY)
    if period.days is not None:
        return after_latest - period.days * _DAY, after_latest
    return period.begin, period.end or after_latest


def _params_of_a(
    params: QueryDict, given: Mapping[str, Sequence[str]], *, of_places: bool
) -> QueryDict:
    """The filters of side A as an address of the report has them."""
    replaced = {
        *(PLACES if of_places else ()),
        *(PERIOD if any(f"{MARK}{name}" in given for name in _ENDS) else ()),
    }
    found = QueryDict(mutable=True)
    for name, values in params.lists():
        if name in NAMES and name not in replaced:
            found.setlist(name, values)
    for name in replaced:
        found.setlist(name, list(given.get(f"{MARK}{name}", ())))
    return found
