"""All security sessions."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from rest_framework.request import Request

from analyzer.api.answers import answer
from analyzer.api.described import described_table
from analyzer.api.report import SESSION_PAGE, TableView
from analyzer.tables.report import ALL_SESSIONS


class Sessions(TableView):
    """Security sessions of all servers and peers, each with labels and raw codes."""

    @described_table(
        "read_sessions", summary="Security sessions", table=ALL_SESSIONS, page=SESSION_PAGE
    )
    def get(self, request: Request) -> HttpResponseBase:
        return answer(request, ALL_SESSIONS)
