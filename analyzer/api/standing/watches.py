"""Watches: list, read, make, change, delete; their runs and messages."""

from __future__ import annotations

from functools import partial
from typing import Final

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.frame.answers import page_body
from analyzer.api.frame.asked import refuse_unknown
from analyzer.api.frame.described import PAGE, described, sort_parameter
from analyzer.api.frame.errors import ConflictError
from analyzer.api.frame.guard import VIEW, ApiView
from analyzer.api.frame.listing import read_listing
from analyzer.api.frame.tokens import require_scope
from analyzer.api.standing.asked import (
    BEFORE,
    act_on,
    as_conflict,
    delivery_or_404,
    get_or_404,
    get_own_or_404,
    history,
    query_of,
    run_now,
    switch,
    user_of,
    values_of,
)
from analyzer.models import Watch
from analyzer.queries.saved import SAVE
from analyzer.queries.standing import orders as reads
from analyzer.serializers.shapes import history_shape, page_shape
from analyzer.serializers.standing.trigger import SwitchSerializer
from analyzer.serializers.standing.watches import (
    DeliverySerializer,
    MadeWatchSerializer,
    WatchChangeSerializer,
    WatchDraftSerializer,
    WatchRunSerializer,
    WatchSerializer,
)
from analyzer.standing import deliveries
from analyzer.standing import watches as verbs
from analyzer.standing.errors import StandingError
from analyzer.standing.sending.webhook import secret_of
from analyzer.tables.standing.orders import WATCHES

_PAGE: Final = page_shape("Watch", WatchSerializer(many=True))


class Watches(ApiView):
    """Those of shared queries, of own ones, and those that the user made."""

    rights = {"POST": SAVE}

    @described(
        "read_watches",
        summary="Watches of shared queries and the own ones",
        answers={200: _PAGE},
        parameters=(sort_parameter(WATCHES), *PAGE),
        refusals=(400, 503),
    )
    def get(self, request: Request) -> Response:
        page = read_listing(request, partial(reads.watches, user=user_of(request)), sorts=True)
        found = reads.by_ids_watches([row["id"] for row in page.rows])
        return Response(page_body(page, list(WatchSerializer(found, many=True).data)))

    @described(
        "make_watch",
        summary="Watch a saved query",
        description="The answer has the secret of the webhook; no other answer has it.",
        answers={201: MadeWatchSerializer},
        refusals=(400, 409),
        request=WatchDraftSerializer,
    )
    def post(self, request: Request) -> Response:
        refuse_unknown(request.query_params)
        form = WatchDraftSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        query = query_of(request, form.validated_data["query"])
        with as_conflict():
            made = verbs.make(
                query=query, draft=form.draft(), by=user_of(request), now=timezone.now()
            )
        context = {"secret": secret_of(made) if made.webhook else ""}
        return Response(MadeWatchSerializer(made, context=context).data, status=201)


