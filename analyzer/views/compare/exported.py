"""A comparison as a file, or why it can't be one."""

from __future__ import annotations

from typing import IO

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from analyzer.exports.compared import Wanted, compared_file
from analyzer.exports.formats.registry import Chosen
from analyzer.forms.compare import Comparison
from analyzer.queries.compare.coverage import Coverages, lacks_a_side
from analyzer.tables.columns import ALL, Table
from analyzer.tables.compare import OPEN
from analyzer.views.look import AS_DELIVERED, chosen_columns
from analyzer.views.report.exported import answer_file, unknown_column, wants_file
from analyzer.views.report.scope import known_sort

__all__ = ["export_compared", "wants_file"]


def export_compared(
    request: HttpRequest, asked: Comparison, coverages: Coverages, *, table: Table
) -> HttpResponseBase:
    """Answer with the file; with status 400 and the reasons when the address can't be used."""
    known = {AS_DELIVERED, ALL, OPEN.key, *table.by_key}

    def take(chosen: Chosen) -> tuple[str, IO[bytes]]:
        wanted = Wanted(
            grain=asked.grain,
            statuses=() if lacks_a_side(coverages) else asked.statuses,
            columns=chosen_columns(request, table),
            sort=known_sort(request, table),
        )
        return compared_file(
            asked.sides, wanted, chosen=chosen, by=request.user, now=timezone.now()
        )

    return answer_file(request, take, errors={**asked.errors, **unknown_column(request, known)})
