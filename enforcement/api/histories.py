"""Exact runs: start, look, cancel, delete."""

from __future__ import annotations

from typing import Final

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.frame.answers import page_body
from analyzer.api.frame.asked import read_page_key, refuse_unknown
from analyzer.api.frame.described import PAGE, described
from analyzer.api.frame.errors import ConflictError, ParameterError
from analyzer.serializers.shapes import page_shape
from designer.api.frame import PolicyView, found_or_404, given, person
from enforcement.api.runs import wanted_of
from enforcement.histories import starting
from enforcement.histories.claims import handling
from enforcement.models import HistoryRun
from enforcement.queries import listing
from enforcement.runs.errors import RunError
from enforcement.serializers.histories import (
    HistoryGiven,
    HistoryHeadSerializer,
    HistorySerializer,
    history_values,
)
from web.paging import Page, PageKeyError

_PAGE: Final = page_shape("HistoryRun", HistoryHeadSerializer(many=True))


class Histories(PolicyView):
    """All exact runs."""

    @described(
        "read_exact_runs",
        summary="Exact runs, the newest first",
        answers={200: _PAGE},
        parameters=PAGE,
    )
    def get(self, request: Request) -> Response:
        after, limit = read_page_key(request.query_params)
        try:
            found = listing.runs(HistoryRun, after, limit=limit)
        except PageKeyError as error:
            raise ParameterError({"after": str(error)}) from error
        rows = list(HistoryHeadSerializer(found.rows, many=True).data)
        page = Page(next=found.next, previous=found.previous, total=listing.count(HistoryRun))
        return Response(page_body(page, rows))

    @described(
        "start_exact_run",
        summary="Take the connection records in the store through rule sets",
        answers={201: HistorySerializer},
        request=HistoryGiven,
    )
    def post(self, request: Request) -> Response:
        asked = given(HistoryGiven, request).validated_data
        try:
            made = starting.start(
                wanted=wanted_of(asked),
                choices=asked["settings"],
                by=person(request),
                now=timezone.now(),
            )
        except RunError as error:
            field = {"choices": "settings"}.get(error.field, error.field)
            raise ParameterError({field or "versions": str(error)}) from error
        return Response(history_values(history_or_404(made.pk)), status=201)


class OneHistory(PolicyView):
    """One exact run."""

    @described(
        "read_exact_run",
        summary="An exact run: how far it is, its rules, settings and totals",
        answers={200: HistorySerializer},
        refusals=(400, 404),
    )
    def get(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        return Response(history_values(history_or_404(pk)))

    @described(
        "delete_exact_run",
        summary="Delete an exact run that has ended; what it found goes in the background",
        answers={204: None},
        refusals=(400, 404, 409),
    )
    def delete(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        try:
            handling.delete(run=history_or_404(pk), by=person(request), now=timezone.now())
        except RunError as error:
            raise ConflictError(str(error)) from error
        return Response(status=204)


class CancelHistory(PolicyView):
    """Stop an exact run."""

    @described(
        "cancel_exact_run",
        summary="Cancel an exact run; what it has found so far stays",
        answers={200: HistorySerializer},
        refusals=(400, 404, 409),
        request=None,
    )
    def post(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        if not handling.cancel(run=history_or_404(pk), by=person(request), now=timezone.now()):
            raise ConflictError("the run had ended before it could be canceled")
        return Response(history_values(history_or_404(pk)))


def history_or_404(pk: int) -> HistoryRun:
    """Return an exact run; 404 for nothing, and for one that is being deleted."""
    found = listing.run(HistoryRun, pk)
    return found_or_404(found if found and not found.is_going else None, "run")
