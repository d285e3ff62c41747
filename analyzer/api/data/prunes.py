"""Prunes: what would go, removing it, looking at it, canceling it."""

from __future__ import annotations

from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.frame.answers import page_body
from analyzer.api.frame.asked import refuse_unknown
from analyzer.api.frame.described import PAGE, described
from analyzer.api.frame.errors import ConflictError, ParameterError
from analyzer.api.frame.guard import ADMINISTER, ApiView
from analyzer.api.frame.listing import read_listing
from analyzer.models import Prune
from analyzer.pruning import submit
from analyzer.pruning.errors import PruneError
from analyzer.queries.data import prunes as reads
from analyzer.serializers.data import (
    GoingSerializer,
    PruneDraftSerializer,
    PruneSerializer,
    asked_of,
)
from analyzer.serializers.shapes import page_shape


class Prunes(ApiView):
    """All prunes."""

    rights = {"POST": ADMINISTER}

    @described(
        "read_prunes",
        summary="Prunes, the latest first",
        answers={200: page_shape("Prune", PruneSerializer(many=True))},
        parameters=PAGE,
        refusals=(400, 503),
    )
    def get(self, request: Request) -> Response:
        page = read_listing(request, reads.page)
        rows = PruneSerializer(reads.of_page(page), many=True).data
        return Response(page_body(page, list(rows)))

    @described(
        "submit_prune",
        summary="Remove data",
        answers={201: PruneSerializer},
        request=PruneDraftSerializer,
    )
    def post(self, request: Request) -> Response:
        refuse_unknown(request.query_params)
        try:
            made = submit.submit(asked=_asked(request), by=request.user, now=timezone.now())
        except PruneError as error:
            raise ParameterError({"systems": str(error)}) from error
        return Response(PruneSerializer(made).data, status=201)


class Preview(ApiView):
    """What a prune would remove; nothing is changed."""

    rights = {"POST": ADMINISTER}

    @described(
        "preview_prune",
        summary="What a prune would remove, by system",
        answers={200: GoingSerializer(many=True)},
        request=PruneDraftSerializer,
    )
    def post(self, request: Request) -> Response:
        refuse_unknown(request.query_params)
        rows = reads.going(reads.parts_of(_asked(request), today=timezone.now().date()))
        return Response(GoingSerializer(rows, many=True).data)


class OnePrune(ApiView):
    """One prune."""

    @described("read_prune", summary="A prune", answers={200: PruneSerializer}, refusals=(400, 404))
    def get(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        return Response(PruneSerializer(_prune_or_404(pk)).data)


class CancelPrune(ApiView):
    """Stop a prune; whole days are gone or stay."""

    rights = {"POST": ADMINISTER}

    @described(
        "cancel_prune",
        summary="Cancel a prune",
        answers={200: PruneSerializer},
        refusals=(400, 404, 409),
        request=None,
    )
    def post(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        prune = _prune_or_404(pk)
        if not submit.cancel(prune=prune, by=request.user, now=timezone.now()):
            raise ConflictError("the prune has ended already")
        return Response(PruneSerializer(_prune_or_404(pk)).data)


def _asked(request: Request) -> reads.Asked:
    form = PruneDraftSerializer(data=request.data)
    form.is_valid(raise_exception=True)
    return asked_of(form.validated_data)


def _prune_or_404(pk: int) -> Prune:
    found = reads.get(pk)
    if found is None:
        raise Http404("there is no such prune")
    return found
