"""The inventory of certificates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.frame.answers import answer
from analyzer.api.frame.asked import refuse_unknown
from analyzer.api.frame.described import described, described_table, filter_parameters
from analyzer.api.frame.errors import ParameterError, TooSlowError
from analyzer.api.frame.guard import ApiView
from analyzer.api.report import TableView
from analyzer.queries.certificates import inventory, timeline, usage
from analyzer.queries.filters import NAMES, Filters
from analyzer.serializers.certificates import CertificateSerializer
from analyzer.serializers.rows import json_value
from analyzer.serializers.shapes import page_shape, row_shape
from analyzer.tables.certificates import CERTIFICATES, CLIENT_ROWS, OWNERS, USERS
from analyzer.tables.columns import Column

_UTC: Final = ZoneInfo("UTC")
_TABLES: Final = {"servers": USERS, "jobs": OWNERS, "clients": CLIENT_ROWS}
_ONE: Final = inline_serializer(
    "CertificateWithUse",
    {
        **CertificateSerializer().get_fields(),
        "shown_by": serializers.ListField(child=serializers.CharField()),
        **{
            name: inline_serializer(
                f"Certificate{name.capitalize()}",
                {
                    "rows": row_shape(f"Certificate{name.capitalize()}", table),
                    "total": serializers.IntegerField(help_text="Rows there are."),
                    "total_is_capped": serializers.BooleanField(),
                },
            )
            for name, table in _TABLES.items()
        },
    },
)
_PAGE: Final = page_shape("Certificate", row_shape("Certificate", CERTIFICATES))


class Certificates(TableView):
    """Certificates in use; `dn`, `serial` and `expiry` choose them, other filters their sessions.

    Bands of expiry are counted from the moment of the request.
    """

    @described_table(
        "read_certificates", summary="Certificates in use", table=CERTIFICATES, page=_PAGE
    )
    def get(self, request: Request) -> HttpResponseBase:
        return answer(request, CERTIFICATES, certificates_at=timezone.now())


class EndsSerializer(serializers.Serializer[Any]):
    """Certificates that end within days from now, those that end sooner included."""

    expiry = serializers.ChoiceField(choices=[*inventory.AHEAD_DAYS], help_text="As the filter.")
    certificates = serializers.IntegerField()


class MonthSerializer(serializers.Serializer[Any]):
    """Certificates that end in a month of UTC, named by its first day."""

    month = serializers.DateField()
    certificates = serializers.IntegerField()


class TimelineSerializer(serializers.Serializer[Any]):
    """When the certificates in use end; `derived` are those that no serial number tells apart."""

    months = MonthSerializer(many=True)
    expired = serializers.IntegerField()
    within = EndsSerializer(many=True)
    later = serializers.IntegerField()
    unknown = serializers.IntegerField()
    derived = serializers.IntegerField()
    total = serializers.IntegerField()


class ExpiryTimeline(ApiView):
    """How many certificates end when; the filter `expiry` is left out, so that all show."""

    @described(
        "read_certificate_timeline",
        summary="When the certificates in use end",
        answers={200: TimelineSerializer},
        parameters=filter_parameters(set()),
        refusals=(400, 503),
    )
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params, NAMES)
        filters, errors = Filters.from_params(request.query_params)
        if errors:
            raise ParameterError(errors)
        found = timeline.read_timeline(filters, now=timezone.now())
        if found.cut:
            raise TooSlowError("Counting takes too long: ask for fewer days.")
        body = asdict(found) | {
            "months": [{"month": day, "certificates": number} for day, number in found.months],
            "within": [{"expiry": key, "certificates": number} for key, number in found.within],
        }
        return Response(TimelineSerializer(body).data)


class OneCertificate(ApiView):
    """One certificate with its servers, jobs and clients under the filters, the most used first."""

    @described(
        "read_certificate",
        summary="A certificate and who used it",
        description=f"Each list has its first {usage.TOP} rows, and how many there are.",
        answers={200: _ONE},
        parameters=filter_parameters(set()),
        refusals=(400, 404, 503),
    )
    def get(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params, NAMES)
        filters, errors = Filters.from_params(request.query_params)
        if errors:
            raise ParameterError(errors)
        found = inventory.get(pk)
        if found is None:
            raise Http404("there is no such certificate")
        used = usage.read_usage(filters, pk=pk)
        lists = {"servers": used.servers, "jobs": used.jobs, "clients": used.clients}
        for page in lists.values():
            if page.cut:
                raise TooSlowError(page.cut)
        body = dict(CertificateSerializer(found).data)
        body |= {"shown_by": usage.parts_of(pk)}
        body |= {
            name: {
                "rows": [_row(row, _TABLES[name].columns) for row in page.rows],
                "total": page.total,
                "total_is_capped": page.total_is_capped,
            }
            for name, page in lists.items()
        }
        return Response(body)


def _row(row: Mapping[str, Any], columns: Sequence[Column]) -> dict[str, Any]:
    return {
        "id": row["id"],
        **{column.key: json_value(row[column.key], _UTC) for column in columns},
    }
