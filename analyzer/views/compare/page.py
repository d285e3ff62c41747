"""The page of a comparison."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from analyzer.forms.compare import CHOICE, FIELDS, Comparison, read_comparison, side_fields
from analyzer.queries import choices
from analyzer.queries.compare.coverage import Coverages, both_coverages, cautions, lacks_a_side
from analyzer.queries.compare.reading import Compared, read_compared
from analyzer.queries.compare.sides import PARAMS
from analyzer.queries.data.imports import Coverage
from analyzer.tables.columns import Table
from analyzer.tables.compare import OPEN, table_of
from analyzer.views.compare.exported import export_compared, wants_file
from analyzer.views.compare.links import links_of, named
from analyzer.views.compare.reasons import reason
from analyzer.views.compare.switches import questions, switches
from analyzer.views.compare.words import against, sentence, sides_words, why_empty
from analyzer.views.look import chosen_keys
from analyzer.views.report.rules import AUTHOR, action_behind
from analyzer.views.report.scope import (
    COMPARE,
    PAGE_PARAMS,
    ChipLink,
    Scope,
    known_sort,
    read_scope,
    tabs,
)
from analyzer.views.sheet import (
    Row,
    Sheet,
    address,
    cut_short,
    make_sheet,
    pairs,
    with_actions,
)
from web import htmx
from web.gate import gate
from web.paging import Page, PageKeyError

_OWN: Final = frozenset([*PARAMS, *CHOICE])
"""What is no filter of side B: its errors stand with the sides."""
PAGE: Final = "analyzer/compare.html"
PART: Final = "analyzer/_compare.html"


@gate("analyzer.view_report")
@require_safe
def compare(request: HttpRequest) -> HttpResponseBase:
    asked = read_comparison(request.GET, also=PAGE_PARAMS)
    plain = table_of(asked.grain, of_places=asked.sides.of_places)
    coverages = both_coverages(asked.sides)
    if wants_file(request):
        return export_compared(request, asked, coverages, table=plain)
    table = replace(plain, columns=(*plain.columns, OPEN))
    found, status = _read(request, asked, coverages, table)
    scope = _scope(request, asked)
    context = {
        "scope": scope,
        "tabs": tabs(request, scope, COMPARE),
        "sentence": sentence(asked, table),
        "own_errors": {name: why for name, why in asked.errors.items() if name in _OWN},
        "sides": sides_words(asked, coverages),
        "cautions": [] if lacks_a_side(coverages) else cautions(coverages),
        "fields": side_fields(request.GET, asked.errors, choices.stacks()),
        "kept": [pair for pair in pairs(request.GET) if pair[0] not in {*FIELDS, "after"}],
        "questions": questions(request, asked),
        "views": switches(request, asked, found.tallies),
        "sheet": _sheet(request, asked, coverages, table, found),
    }
    return htmx.render_part(request, PAGE, PART, context, status=max(status, _status(asked)))


def _status(asked: Comparison) -> int:
    return HTTPStatus.BAD_REQUEST if asked.errors else HTTPStatus.OK


def _read(
    request: HttpRequest, asked: Comparison, coverages: Coverages, table: Table
) -> tuple[Compared, int]:
    """The page that is asked for and its status; without data on a side nothing is read."""
    if not asked.errors and lacks_a_side(coverages):
        return Compared(Page()), HTTPStatus.OK
    read = partial(read_compared, asked.sides, grain=asked.grain, statuses=asked.statuses)
    columns = [key for key in chosen_keys(request, table) if key != OPEN.key]
    try:
        found = read(
            sort=known_sort(request, table), after=request.GET.get("after"), columns=columns
        )
    except PageKeyError as error:
        return Compared(Page(cut=f"{error}.")), HTTPStatus.BAD_REQUEST
    return found, HTTPStatus.OK


def _sheet(
    request: HttpRequest,
    asked: Comparison,
    coverages: Coverages,
    table: Table,
    found: Compared,
) -> Sheet:
    links = {row["id"]: links_of(asked.sides, asked.grain, row) for row in found.page.rows}
    rows = [{**row, OPEN.key: links[row["id"]], "why": reason(row)} for row in found.page.rows]
    page = replace(found.page, rows=rows)

    def to_report(row: Row) -> str:
        return links[row["id"]][-1].href

    if page.cut and not asked.errors:
        empty = cut_short(request, page)
    else:
        empty = why_empty(asked, table, coverages, found.tallies)
    sort = known_sort(request, table)
    sheet = make_sheet(request, table=table, page=page, empty=empty, sort=sort, link=to_report)
    if not request.user.has_perm(AUTHOR):
        return sheet
    return with_actions(sheet, lambda row: action_behind(request, to_report(row), named(row)))


def _scope(request: HttpRequest, asked: Comparison) -> Scope:
    """The context line: the filters of side B, and what side A has of its own."""
    found = read_scope(request, also=_OWN)
    given = asked.sides.given
    typed = ", ".join(value for values in given.values() for value in values)
    rest: dict[str, None] = dict.fromkeys(given)
    words = typed if asked.errors else against(asked.sides)
    chips = [ChipLink("Side A", words, address(request.GET, after=None, **rest))]
    return replace(
        found,
        errors={name: why for name, why in asked.errors.items() if name not in _OWN},
        chips=[*found.chips, *(chips if given else ())],
        clear_href=reverse("report_compare"),
        coverage=Coverage(0, 0, 0, None),  # the panels say that of both sides
    )
