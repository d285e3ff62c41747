"""A cryptography bill of materials."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from analyzer.api.frame.asked import refuse_unknown
from analyzer.api.frame.described import described, filter_parameters, query
from analyzer.api.frame.errors import ParameterError, TooSlowError
from analyzer.api.frame.guard import EXPORT, ApiView
from analyzer.exports.cbom.bill import MEDIA_TYPES
from analyzer.exports.cbom.taken import take_bill
from analyzer.exports.taking import Taking
from analyzer.queries.cbom.used import TooManyError
from analyzer.queries.filters import NAMES, Filters

_FORMAT: Final = query("format", "Instead of the Accept header.", enum=[*MEDIA_TYPES])


class JsonBill(BaseRenderer):
    """CycloneDX as JSON; also where only JSON is accepted."""

    media_type = MEDIA_TYPES["json"]
    format = "json"


class PlainJsonBill(JsonBill):
    """The same, for those who ask for any JSON."""

    media_type = "application/json"


class XmlBill(BaseRenderer):
    """CycloneDX as XML."""

    media_type = MEDIA_TYPES["xml"]
    format = "xml"


class Cbom(ApiView):
    """Servers, protocols, algorithms, keys and certificates that were used (CycloneDX 1.6)."""

    rights = {"GET": EXPORT}
    renderer_classes = [JsonBill, PlainJsonBill, XmlBill]

    @described(
        "read_cbom",
        summary="Cryptography bill of materials",
        answers={
            (200, MEDIA_TYPES["json"]): OpenApiTypes.OBJECT,
            (200, MEDIA_TYPES["xml"]): OpenApiTypes.STR,
        },
        parameters=(_FORMAT, *filter_parameters(set())),
        refusals=(400, 503),
    )
    def get(self, request: Request) -> HttpResponse:
        refuse_unknown(request.query_params, NAMES)
        filters, errors = Filters.from_params(request.query_params)
        if errors:
            raise ParameterError(errors)
        form = str(request.accepted_renderer.format)
        taking = Taking(by=request.user, now=timezone.now(), target="cbom", filters=filters)
        try:
            name, content = take_bill(taking, form=form)
        except TooManyError as error:
            raise TooSlowError(str(error)) from error
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        }
        return HttpResponse(content, content_type=MEDIA_TYPES[form], headers=headers)
