"""Saved queries: list, read, make, change, delete."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404
from django.utils import timezone
from rest_framework.exceptions import PermissionDenied
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer import saved as verbs
from analyzer.api.answers import page_body
from analyzer.api.asked import read_page_key, refuse_unknown
from analyzer.api.described import PAGE, described, query
from analyzer.api.errors import ConflictError, ParameterError, TooSlowError
from analyzer.api.guard import ApiView
from analyzer.models import SavedQuery
from analyzer.queries import saved as reads
from analyzer.serializers.queries import DraftSerializer, SavedQuerySerializer
from analyzer.serializers.shapes import page_shape
from analyzer.tables.columns import UnknownColumnError
from analyzer.tables.queries import QUERIES
from web.paging import Page, PageKeyError

_PAGE: Final = page_shape("SavedQuery", SavedQuerySerializer(many=True))
_SORTS: Final = [column.key for column in QUERIES.columns if column.sortable]
_SORT: Final = query(
    "sort",
    f"Column to sort by, `-` in front for the greatest first; `{QUERIES.default_sort}` unless"
    " given.",
    enum=[f"{sign}{key}" for key in _SORTS for sign in ("", "-")],
)


class Queries(ApiView):
    """The own queries and those that others share."""

    rights = {"POST": reads.SAVE}
    parser_classes = [JSONParser]

    @described(
        "read_queries",
        summary="Saved queries, the own ones and those that others share",
        answers={200: _PAGE},
        parameters=(_SORT, *PAGE),
        refusals=(400, 503),
    )
    def get(self, request: Request) -> Response:
        page = _read(request)
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
        draft = _draft(request)
        try:
            made = verbs.make(draft=draft, by=_user(request), now=timezone.now())
        except verbs.SavedQueryError as error:
            raise ConflictError(str(error)) from error
        return Response(SavedQuerySerializer(made).data, status=201)


class OneQuery(ApiView):
    """One query that the user may see; its owner and administrators may change it."""

    rights = {"PUT": reads.SAVE, "DELETE": reads.SAVE}
    parser_classes = [JSONParser]

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
        request=DraftSerializer,
    )
    def put(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        found = _get_own_query_or_404(request, pk)
        draft = _draft(request)
        try:
            changed = verbs.change(query=found, draft=draft, by=_user(request), now=timezone.now())
        except verbs.SavedQueryError as error:
            raise ConflictError(str(error)) from error
        return Response(SavedQuerySerializer(changed).data)

    @described("delete_query", summary="Delete a query", answers={204: None}, refusals=(400, 404))
    def delete(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        found = _get_own_query_or_404(request, pk)
        verbs.delete(query=found, by=_user(request), now=timezone.now())
        return Response(status=204)


def _read(request: Request) -> Page:
    after, limit = read_page_key(request.query_params, also=("sort",))
    sort = request.query_params.get("sort") or None
    try:
        page = reads.page(user=_user(request), sort=sort, after=after, limit=limit)
    except UnknownColumnError as error:
        raise ParameterError({"sort": str(error)}) from error
    except PageKeyError as error:
        raise ParameterError({"after": str(error)}) from error
    if page.cut:
        raise TooSlowError(page.cut)
    return page


def _draft(request: Request) -> verbs.Draft:
    form = DraftSerializer(data=request.data)
    form.is_valid(raise_exception=True)
    return form.draft()


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
