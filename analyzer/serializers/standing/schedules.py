"""Scheduled exports and their files: how they are shown, and how one is given."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from analyzer.models import ExportRun, ExportSchedule, Trigger
from analyzer.models.standing.exports import LONGEST_DIRECTORY, LONGEST_PATTERN
from analyzer.serializers.standing.trigger import (
    ChangeSerializer,
    ClockField,
    TriggerSerializer,
    passed,
)
from analyzer.standing.files import checked_directory, checked_pattern
from analyzer.standing.schedules import MOST_KEPT, Draft


class ScheduleSerializer(serializers.ModelSerializer[ExportSchedule]):
    """A scheduled export."""

    owner = serializers.CharField(source="owner.username")
    query_name = serializers.CharField(source="query.name")
    at = ClockField(help_text="Of an hourly run only the minute counts.")
    changed_by = serializers.CharField(
        source="changed_by.username", default=None, allow_null=True, help_text="Null: nobody yet."
    )
    options = serializers.DictField(child=serializers.CharField())
    table = serializers.CharField(source="rows", help_text="`tab` or `sessions`.")

    class Meta:
        model = ExportSchedule
        fields = (
            *("id", "name", "query", "query_name", "owner", "table", "trigger", "at", "weekday"),
            *("zone", "active", "format", "options", "directory", "pattern", "keep", "next_at"),
            *("made_at", "changed_at", "changed_by", "revision"),
        )
        read_only_fields = fields


class ExportRunSerializer(serializers.ModelSerializer[ExportRun]):
    """A file, or why there is none."""

    class Meta:
        model = ExportRun
        fields = (
            *("id", "why", "state", "started_at", "finished_at", "file_name", "rows"),
            *("size_bytes", "sha256", "removed_at", "error"),
        )
        read_only_fields = fields


class ScheduleDraftSerializer(TriggerSerializer):
    """A scheduled export to save."""

    table = serializers.ChoiceField(
        choices=ExportSchedule.Rows.choices, required=False, source="rows"
    )
    format = serializers.CharField(max_length=20, required=False)
    options = serializers.DictField(
        child=serializers.CharField(max_length=20), required=False, help_text="Of the format."
    )
    directory = serializers.CharField(max_length=LONGEST_DIRECTORY)
    pattern = serializers.CharField(max_length=LONGEST_PATTERN, required=False)
    keep = serializers.IntegerField(min_value=0, max_value=MOST_KEPT, required=False)

    def validate_directory(self, value: str) -> str:
        return passed(checked_directory, value)

    def validate_pattern(self, value: str) -> str:
        return passed(checked_pattern, value)

    def draft(self) -> Draft:
        """What was given, once it is valid."""
        given: dict[str, Any] = self.validated_data
        names = ("rows", "format", "options", "pattern", "keep")
        more = {name: given[name] for name in names if name in given}
        return Draft(
            name=given["name"],
            when=self.when(Trigger.DAILY),
            directory=given["directory"],
            **more,
        )


class ScheduleChangeSerializer(ChangeSerializer, ScheduleDraftSerializer):
    """What a scheduled export is to say from now on."""
