"""Scheduled exports: list, read, make, change, delete, run; their files."""

from __future__ import annotations

from functools import partial
from typing import Final, TypeVar

from django.utils import timezone
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.frame.answers import page_body
from analyzer.api.frame.asked import refuse_unknown
from analyzer.api.frame.described import PAGE, described, sort_parameter
from analyzer.api.frame.errors import ParameterError
from analyzer.api.frame.files import require_export
from analyzer.api.frame.guard import EXPORT, ApiView
from analyzer.api.frame.listing import read_listing
from analyzer.api.standing.asked import (
    BEFORE,
    as_conflict,
    get_or_404,
    get_own_or_404,
    history,
    query_of,
    run_now,
    switch,
    user_of,
    values_of,
)
from analyzer.exports.scheduled import content
from analyzer.models import ExportSchedule
from analyzer.queries.saved import SAVE
from analyzer.queries.standing import orders as reads
from analyzer.serializers.shapes import history_shape, page_shape
from analyzer.serializers.standing.schedules import (
    ExportRunSerializer,
    ScheduleChangeSerializer,
    ScheduleDraftSerializer,
    ScheduleSerializer,
)
from analyzer.serializers.standing.trigger import SwitchSerializer
from analyzer.standing import schedules as verbs
from analyzer.tables.standing.orders import SCHEDULES

Form = TypeVar("Form", bound=ScheduleDraftSerializer)
_PAGE: Final = page_shape("ExportSchedule", ScheduleSerializer(many=True))


class Schedules(ApiView):
    """Those of shared queries, of own ones, and those that the user made."""

    rights = {"POST": SAVE}

    @described(
        "read_export_schedules",
        summary="Scheduled exports of shared queries and the own ones",
        answers={200: _PAGE},
        parameters=(sort_parameter(SCHEDULES), *PAGE),
        refusals=(400, 503),
    )
    def get(self, request: Request) -> Response:
        page = read_listing(request, partial(reads.schedules, user=user_of(request)), sorts=True)
        found = reads.by_ids_schedules([row["id"] for row in page.rows])
        return Response(page_body(page, list(ScheduleSerializer(found, many=True).data)))

    @described(
        "make_export_schedule",
        summary="Export a saved query on a schedule",
        answers={201: ScheduleSerializer},
        refusals=(400, 409),
        request=ScheduleDraftSerializer,
    )
    def post(self, request: Request) -> Response:
        refuse_unknown(request.query_params)
        require_export(request)
        form = _valid(request, ScheduleDraftSerializer(data=request.data))
        query = query_of(request, form.validated_data["query"])
        with as_conflict():
            made = verbs.make(
                query=query, draft=form.draft(), by=user_of(request), now=timezone.now()
            )
        return Response(values_of(made), status=201)


class OneSchedule(ApiView):
    """One scheduled export; its owner and administrators may change it."""

    rights = {"PUT": SAVE, "DELETE": SAVE}

    @described(
        "read_export_schedule",
        summary="A scheduled export",
        answers={200: ScheduleSerializer},
        refusals=(400, 404),
    )
    def get(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        return Response(values_of(get_or_404(request, ExportSchedule, pk)))

    @described(
        "change_export_schedule",
        summary="Replace what a scheduled export says",
        description="Fields that are not given become as in a new one. The query stays.",
        answers={200: ScheduleSerializer},
        refusals=(400, 404, 409),
        request=ScheduleChangeSerializer,
    )
    def put(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        require_export(request)
        found = get_own_or_404(request, ExportSchedule, pk)
        form = _valid(request, ScheduleChangeSerializer(data=request.data))
        with as_conflict(found):
            verbs.change(
                schedule=found,
                draft=form.draft(),
                by=user_of(request),
                now=timezone.now(),
                revision=form.validated_data.get("revision"),
            )
        return Response(values_of(found))

    @described(
        "delete_export_schedule",
        summary="Delete a scheduled export; its files stay",
        answers={204: None},
        refusals=(400, 404),
    )
    def delete(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        found = get_own_or_404(request, ExportSchedule, pk)
        verbs.delete(schedule=found, by=user_of(request), now=timezone.now())
        return Response(status=204)


class RunSchedule(ApiView):
    rights = {"POST": SAVE}

    @described(
        "run_export_schedule",
        summary="Write a file now",
        answers={200: ScheduleSerializer},
        refusals=(400, 404, 409),
        request=None,
    )
    def post(self, request: Request, pk: int) -> Response:
        return run_now(request, ExportSchedule, pk)


class SwitchSchedule(ApiView):
    rights = {"POST": SAVE}

    @described(
        "switch_export_schedule",
        summary="Pause a scheduled export, or let a paused one run again",
        answers={200: ScheduleSerializer},
        refusals=(400, 404),
        request=SwitchSerializer,
    )
    def post(self, request: Request, pk: int) -> Response:
        return switch(request, ExportSchedule, pk)


class ScheduleRuns(ApiView):
    @described(
        "read_export_schedule_runs",
        summary="Files of a scheduled export, the latest first",
        answers={200: history_shape("ExportRun", ExportRunSerializer(many=True))},
        parameters=(BEFORE,),
        refusals=(400, 404),
    )
    def get(self, request: Request, pk: int) -> Response:
        found = get_or_404(request, ExportSchedule, pk)
        return history(request, found, reads.export_runs_of, ExportRunSerializer)


def _valid(request: Request, form: Form) -> Form:
    """The form, valid in all its fields. Raises ParameterError and PermissionDenied."""
    if not request.user.has_perm(EXPORT):
        raise PermissionDenied
    form.is_valid(raise_exception=True)
    given = form.validated_data
    wrong = content.problem(given.get("format", "csv"), given.get("options", {}))
    if wrong:
        raise ParameterError(dict([wrong]))
    return form
