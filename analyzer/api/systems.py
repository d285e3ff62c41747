"""Systems with their settings and stacks."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.asked import refuse_unknown
from analyzer.api.described import described
from analyzer.api.guard import ApiView
from analyzer.queries import settings as reads
from analyzer.serializers.imports import SystemSerializer


class Systems(ApiView):
    """All systems, by sysplex and name."""

    @described(
        "read_systems", summary="Systems and stacks", answers={200: SystemSerializer(many=True)}
    )
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params)
        return Response(SystemSerializer(reads.systems(), many=True).data)
