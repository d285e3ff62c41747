"""From a bar or a row to the report behind it: the filters of the page, narrowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse

from analyzer.models import Protection
from analyzer.queries.filters import Filters
from analyzer.queries.terms.period import PARAMS
from analyzer.queries.terms.term import NOT
from analyzer.views.report.scope import TABS

UNNAMED: Final = f"{NOT}?*"
"""As a value of a filter of names: no name at all."""
_LONGEST_NAME: Final = 8
_PLACES: Final = ("sysplex", "system", "stack")
_PROTOCOLS: Final = tuple(str(value) for value in Protection.Protocol.values)


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses under the filters of the page, for one role."""

    filters: Filters
    role: str

    def report(self, *, speaks: str = "", **values: str) -> str:
        """The report's first level, narrowed by values of filters.

        `speaks` is the protocol that a value speaks of: others that are asked for are alternatives,
        and are taken away.
        """
        return self._address(self._first_level(), speaks, values)

    def others(self, values: Mapping[str, str], but: Mapping[str, Sequence[str]]) -> str:
        """The same narrowed by values, and by all that are not among those of `but`."""
        return self._address(self._first_level(), "", values, but)

    def new_unprotected(self) -> str:
        """What is unprotected now and was not there a month ago, in the places of the page."""
        asked = self.filters.to_params()
        question = {"status": ["new"], "protocol": [str(Protection.Protocol.NONE)]}
        question |= {name: [*asked[name]] for name in _PLACES if name in asked}
        return f"{reverse('report_compare')}?{urlencode(question, doseq=True)}"

    def server(self, pk: int, **values: str) -> str:
        """The clients of a server, narrowed."""
        return self._address(reverse("report_server", args=[pk]), "", values)

    def session(self, pk: int) -> str:
        return self._address(reverse("report_session", args=[pk]), "", {})

    def day(self, day: date, **values: str) -> str:
        """The report of one day; the period's own minutes stay where they cut it."""
        period = self.filters.period
        first = period.first_minute if day == period.first else None
        last = period.last_minute if day == period.last else None
        ends = {
            "from": f"{day} {first:%H:%M}" if first else str(day),
            "to": f"{day} {last:%H:%M}" if last else str(day),
        }
        return self.report(**ends, **values)

    def _first_level(self) -> str:
        return reverse(next(name for role, name, _ in TABS if role == self.role))

    def _address(
        self,
        path: str,
        speaks: str,
        values: Mapping[str, str],
        but: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> str:
        asked = self.filters.to_params()
        if {"from", "to"} & set(values):
            asked = {name: found for name, found in asked.items() if name not in PARAMS}
        params = {name: list(found) for name, found in asked.items()}
        if speaks:
            params.setdefault("protocol", [])
            params["protocol"] += [f"{NOT}{one}" for one in _PROTOCOLS if one != speaks]
        for name, value in values.items():
            gone = [text for text in params.get(name, ()) if text.startswith(NOT)]
            params[name] = [value, *gone]
        for name, others in but.items():
            params[name] = [*params.get(name, ()), *(f"{NOT}{one}" for one in others)]
        query = urlencode({name: list(dict.fromkeys(v)) for name, v in params.items()}, doseq=True)
        return f"{path}?{query}" if query else path


def can_ask(name: str) -> bool:
    """Whether a filter of names can have this as one value."""
    known = bool(name) and len(name) <= _LONGEST_NAME and name == name.strip()
    return name == UNNAMED or (known and "," not in name and not name.startswith(NOT))
