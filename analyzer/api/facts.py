"""The store in figures, the audit log."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.frame.asked import refuse_unknown
from analyzer.api.frame.described import described, grammar
from analyzer.api.frame.errors import ParameterError, TooSlowError
from analyzer.api.frame.guard import ADMINISTER, ApiView
from analyzer.queries import settings as reads
from analyzer.queries.data import database, sizes
from analyzer.serializers.facts import (
    AuditSerializer,
    SummarySerializer,
)
from web.paging import PageKeyError

_AFTER: Final = grammar("after", "`next` of the page before.")


class AuditPageSerializer(serializers.Serializer[Any]):
    """A page of the log; `next` is null on the last one, `previous` on the first."""

    rows = AuditSerializer(many=True)
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)


class Database(ApiView):
    """What the store holds."""

    @described(
        "read_database",
        summary="The store in figures",
        answers={200: SummarySerializer},
        refusals=(400, 503),
    )
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params)
        found, held = database.summary(), sizes.sizes()
        if cut := found.cut or held.cut:
            raise TooSlowError(cut)
        body = {**asdict(found), "day_bytes": sizes.growth_bytes(found.by_day)}
        return Response(SummarySerializer({**body, "sizes": held}).data)


class Audit(ApiView):
    """The audit log, the latest first, a hundred a page."""

    rights = {"GET": ADMINISTER}

    @described(
        "read_audit",
        summary="The audit log",
        answers={200: AuditPageSerializer},
        parameters=(_AFTER,),
    )
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params, ("after",))
        try:
            page = reads.audit(after=request.query_params.get("after", ""))
        except PageKeyError as error:
            raise ParameterError({"after": str(error)}) from error
        rows = AuditSerializer(page.rows, many=True).data
        return Response({"rows": rows, "next": page.next, "previous": page.previous})
