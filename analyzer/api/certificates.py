"""The inventory of certificates."""

from __future__ import annotations

from typing import Final

from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request

from analyzer.api.answers import answer
from analyzer.api.described import described_table
from analyzer.api.report import TableView
from analyzer.serializers.shapes import page_shape, row_shape
from analyzer.tables.certificates import CERTIFICATES

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
