"""Everything taken away, and brought back."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.frame.asked import refuse_unknown
from analyzer.api.frame.described import described
from analyzer.api.frame.errors import ParameterError
from analyzer.api.frame.guard import ADMINISTER
from analyzer.api.frame.parsing import BoundedJson
from designer import backup
from designer.api.frame import APPROVE, PolicyView, may, person


class BackupJson(BoundedJson):
    """A backup holds every version that ever was."""

    limit = 64 << 20


class RestoredSerializer(serializers.Serializer[Any]):
    """How many were made."""

    objects = serializers.IntegerField()
    rule_sets = serializers.IntegerField()
    stacks = serializers.IntegerField()
    installations = serializers.IntegerField()
    waiting = serializers.IntegerField(
        help_text="Versions that were in force: another policy approver is to publish them."
    )


class Backup(PolicyView):
    """Everything of the designer."""

    rights = {"GET": ADMINISTER, "POST": ADMINISTER}
    parser_classes = [BackupJson]

    @described(
        "take_policy_backup",
        summary="Everything of the designer as one document",
        answers={200: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params)
        return Response(backup.take(by=person(request), now=timezone.now()))

    @described(
        "restore_policy_backup",
        summary="Bring a backup back: all of it or nothing; what is there is not overwritten",
        description=(
            "Published and rejected versions, PROD stacks, their installations and the policy"
            " settings need a policy approver too, and a token the scope `approve`. What was in"
            " force (published, on a stack, installed there last) waits for another approver: with"
            " its approval the stacks get it, and an installation of it counts."
        ),
        answers={200: RestoredSerializer},
        request=OpenApiTypes.OBJECT,
    )
    def post(self, request: Request) -> Response:
        refuse_unknown(request.query_params)
        who, now, is_approver = person(request), timezone.now(), may(request, APPROVE)
        try:
            made = backup.restore(tree=request.data, is_approver=is_approver, by=who, now=now)
        except backup.RestoreError as error:
            raise ParameterError(dict(error.faults)) from error
        return Response(RestoredSerializer(made).data)
