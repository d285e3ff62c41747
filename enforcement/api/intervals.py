"""Interval records made of connection records: what would be made, start, look, cancel."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.http import QueryDict
from django.utils import timezone
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer import history
from analyzer.api.frame.answers import page_body
from analyzer.api.frame.asked import read_page_key, refuse_unknown
from analyzer.api.frame.described import PAGE, described, query
from analyzer.api.frame.errors import ConflictError, ParameterError
from analyzer.api.frame.guard import IMPORT
from analyzer.serializers.shapes import page_shape
from designer.api.frame import VIEW, PolicyView, found_or_404, given, person
from enforcement.forms.intervals import IntervalsForm
from enforcement.intervals import starting
from enforcement.intervals.errors import MakingError
from enforcement.intervals.planning import Asked, plan
from enforcement.models import Making
from enforcement.queries import makings as reads
from enforcement.serializers.intervals import (
    MakingGiven,
    MakingPlanSerializer,
    MakingSerializer,
    plan_values,
)
from web.paging import Page, PageKeyError

_PAGE: Final = page_shape("Making", MakingSerializer(many=True))
_DAY: Final = {"type": "string", "format": "date"}
_PARAMETERS: Final = (
    query("from_day", "The first day; none: all that have connection records.", type=_DAY),
    query("to_day", "The last day.", type=_DAY),
    query("stack", "Sysplex, system and stack, with blanks between them.", many=True),
    query(
        "smf",
        "The SMF interval in minutes; 30 unless given.",
        type={"type": "integer", "minimum": 1, "maximum": 60},
    ),
    query(
        "intval",
        "INTVAL in hours, in the place of `smf`.",
        type={"type": "integer", "minimum": 1, "maximum": 24},
    ),
    query("syncval", "SYNCVAL, hh:mm, with `intval`."),
)
_NAMES: Final = ("from_day", "to_day", "stack", "smf", "intval", "syncval")


class MakingView(PolicyView):
    """Who sees policies sees what was made; who may import dumps makes."""

    rights = {"GET": VIEW, "POST": IMPORT}


class Makings(MakingView):
    """All of them."""

    @described(
        "read_makings",
        summary="Interval records that were made of connection records, the newest first",
        answers={200: _PAGE},
        parameters=PAGE,
    )
    def get(self, request: Request) -> Response:
        after, limit = read_page_key(request.query_params)
        try:
            found = reads.page(after, limit=limit)
        except PageKeyError as error:
            raise ParameterError({"after": str(error)}) from error
        rows = list(MakingSerializer(found.rows, many=True).data)
        page = Page(next=found.next, previous=found.previous, total=reads.count())
        return Response(page_body(page, rows))

    @described(
        "make_intervals",
        summary="Make interval records of the connection records in the store, and import them",
        answers={201: MakingSerializer},
        request=MakingGiven,
        refusals=(400, 409, 503),
    )
    def post(self, request: Request) -> Response:
        body = given(MakingGiven, request).validated_data
        by, asked = _maker(request), _asked(_query(body))
        try:
            made = starting.start(asked=asked, by=by, now=timezone.now(), limit_s=_limit_s())
        except MakingError as error:
            raise ConflictError(f"nothing is made: {error}") from error
        return Response(MakingSerializer(making_or_404(made.pk)).data, status=201)


class MakingPlan(MakingView):
    """What would be made."""

    @described(
        "plan_intervals",
        summary="Of which stacks and days interval records would be made, and what is refused",
        answers={200: MakingPlanSerializer},
        parameters=_PARAMETERS,
        refusals=(400, 503),
    )
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params, known=_NAMES)
        return Response(plan_values(plan(_asked(request.query_params), limit_s=_limit_s())))


class OneMaking(MakingView):
    """One of them."""

    @described(
        "read_making",
        summary="Interval records that are made: how far that is, and their import",
        answers={200: MakingSerializer},
        refusals=(400, 404),
    )
    def get(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        return Response(MakingSerializer(making_or_404(pk)).data)


class CancelMaking(MakingView):
    """Stop one."""

    @described(
        "cancel_making",
        summary="Cancel it while interval records are made; nothing is imported then",
        answers={200: MakingSerializer},
        refusals=(400, 404, 409),
        request=None,
    )
    def post(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        by, found = _maker(request), making_or_404(pk)
        if not starting.cancel(making=found, by=by, now=timezone.now()):
            raise ConflictError("it had ended before it could be canceled")
        return Response(MakingSerializer(making_or_404(pk)).data)


def making_or_404(pk: int) -> Making:
    return found_or_404(reads.making(pk), "making")


def _maker(request: Request) -> Any:
    user = person(request)
    if not user.has_perm(VIEW):
        raise PermissionDenied("making interval records needs the right to see policies as well")
    return user


def _query(body: dict[str, Any]) -> QueryDict:
    """A body as the form takes it."""
    found = QueryDict(mutable=True)
    for name, value in body.items():
        found.setlist(name, [str(one) for one in value] if name == "stack" else [str(value)])
    return found


def _asked(sent: QueryDict) -> Asked:
    form = IntervalsForm([*history.stack_keys()], sent)
    errors = {name: f"`{name}` is empty" for name in form.fields if "" in sent.getlist(name)}
    if not errors and not form.is_valid():
        errors = {name: " ".join(map(str, said)) for name, said in form.errors.items()}
    if errors:
        raise ParameterError(errors)
    return form.asked()


def _limit_s() -> float:
    return float(settings.TIME_LIMIT_PAGE_S)
