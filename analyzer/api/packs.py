"""Audit packs: order, look, cancel, fetch, delete."""

from __future__ import annotations

from typing import Any, Final

from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework.exceptions import PermissionDenied
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.frame.answers import page_body
from analyzer.api.frame.asked import refuse_unknown
from analyzer.api.frame.described import PAGE, described
from analyzer.api.frame.errors import ConflictError, ParameterError
from analyzer.api.frame.guard import EXPORT, ApiView
from analyzer.api.frame.listing import read_listing
from analyzer.models import AuditPack
from analyzer.packs import orders, places
from analyzer.packs.errors import NotTheirsError, PackError
from analyzer.queries import saved
from analyzer.queries.filters import Filters
from analyzer.queries.packs import listing as reads
from analyzer.queries.packs.fixed import fixed
from analyzer.serializers.packs import OrderSerializer, PackSerializer
from analyzer.serializers.shapes import page_shape

_PAGE: Final = page_shape("Pack", PackSerializer(many=True))
_RIGHTS: Final = dict.fromkeys(("GET", "POST", "DELETE"), EXPORT)


class ZipRenderer(BaseRenderer):
    """Says that an address answers with a zip; the answer itself is a file."""

    media_type = "application/zip"
    format = "zip"


class Packs(ApiView):
    """All audit packs."""

    rights = _RIGHTS

    @described(
        "read_packs",
        summary="Audit packs, the latest first",
        answers={200: _PAGE},
        parameters=PAGE,
        refusals=(400, 503),
    )
    def get(self, request: Request) -> Response:
        page = read_listing(request, reads.page)
        found = reads.by_ids([row["id"] for row in page.rows])
        return Response(page_body(page, list(PackSerializer(found, many=True).data)))

    @described(
        "make_pack",
        summary="Order an audit pack of a saved query or of filters",
        answers={201: PackSerializer},
        refusals=(400,),
        request=OrderSerializer,
    )
    def post(self, request: Request) -> Response:
        refuse_unknown(request.query_params)
        form = OrderSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        title, filters = _asked(request, form.validated_data)
        now = timezone.now()
        title = form.validated_data.get("title") or title
        wanted = orders.Wanted(title, filters, fixed(filters, as_of=now))
        made = orders.order(wanted=wanted, by=_user(request), now=now)
        return Response(PackSerializer(made).data, status=201)


class OnePack(ApiView):
    """One audit pack; who ordered it and administrators may delete it."""

    rights = _RIGHTS

    @described(
        "read_pack", summary="An audit pack", answers={200: PackSerializer}, refusals=(400, 404)
    )
    def get(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        return Response(PackSerializer(_get_pack_or_404(pk)).data)

    @described(
        "delete_pack",
        summary="Delete an audit pack that has ended",
        answers={204: None},
        refusals=(400, 404, 409),
    )
    def delete(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        found = _get_pack_or_404(pk)
        try:
            orders.delete(pack=found, by=_user(request), now=timezone.now())
        except NotTheirsError as error:
            raise PermissionDenied(str(error)) from error
        except PackError as error:
            raise ConflictError(str(error)) from error
        return Response(status=204)


class Cancel(ApiView):
    """Stop an audit pack that is being made."""

    rights = _RIGHTS

    @described(
        "cancel_pack",
        summary="Cancel an audit pack",
        answers={200: PackSerializer},
        refusals=(400, 404, 409),
        request=None,
    )
    def post(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        found = _get_pack_or_404(pk)
        try:
            canceled = orders.cancel(pack=found, by=_user(request), now=timezone.now())
        except NotTheirsError as error:
            raise PermissionDenied(str(error)) from error
        if not canceled:
            raise ConflictError("the pack had ended before it could be canceled")
        return Response(PackSerializer(_get_pack_or_404(pk)).data)


class File(ApiView):
    """The zip of an audit pack."""

    rights = _RIGHTS
    renderer_classes = [ZipRenderer, JSONRenderer]

    @described(
        "read_pack_file",
        summary="The file of an audit pack",
        answers={(200, "application/zip"): OpenApiTypes.BINARY},
        refusals=(400, 404, 409),
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        refuse_unknown(request.query_params)
        found = _get_pack_or_404(pk)
        try:
            file = orders.fetch(pack=found, by=_user(request), now=timezone.now())
        except PackError as error:
            raise ConflictError(str(error)) from error
        return FileResponse(
            file,
            as_attachment=True,
            filename=places.file_name(found),
            content_type=ZipRenderer.media_type,
            headers={"Cache-Control": "no-store"},
        )


def _asked(request: Request, given: dict[str, Any]) -> tuple[str, Filters]:
    """The title and the filters. Raises ParameterError."""
    if ("query" in given) == ("filters" in given):
        raise ParameterError({"query": "give either `query` or `filters`"})
    if "query" in given:
        query = saved.get(given["query"], user=_user(request))
        if query is None:
            raise ParameterError({"query": "there is no such query"})
        title, (filters, errors) = query.name, saved.filters_of(query.params)
    else:
        title, (filters, errors) = "Report", saved.filters_of(given["filters"])
    if errors:
        raise ParameterError({f"filters.{name}": why for name, why in errors.items()})
    return title, filters


def _get_pack_or_404(pk: int) -> AuditPack:
    found = reads.get(pk)
    if found is None:
        raise Http404("there is no such audit pack")
    return found


def _user(request: Request) -> Any:
    return request.user  # the guard lets no stranger in
