"""The saved import list: look, add, remove."""

from __future__ import annotations

from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.frame.answers import page_body
from analyzer.api.frame.asked import refuse_unknown
from analyzer.api.frame.described import PAGE, described
from analyzer.api.frame.errors import ParameterError
from analyzer.api.frame.guard import IMPORT, ApiView
from analyzer.api.frame.listing import read_listing
from analyzer.ingest import intake
from analyzer.ingest.errors import IntakeError
from analyzer.models import ImportPath
from analyzer.queries import keyed
from analyzer.queries import settings as reads
from analyzer.serializers.facts import PathDraftSerializer, PathSerializer
from analyzer.serializers.shapes import page_shape


class Paths(ApiView):
    """The saved import list."""

    rights = {"GET": IMPORT, "POST": IMPORT}

    @described(
        "read_paths",
        summary="Saved paths, by path",
        answers={200: page_shape("Path", PathSerializer(many=True))},
        parameters=PAGE,
        refusals=(400, 503),
    )
    def get(self, request: Request) -> Response:
        page = read_listing(request, reads.saved_paths_page)
        rows = PathSerializer(keyed.in_order(reads.saved_paths(), page), many=True).data
        return Response(page_body(page, list(rows)))

    @described(
        "add_path",
        summary="Add a path or pattern to the saved list",
        answers={201: PathSerializer},
        request=PathDraftSerializer,
    )
    def post(self, request: Request) -> Response:
        refuse_unknown(request.query_params)
        form = PathDraftSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            made = intake.save_path(by=request.user, now=timezone.now(), **form.validated_data)
        except IntakeError as error:
            raise ParameterError({"path": str(error)}) from error
        return Response(PathSerializer(made).data, status=201)


class OnePath(ApiView):
    """One line of the saved list."""

    rights = {"GET": IMPORT, "DELETE": IMPORT}

    @described(
        "read_path", summary="A saved path", answers={200: PathSerializer}, refusals=(400, 404)
    )
    def get(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        return Response(PathSerializer(_path_or_404(pk)).data)

    @described(
        "remove_path",
        summary="Take a path off the saved list; its imports stay",
        answers={204: None},
        refusals=(400, 404),
    )
    def delete(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        intake.remove_path(saved=_path_or_404(pk), by=request.user, now=timezone.now())
        return Response(status=204)


def _path_or_404(pk: int) -> ImportPath:
    found = reads.saved_path(pk)
    if found is None:
        raise Http404("there is no such path in the list")
    return found
