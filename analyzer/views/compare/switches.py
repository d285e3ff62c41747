"""What stands above the rows: questions in one click, what a row is, which status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest

from analyzer.forms.compare import ALL, Comparison
from analyzer.tables.compare import BY_NAME, DIFFERENT, GRAINS, SAME, STATUSES
from analyzer.views.report.switches import Option, Switch
from analyzer.views.sheet import address
from web.templatetags.figures import thin

_GRAINS: Final = {
    "server": "Servers",
    "service": "Services",
    "client": "Clients",
    "protection": "Protections",
}
_QUESTIONS: Final = (
    ("New unprotected since last month", {"status": "new", "protocol": "NONE"}),
    ("Worse than last month", {"status": "worse"}),
    ("Gone since last month", {"status": "gone"}),
    ("This week against last week", {"days": "7"}),
)


def questions(request: HttpRequest, asked: Comparison) -> list[Option]:
    """Whole questions of their own, whatever the filters are; a row stays what it is."""
    grain = {"by": asked.grain} if asked.grain != GRAINS[0] else {}
    here = {name: ",".join(values) for name, values in request.GET.lists() if "".join(values)}
    return [
        Option(word, f"?{urlencode({**grain, **params})}", here == {**grain, **params})
        for word, params in _QUESTIONS
    ]


def switches(request: HttpRequest, asked: Comparison, tallies: Mapping[str, int]) -> list[Switch]:
    """What a row is, and which of the rows, with how many there are."""
    grains = [
        Option(_GRAINS[name], _href(request, by=name, columns=None), name == asked.grain)
        for name in GRAINS
    ]
    different = sum(tallies.get(name, 0) for name in DIFFERENT)
    statuses = [
        Option(
            _counted("All differences", different, tallies),
            _href(request, status=None),
            tuple(asked.statuses) == DIFFERENT,
        ),
        *(
            Option(
                _counted(one.word, tallies.get(one.name, 0), tallies),
                _href(request, status=one.name),
                list(asked.statuses) == [one.name],
            )
            for one in STATUSES
        ),
    ]
    whole = len(asked.statuses) == len(BY_NAME)
    statuses.append(
        Option(
            _counted("All", different + tallies.get(SAME, 0), tallies),
            _href(request, status=ALL),
            whole,
        )
    )
    return [Switch("Compare by", grains), Switch("Status", statuses)]


def _counted(word: str, number: int, tallies: Mapping[str, int]) -> str:
    """A word with its number, where one is known."""
    return f"{word} ({thin(number)})" if tallies else word


def _href(request: HttpRequest, **changes: str | None) -> str:
    """The same comparison, other rows: from the first page, in their own order."""
    return address(request.GET, after=None, sort=None, **changes)
