"""Details against summaries: what the page compares, and all of it as CSV."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer import history
from analyzer.api.frame.asked import refuse_unknown
from analyzer.api.frame.described import described, query
from analyzer.api.frame.errors import ParameterError
from designer.api.frame import PolicyView, person
from enforcement.api.tables import FILES, table_download
from enforcement.forms.agreement import AgreementForm
from enforcement.histories import agreement
from enforcement.serializers.agreement import AgreementSerializer

MOST: Final = 1_000
_DAY: Final = {"type": "string", "format": "date"}
_PARAMETERS: Final = (
    query("from_day", "The first day; without any, the last one in the store.", type=_DAY),
    query("to_day", "The last day.", type=_DAY),
    query("stack", "Sysplex, system and stack, with blanks between them; none: all."),
    query("format", "Instead of the Accept header.", enum=["json", "csv"]),
)


class DetailsAndSummaries(PolicyView):
    """Connection records, aggregated, against interval records."""

    renderer_classes = [JSONRenderer, FILES["csv"]]

    @described(
        "compare_details",
        summary="Do connection records, aggregated, agree with the interval records?",
        answers={
            (200, "application/json"): AgreementSerializer,
            (200, "text/csv"): OpenApiTypes.STR,
        },
        parameters=_PARAMETERS,
        refusals=(400, 503, 507),
    )
    def get(self, request: Request) -> HttpResponseBase:
        refuse_unknown(request.query_params, known=("from_day", "to_day", "stack"))
        try:
            return self._answer(request, _asked(request))
        except agreement.TooManyRecordsError as error:
            raise ParameterError({"from_day": str(error)}) from error

    def _answer(self, request: Request, asked: agreement.Asked) -> HttpResponseBase:
        if request.accepted_renderer.format == "csv":
            by, now = person(request), timezone.now()
            return table_download(request, partial(agreement.table_file, asked, by=by, now=now))
        found = agreement.found(asked, limit_s=float(settings.TIME_LIMIT_PAGE_S))
        return Response(
            {
                "compared": len(found.rows),
                "differing": len(found.differing),
                "stacks": [asdict(one) for one in found.stacks],
                "only_connection_records": found.only_details,
                "only_summaries": found.only_summaries,
                "rows": [agreement.values_of(one) for one in found.differing[:MOST]],
            }
        )


def _asked(request: Request) -> agreement.Asked:
    given: Any = request.query_params
    form = AgreementForm([*history.stack_keys()], given)
    errors = {name: f"`{name}` is empty" for name in form.fields if given.get(name) == ""}
    if not errors and not form.is_valid():
        errors = {name: " ".join(map(str, said)) for name, said in form.errors.items()}
    if errors:
        raise ParameterError(errors)
    return form.asked()
