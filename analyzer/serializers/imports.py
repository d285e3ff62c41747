"""Imports: how one is shown, and how one is submitted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from analyzer.models import Import, Reject, Stack, SystemSettings
from analyzer.queries.settings import time_zones
from analyzer.serializers.strict import Strict
from smf import ebcdic
from smf.errors import CodePageError
from smf.framing import Framing


@extend_schema_field(OpenApiTypes.STR)
class WallClockField(serializers.Field[datetime, str, str, Any]):
    """A local time of a z/OS system: ISO 8601 without a zone."""

    def to_representation(self, value: datetime) -> str:
        return value.isoformat()


class ImportSerializer(serializers.ModelSerializer[Import]):
    """One import with its state and counts; record times are local times of the systems."""

    submitted_by = serializers.SerializerMethodField()
    ignored = serializers.DictField(
        child=serializers.IntegerField(), help_text="Records by reason."
    )
    earliest = WallClockField(allow_null=True)
    latest = WallClockField(allow_null=True)

    class Meta:
        model = Import
        fields = (
            *("id", "source", "name", "comment", "submitted_by", "submitted_at", "started_at"),
            *("finished_at", "state", "error", "advice", "forced_framing", "framing"),
            *(
                "framing_reason",
                "wrapper",
                "size_bytes",
                "sha256",
                "bytes_done",
                "records_done",
                "added",
            ),
            *("duplicate", "ignored", "rejected", "restarts", "new_sessions", "truncated_tail"),
            *("earliest", "latest", "decoder", "renews"),
        )
        read_only_fields = fields

    def get_submitted_by(self, imported: Import) -> str:
        user = imported.submitted_by
        return user.get_username() if user else ""


class SubmitSerializer(Strict):
    """A dump on its way in: a file, or a path or pattern on the server."""

    file = serializers.FileField(required=False, help_text="The dump; multipart only.")
    path = serializers.CharField(
        required=False, max_length=1024, help_text="Absolute path or pattern on the server."
    )
    framing = serializers.ChoiceField(
        choices=[one.value for one in Framing], required=False, help_text="Forces a framing."
    )
    comment = serializers.CharField(required=False, allow_blank=True, max_length=200)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("file" in attrs) == ("path" in attrs):
            raise serializers.ValidationError({"file": "give either `file` or `path`"})
        return attrs


class RejectSerializer(serializers.ModelSerializer[Reject]):
    """A record that could not be read; `head` are its first bytes in hex."""

    head = serializers.CharField()

    class Meta:
        model = Reject
        fields = (
            *("id", "offset", "record_number", "record_type", "subtype", "field", "reason"),
            *("message", "length", "is_tail", "head"),
        )
        read_only_fields = fields


class StackSerializer(serializers.ModelSerializer[Stack]):
    """One TCP/IP stack."""

    class Meta:
        model = Stack
        fields = ("id", "stack", "release")
        read_only_fields = fields


class SystemSerializer(serializers.ModelSerializer[SystemSettings]):
    """A system with its settings and stacks."""

    stacks = StackSerializer(many=True, read_only=True)

    class Meta:
        model = SystemSettings
        fields = (
            *("id", "sysplex", "system", "time_zone", "zone_source", "proposed_offset_min"),
            *("code_page", "stacks"),
        )
        read_only_fields = fields


class SystemDraftSerializer(Strict):
    """What the records of a system do not say."""

    time_zone = serializers.CharField(
        max_length=64, required=False, help_text="IANA name of the zone of its record times."
    )
    code_page = serializers.CharField(
        max_length=16, required=False, help_text="EBCDIC code page of names that are new: cp1047."
    )

    def validate_time_zone(self, value: str) -> str:
        if value not in time_zones():
            raise serializers.ValidationError(f"`{value}` is not a time zone")
        return value

    def validate_code_page(self, value: str) -> str:
        try:
            ebcdic.table(value.lower())
        except CodePageError as error:
            words = f"`{value}` is not a code page that can be read"
            raise serializers.ValidationError(words) from error
        return value.lower()