class OneWatch(ApiView):
    """One watch; its owner and administrators may change it."""

    rights = {"PUT": SAVE, "DELETE": SAVE}

    @described("read_watch", summary="A watch", answers={200: WatchSerializer}, refusals=(400, 404))
    def get(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        return Response(values_of(get_or_404(request, Watch, pk)))

    @described(
        "change_watch",
        summary="Replace what a watch says",
        description="Fields that are not given become as in a new watch. The query stays.",
        answers={200: WatchSerializer},
        refusals=(400, 404, 409),
        request=WatchChangeSerializer,
    )
    def put(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        require_scope(request, VIEW)  # the rows may go to another address from now on
        watch = get_own_or_404(request, Watch, pk)
        form = WatchChangeSerializer(watch, data=request.data)
        form.is_valid(raise_exception=True)
        with as_conflict(watch):
            verbs.change(
                watch=watch,
                draft=form.draft(),
                by=user_of(request),
                now=timezone.now(),
                revision=form.validated_data.get("revision"),
            )
        return Response(values_of(watch))

    @described("delete_watch", summary="Delete a watch", answers={204: None}, refusals=(400, 404))
    def delete(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        watch = get_own_or_404(request, Watch, pk)
        verbs.delete(watch=watch, by=user_of(request), now=timezone.now())
        return Response(status=204)


class RunWatch(ApiView):
    rights = {"POST": SAVE}

    @described(
        "run_watch",
        summary="Run a watch now",
        answers={200: WatchSerializer},
        refusals=(400, 404, 409),
        request=None,
    )
    def post(self, request: Request, pk: int) -> Response:
        return run_now(request, Watch, pk)


class SwitchWatch(ApiView):
    rights = {"POST": SAVE}

    @described(
        "switch_watch",
        summary="Pause a watch, or let a paused one run again",
        answers={200: WatchSerializer},
        refusals=(400, 404),
        request=SwitchSerializer,
    )
    def post(self, request: Request, pk: int) -> Response:
        return switch(request, Watch, pk)


class TestWatch(ApiView):
    rights = {"POST": SAVE}
    __test__ = False  # no test of ours, whatever its name begins with

    @described(
        "test_watch",
        summary="Send a test message to each target",
        answers={200: WatchSerializer},
        refusals=(400, 404, 409),
        request=None,
    )
    def post(self, request: Request, pk: int) -> Response:
        by, now = user_of(request), timezone.now()

        def act(watch: Watch) -> None:
            if not deliveries.write_test(watch=watch, by=by, now=now):
                raise StandingError("the watch has nobody to tell")

        return act_on(request, Watch, pk, act)


class WatchRuns(ApiView):
    @described(
        "read_watch_runs",
        summary="Runs of a watch, the latest first",
        answers={200: history_shape("WatchRun", WatchRunSerializer(many=True))},
        parameters=(BEFORE,),
        refusals=(400, 404),
    )
    def get(self, request: Request, pk: int) -> Response:
        watch = get_or_404(request, Watch, pk)
        return history(request, watch, reads.runs_of, WatchRunSerializer)


class WatchDeliveries(ApiView):
    @described(
        "read_watch_deliveries",
        summary="Messages of a watch, the latest first",
        answers={200: history_shape("Delivery", DeliverySerializer(many=True))},
        parameters=(BEFORE,),
        refusals=(400, 404),
    )
    def get(self, request: Request, pk: int) -> Response:
        watch = get_or_404(request, Watch, pk)
        return history(request, watch, reads.deliveries_of, DeliverySerializer)


class RetryDelivery(ApiView):
    rights = {"POST": SAVE}

    @described(
        "retry_delivery",
        summary="Try a message again that failed or was given up",
        answers={200: DeliverySerializer},
        refusals=(400, 404, 409),
        request=None,
    )
    def post(self, request: Request, pk: int, delivery_pk: int) -> Response:
        refuse_unknown(request.query_params)
        watch = get_own_or_404(request, Watch, pk)
        found = delivery_or_404(reads.delivery_of(watch, delivery_pk))
        if not deliveries.retry(delivery=found, by=user_of(request), now=timezone.now()):
            raise ConflictError("the message is sent, or on its way")
        found.refresh_from_db()
        return Response(DeliverySerializer(found).data)


class WatchSecret(ApiView):
    rights = {"POST": SAVE}

    @described(
        "make_watch_secret",
        summary="Make a new secret for the webhook; the old one ends at once",
        answers={200: MadeWatchSerializer},
        refusals=(400, 404, 409),
        request=None,
    )
    def post(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        watch = get_own_or_404(request, Watch, pk)
        if not watch.webhook:
            raise ConflictError("the watch has no webhook")
        secret = verbs.new_secret(watch=watch, by=user_of(request), now=timezone.now())
        body = MadeWatchSerializer(watch, context={"secret": secret}).data
        return Response(body, headers={"Cache-Control": "no-store"})
