"""A policy file looked at, and brought in."""

from __future__ import annotations

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.frame.described import described
from analyzer.api.frame.errors import ParameterError
from designer import checking, rulesets
from designer.api.frame import PolicyView, found_or_404, given, person
from designer.bringing import FileError, bring_in, plan
from designer.queries import stacks as stack_reads
from designer.serializers.bringing import (
    BringGiven,
    FileGiven,
    FilePreviewGiven,
    PlanSerializer,
    plan_values,
)
from designer.serializers.shown import VersionHeadSerializer
from policy.sources import Source


class Preview(PolicyView):
    """What bringing a file in would do."""

    @described(
        "preview_policy_file",
        summary="What a policy file says and would change; nothing is stored",
        answers={200: PlanSerializer},
        refusals=(400, 404, 413),
        request=FilePreviewGiven,
    )
    def post(self, request: Request) -> Response:
        asked = given(FilePreviewGiven, request)
        source, key = _source(asked), asked.validated_data["against"]
        stack = found_or_404(stack_reads.stack(key), "stack") if key else None
        against = rulesets.installed(stack) or rulesets.assigned(stack) if stack else None
        day = timezone.localdate()
        found = plan(source, by=person(request), day=day, against=against)
        on_stack = checking.if_on_stack(source.policy, stack, day) if stack else ()
        return Response(plan_values(found, on_stack))


class Files(PolicyView):
    """A file on its way in."""

    @described(
        "bring_policy_file_in",
        summary="Make drafts and objects of a policy file as decided: all of it or nothing",
        answers={201: VersionHeadSerializer(many=True)},
        refusals=(400, 409, 413),
        request=BringGiven,
    )
    def post(self, request: Request) -> Response:
        asked = given(BringGiven, request)
        made = bring_in(
            source=_source(asked),
            choices=asked.validated_data["choices"],
            seen=asked.validated_data["seen"],
            by=person(request),
            now=timezone.now(),
        )
        return Response(VersionHeadSerializer(made, many=True).data, status=201)


def _source(asked: FileGiven) -> Source:
    try:
        return asked.read()
    except FileError as error:
        field = "text" if "text" in asked.validated_data else "base64"
        raise ParameterError({field: str(error)}) from error
