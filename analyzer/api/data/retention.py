"""Retention: how many days records stay, and what other rules would take."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.frame.asked import refuse_unknown
from analyzer.api.frame.described import described
from analyzer.api.frame.errors import ParameterError
from analyzer.api.frame.guard import ADMINISTER, ApiView
from analyzer.pruning import submit
from analyzer.queries import settings
from analyzer.queries.data import prunes, retention
from analyzer.queries.data.retention import Rules
from analyzer.serializers.data import GoingSerializer, RetentionSerializer


class Retention(ApiView):
    """How many days records stay."""

    rights = {"PUT": ADMINISTER}

    @described("read_retention", summary="Retention", answers={200: RetentionSerializer})
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params)
        return Response(_body(retention.saved()))

    @described(
        "set_retention",
        summary="Set retention; systems that are not given follow the default",
        answers={200: RetentionSerializer},
        request=RetentionSerializer,
    )
    def put(self, request: Request) -> Response:
        refuse_unknown(request.query_params)
        rules = _asked(request)
        submit.set_retention(
            default=rules.default, systems=rules.systems, by=request.user, now=timezone.now()
        )
        return Response(_body(retention.saved()))


class Preview(ApiView):
    """What rules would take; nothing is changed."""

    rights = {"POST": ADMINISTER}

    @described(
        "preview_retention",
        summary="What rules of retention would take within the hour, by system",
        answers={200: GoingSerializer(many=True)},
        request=RetentionSerializer,
    )
    def post(self, request: Request) -> Response:
        refuse_unknown(request.query_params)
        parts = retention.parts(_asked(request), today=timezone.now().date())
        return Response(GoingSerializer(prunes.going(parts), many=True).data)


def _asked(request: Request) -> Rules:
    form = RetentionSerializer(data=request.data)
    form.is_valid(raise_exception=True)
    given = {one["system"]: one["days"] for one in form.validated_data["systems"]}
    if not set(given) <= {one.pk for one in settings.systems()}:
        raise ParameterError({"systems": "there is no such system"})
    return Rules(form.validated_data["default"], given)


def _body(rules: Rules) -> dict[str, Any]:
    systems = [{"system": pk, "days": days} for pk, days in rules.systems.items()]
    return {"default": rules.default, "systems": systems}
