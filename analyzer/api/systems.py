"""Systems with their time zone, code page and stacks."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer import systems as verbs
from analyzer.api.frame.answers import page_body
from analyzer.api.frame.asked import refuse_unknown
from analyzer.api.frame.described import PAGE, described
from analyzer.api.frame.guard import ADMINISTER, ApiView
from analyzer.api.frame.listing import read_listing
from analyzer.models import SystemSettings
from analyzer.queries import keyed
from analyzer.queries import settings as reads
from analyzer.serializers.imports import SystemDraftSerializer, SystemSerializer
from analyzer.serializers.shapes import page_shape


class Systems(ApiView):
    """All systems."""

    @described(
        "read_systems",
        summary="Systems and stacks, by sysplex and name",
        answers={200: page_shape("System", SystemSerializer(many=True))},
        parameters=PAGE,
        refusals=(400, 503),
    )
    def get(self, request: Request) -> Response:
        page = read_listing(request, reads.systems_page)
        rows = SystemSerializer(keyed.in_order(reads.systems(), page), many=True).data
        return Response(page_body(page, list(rows)))


class OneSystem(ApiView):
    """One system."""

    rights = {"PUT": ADMINISTER}

    @described(
        "read_system", summary="A system", answers={200: SystemSerializer}, refusals=(400, 404)
    )
    def get(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        return Response(SystemSerializer(_system_or_404(pk)).data)

    @described(
        "change_system",
        summary="Set the time zone and the code page of a system; what is not given stays",
        answers={200: SystemSerializer},
        refusals=(400, 404),
        request=SystemDraftSerializer,
    )
    def put(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        found = _system_or_404(pk)
        form = SystemDraftSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        _save(request, found, form.validated_data)
        return Response(SystemSerializer(_system_or_404(pk)).data)


def _save(request: Request, found: SystemSettings, given: dict[str, Any]) -> None:
    """As on the page: what is the same already is not set again."""
    zone, code_page = given.get("time_zone"), given.get("code_page")
    if zone and zone != found.time_zone:
        verbs.set_time_zone(settings=found, zone=zone, by=request.user, now=timezone.now())
    if code_page and code_page != found.code_page:
        verbs.set_code_page(
            settings=found, code_page=code_page, by=request.user, now=timezone.now()
        )


def _system_or_404(pk: int) -> SystemSettings:
    found = reads.system(pk)
    if found is None:
        raise Http404("there is no such system")
    return found
