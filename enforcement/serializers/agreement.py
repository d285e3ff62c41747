"""What a comparison of details and summaries gives programs."""

from __future__ import annotations

from typing import Any, Final

from rest_framework import serializers

from enforcement.histories.agreement import NUMBERS, TEXTS


def _fields() -> dict[str, serializers.Field[Any, Any, Any, Any]]:
    texts = {name: serializers.CharField() for name in TEXTS}
    return texts | {name: serializers.IntegerField() for name in NUMBERS}


AgreementRowSerializer: Final = type(
    "AgreementRowSerializer", (serializers.Serializer,), {"__doc__": "A server.", **_fields()}
)


class AgreementStackSerializer(serializers.Serializer[Any]):
    """How many servers and protections of a stack were compared, and how many differ."""

    name = serializers.CharField(help_text="Sysplex, system and stack.")
    compared = serializers.IntegerField()
    differing = serializers.IntegerField()


class AgreementSerializer(serializers.Serializer[Any]):
    """How many servers and protections were compared; `rows` are the first that differ."""

    compared = serializers.IntegerField()
    differing = serializers.IntegerField()
    stacks = AgreementStackSerializer(many=True)
    only_connection_records = serializers.ListField(child=serializers.CharField())
    only_summaries = serializers.ListField(child=serializers.CharField())
    rows = AgreementRowSerializer(many=True)
