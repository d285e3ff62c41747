"""A rule set proposed from a saved query, and taken as a draft."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.frame.described import described
from analyzer.api.frame.errors import ParameterError
from analyzer.history import TooManySessionsError
from designer.api.frame import PolicyView, found_or_404, given, person
from designer.bringing.proposal import take_proposal
from designer.content.errors import ContentError
from designer.content.labels import check_labels
from designer.queries.proposing import Draft, read_proposal
from designer.serializers.proposing import (
    ProposalGiven,
    ProposalSerializer,
    TakeProposalGiven,
    proposal_values,
)
from designer.serializers.shown import VersionHeadSerializer
from policy.vocabulary import Protocol


class Preview(PolicyView):
    """What a saved query proposes."""

    @described(
        "preview_policy_proposal",
        summary="The rules that accept what a saved query finds acceptable; nothing is stored",
        answers={200: ProposalSerializer},
        refusals=(400, 404, 409, 503),
        request=ProposalGiven,
    )
    def post(self, request: Request) -> Response:
        return Response(proposal_values(_found(request, given(ProposalGiven, request))))


class Proposals(PolicyView):
    """A proposal on its way to a draft."""

    @described(
        "take_policy_proposal",
        summary="Make a rule set with the proposed rules as its draft",
        answers={201: VersionHeadSerializer},
        refusals=(400, 404, 409, 503),
        request=TakeProposalGiven,
    )
    def post(self, request: Request) -> Response:
        asked = given(TakeProposalGiven, request)
        made = take_proposal(
            found=_found(request, asked),
            seen=asked.validated_data["seen"],
            by=person(request),
            now=timezone.now(),
        )
        return Response(VersionHeadSerializer(made).data, status=201)


def _found(request: Request, asked: ProposalGiven) -> Draft:
    known = asked.validated_data
    try:
        check_labels(known["name"])
        found = read_proposal(
            known["query"],
            protocol=Protocol(known["protocol"]),
            name=known["name"],
            by=person(request),
            limit_s=float(settings.TIME_LIMIT_PAGE_S),
        )
    except TooManySessionsError as error:
        raise ParameterError({"query": str(error)}) from error
    except ContentError as error:
        raise ParameterError({part: said for _, part, said in error.faults}) from error
    return found_or_404(found, "query")
