"""Saved queries: list, read, make, change, delete."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from django.http import Http404
from django.utils import timezone
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer import saved as verbs
from analyzer.api.frame.answers import page_body
from analyzer.api.frame.asked import refuse_unknown
from analyzer.api.frame.described import PAGE, described, filter_parameters, query, sort_parameter
from analyzer.api.frame.errors import ConflictError, ParameterError
from analyzer.api.frame.guard import ApiView
from analyzer.api.frame.listing import read_listing
from analyzer.models import SavedQuery
from analyzer.queries import saved as reads
from analyzer.queries.filters import NAMES, Filters
from analyzer.serializers.queries import (
    ChangeSerializer,
    DraftSerializer,
    PreviewSerializer,
    SavedQuerySerializer,
)
from analyzer.serializers.shapes import page_shape
from analyzer.tables.queries import QUERIES
from web.revisions import ChangedMeanwhileError

_TABS: Final = tuple(str(value) for value in SavedQuery.Tab.values)
_PAGE: Final = page_shape("SavedQuery", SavedQuerySerializer(many=True))


class Queries(ApiView):
    """The own queries and those that others share."""

    rights = {"POST": reads.SAVE}

    @described(
        "read_queries",
        summary="Saved queries, the own ones and those that others share",
        answers={200: _PAGE},
        parameters=(sort_parameter(QUERIES), *PAGE),
        refusals=(400, 503),
    )
    def get(self, request: Request) -> Response:
        page = read_listing(request, partial(reads.page, user=_user(request)), sorts=True)
        found = reads.by_ids([row["id"] for row in page.rows])
        return Response(page_body(page, list(SavedQuerySerializer(found, many=True).data)))

    @described(
        "make_query",
        summary="Save a query as one's own",
        answers={201: SavedQuerySerializer},
        refusals=(400, 409),
        request=DraftSerializer,
    )
    def post(self, request: Request) -> Response:
        refuse_unknown(request.query_params)
        form = DraftSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            made = verbs.make(draft=form.draft(), by=_user(request), now=timezone.now())
        except verbs.SavedQueryError as error:
            raise ConflictError(str(error)) from error
        return Response(SavedQuerySerializer(made).data, status=201)


class Preview(ApiView):
    """A query before it is saved; its filters stand in the address, as in that of the report."""

    @described(
        "preview_query",
        summary="What a query asks, and how many sessions it returns",
        answers={200: PreviewSerializer},
        parameters=(
            query("tab", "Whose sessions; `servers` unless given.", enum=[*_TABS]),
            *filter_parameters({"tab"}),
        ),
    )
    def get(self, request: Request) -> Response:
        params: Any = request.query_params
        refuse_unknown(params, NAMES | {"tab"})
        filters, errors = Filters.from_params(params, also={"tab"})
        tab = params.get("tab", _TABS[0])
        if tab not in _TABS:
            errors["tab"] = f"`tab` is one of {', '.join(_TABS)}"
        if errors:
            raise ParameterError(errors)
        found = reads.count(filters, tab=tab)
        body = {
            "tab": tab,
            "sentence": reads.sentence_of(filters, tab=tab),
            "sessions": found.number if found.known else None,
            "more": found.more,
            "not_counted": "" if found.known else "Counting takes too long.",
        }
        return Response(PreviewSerializer(body).data)


class OneQuery(ApiView):
    """One query that the user may see; its owner and administrators may change it."""

    rights = {"PUT": reads.SAVE, "DELETE": reads.SAVE}

    @described(
        "read_query",
        summary="A saved query",
        answers={200: SavedQuerySerializer},
        refusals=(400, 404),
    )
    def get(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        return Response(SavedQuerySerializer(_get_query_or_404(request, pk)).data)

    @described(
        "change_query",
        summary="Replace what a query says",
        description="Fields that are not given become empty. The owner stays.",
        answers={200: SavedQuerySerializer},
        refusals=(400, 404, 409),
        request=ChangeSerializer,
    )
    def put(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        found = _get_own_query_or_404(request, pk)
        form = ChangeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            verbs.change(
                query=found,
                draft=form.draft(),
                by=_user(request),
                now=timezone.now(),
                revision=form.validated_data.get("revision"),
            )
        except ChangedMeanwhileError as error:
            current = SavedQuerySerializer(found).data
            raise ConflictError(str(error), current=current) from error
        except verbs.SavedQueryError as error:
            raise ConflictError(str(error)) from error
        return Response(SavedQuerySerializer(found).data)

    @described("delete_query", summary="Delete a query", answers={204: None}, refusals=(400, 404))
    def delete(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        found = _get_own_query_or_404(request, pk)
        verbs.delete(query=found, by=_user(request), now=timezone.now())
        return Response(status=204)


def _user(request: Request) -> Any:
    return request.user  # the guard lets no stranger in


def _get_query_or_404(request: Request, pk: int) -> SavedQuery:
    found = reads.get(pk, user=_user(request))
    if found is None:
        raise Http404("there is no such query")
    return found


def _get_own_query_or_404(request: Request, pk: int) -> SavedQuery:
    found = _get_query_or_404(request, pk)
    if not reads.may_change(found.owner_id, user=_user(request)):
        raise PermissionDenied("the query is for its owner or an administrator to change")
    return found
