"""The figures behind the overview's charts."""

from __future__ import annotations

from typing import Any, Final

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.frame.described import described, filter_parameters, query
from analyzer.api.frame.errors import ParameterError, TooSlowError
from analyzer.api.frame.guard import ApiView
from analyzer.models import Server
from analyzer.queries.filters import Filters
from analyzer.queries.overview.facts import read_facts
from analyzer.serializers.coverage import CoverageSerializer, coverage_body

_ROLES: Final = tuple(str(value) for value in Server.Role.values)
_OWN: Final = frozenset({"role", "format"})


class TallySerializer(serializers.Serializer[Any]):
    """One group of sessions; `failed` is null where no record counts failed handshakes."""

    keys = serializers.ListField(child=serializers.CharField(allow_blank=True))
    sessions = serializers.IntegerField()
    connections = serializers.IntegerField()
    unprotected = serializers.IntegerField()
    failed = serializers.IntegerField(allow_null=True)
    things = serializers.IntegerField(help_text="What the group counts beside: all, certificates.")


class TrendSerializer(serializers.Serializer[Any]):
    """One local day with data."""

    day = serializers.DateField()
    connections = serializers.IntegerField()
    unprotected = serializers.IntegerField()
    failed = serializers.IntegerField(allow_null=True)


class OverviewSerializer(serializers.Serializer[Any]):
    """`compared_from` is null without days before the period: nothing is new then."""

    groups = serializers.DictField(
        child=TallySerializer(many=True), help_text="By what the charts group by."
    )
    days = TrendSerializer(many=True)
    coverage = CoverageSerializer(help_text="Data of all stacks under the filters of place.")
    compared_from = serializers.DateField(allow_null=True)
    earliest = serializers.DateField(allow_null=True)


class Overview(ApiView):
    """All figures of one role under the filters."""

    @described(
        "read_overview",
        summary="The overview's figures",
        answers={200: OverviewSerializer},
        parameters=(
            query("role", "Whose traffic; `server` unless given.", enum=[*_ROLES]),
            *filter_parameters({"role"}),
        ),
        refusals=(400, 503),
    )
    def get(self, request: Request) -> Response:
        params: Any = request.query_params
        filters, errors = Filters.from_params(params, also=_OWN)
        role = params.get("role", str(Server.Role.SERVER))
        if role not in _ROLES:
            errors["role"] = f"`role` is one of {', '.join(_ROLES)}"
        if errors:
            raise ParameterError(errors)
        found = read_facts(filters, role=role, today=timezone.now().date())
        if found.cut:
            raise TooSlowError(found.cut)
        body = {
            "groups": found.tallies,
            "days": found.days,
            "coverage": coverage_body(found.coverage),
            "compared_from": found.compared_from,
            "earliest": found.earliest,
        }
        return Response(OverviewSerializer(body).data)
