"""All security sessions, and one of them."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.frame.answers import answer
from analyzer.api.frame.asked import refuse_unknown
from analyzer.api.frame.described import described, described_table
from analyzer.api.frame.guard import ApiView
from analyzer.api.report import SESSION_PAGE, TableView
from analyzer.queries import sessions as reads
from analyzer.queries.baselines.sessions import judge_protection
from analyzer.serializers.facts import DaySerializer, SessionDetailSerializer
from analyzer.serializers.own_baselines import JudgementSerializer
from analyzer.tables.report import ALL_SESSIONS


class _Detail(SessionDetailSerializer):
    summary: Any = serializers.CharField(
        help_text="Who used what, how it was protected and why it has its class, in a line."
    )
    doubt: Any = serializers.CharField(help_text="Why it may be other than it looks.")
    baselines: Any = JudgementSerializer(many=True, help_text="Of each baseline that covers it.")
    history: Any = DaySerializer(many=True, help_text="Its local days, the latest first.")

    class Meta(SessionDetailSerializer.Meta):
        fields = (*SessionDetailSerializer.Meta.fields, "summary", "doubt", "baselines", "history")


class Sessions(TableView):
    """Security sessions of all servers and peers, each with labels and raw codes."""

    @described_table(
        "read_sessions", summary="Security sessions", table=ALL_SESSIONS, page=SESSION_PAGE
    )
    def get(self, request: Request) -> HttpResponseBase:
        return answer(request, ALL_SESSIONS)


class OneSession(ApiView):
    """A security session with every code, what baselines say of it, and what it did day by day."""

    @described(
        "read_session",
        summary="A security session with its history",
        answers={200: _Detail},
        refusals=(400, 404),
    )
    def get(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        found = reads.get(pk)
        if found is None:
            raise Http404("there is no such session")
        said = {
            **reads.said(pk),
            "baselines": JudgementSerializer(judge_protection(found.protection_id), many=True).data,
            "history": reads.history(pk),
        }
        return Response({**SessionDetailSerializer(found).data, **said})
