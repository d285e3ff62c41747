"""Watch folders, prunes and retention: how they are shown, and what is taken."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from analyzer.models import Prune, WatchedFile, WatchFolder
from analyzer.models.watch_folders import UNFINISHED_NAMES
from analyzer.queries.data.prunes import Asked
from analyzer.serializers.strict import Strict

_MOST_DAYS = 36_500
_KINDS = (Prune.Kind.ALL.value, Prune.Kind.OLDER.value, Prune.Kind.RANGE.value)


class WatchFolderSerializer(serializers.ModelSerializer[WatchFolder]):
    """A watch folder with the number of files in each state, and what is wrong with it."""

    added_by = serializers.SerializerMethodField()
    waiting = serializers.IntegerField()
    imported = serializers.IntegerField()
    refused = serializers.IntegerField()

    class Meta:
        model = WatchFolder
        fields = (
            *("id", "path", "skip", "comment", "active", "added_by", "added_at", "looked_at"),
            *("error", "waiting", "imported", "refused"),
        )
        read_only_fields = fields

    def get_added_by(self, folder: WatchFolder) -> str:
        return folder.added_by.get_username() if folder.added_by else ""


class WatchedFileSerializer(serializers.ModelSerializer[WatchedFile]):
    """A file that was seen in a watch folder; `imported` is the id of its import."""

    imported = serializers.IntegerField(source="imported_id", allow_null=True)

    class Meta:
        model = WatchedFile
        fields = (
            *("path", "size_bytes", "sha256", "unchanged_since", "seen_at", "state", "reason"),
            "imported",
        )
        read_only_fields = fields


class FolderDraftSerializer(Strict):
    """A folder or pattern to watch."""

    path = serializers.CharField(max_length=1024, help_text="Absolute folder or pattern.")
    skip = serializers.CharField(
        max_length=400,
        required=False,
        allow_blank=True,
        default=UNFINISHED_NAMES,
        help_text="Patterns of names to leave alone, with blanks between them.",
    )
    comment = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    active = serializers.BooleanField(required=False, default=True)


class PruneSerializer(serializers.ModelSerializer[Prune]):
    """A prune with its progress and what it has removed."""

    submitted_by = serializers.SerializerMethodField()

    class Meta:
        model = Prune
        fields = (
            *("id", "kind", "words", "submitted_by", "submitted_at", "started_at"),
            *("finished_at", "state", "error", "days_planned", "days_done", "intervals"),
            *("connections", "sessions", "servers", "protections", "certificates"),
            "freed_bytes",
        )
        read_only_fields = fields

    def get_submitted_by(self, prune: Prune) -> str:
        return prune.submitted_by.get_username() if prune.submitted_by else ""


class PruneDraftSerializer(Strict):
    """What is to go. `confirm` is its name: `all data`, `older than 30 days`, or
    `2026-10-01 to 2026-10-31`.
    """

    kind = serializers.ChoiceField(choices=_KINDS)
    older_days = serializers.IntegerField(required=False, min_value=0, max_value=_MOST_DAYS)
    first = serializers.DateField(required=False)
    last = serializers.DateField(required=False)
    systems = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**31),
        required=False,
        default=list,
        help_text="Ids of systems; none are all.",
    )
    confirm = serializers.CharField(max_length=100)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        found = attrs
        if found["kind"] == Prune.Kind.OLDER and "older_days" not in found:
            raise serializers.ValidationError({"older_days": "say how many days stay"})
        if found["kind"] == Prune.Kind.RANGE:
            first, last = found.get("first"), found.get("last")
            if first is None or last is None or first > last:
                raise serializers.ValidationError(
                    {"first": "give `first` and `last`, the earlier day first"}
                )
        name = asked_of(found).name
        if found["confirm"] != name:
            raise serializers.ValidationError({"confirm": f"say `{name}` to confirm it"})
        return found


def asked_of(given: dict[str, Any]) -> Asked:
    """What valid fields ask for."""
    return Asked(
        given["kind"],
        given.get("older_days"),
        given.get("first"),
        given.get("last"),
        given["systems"],
    )


class GoingSerializer(serializers.Serializer[Any]):
    """What would go of a system, from the first to the last day with interval records; `size_bytes`
    is an estimate. Null where counting took too long.
    """

    name = serializers.CharField()
    days = serializers.IntegerField()
    first = serializers.DateField(allow_null=True)
    last = serializers.DateField(allow_null=True)
    intervals = serializers.IntegerField(allow_null=True)
    connections = serializers.IntegerField(allow_null=True)
    sessions = serializers.IntegerField(allow_null=True)
    size_bytes = serializers.IntegerField(allow_null=True)


class RetentionSystemSerializer(Strict):
    """Days that records of a system stay; null: for ever."""

    system = serializers.IntegerField(min_value=1, max_value=2**31)
    days = serializers.IntegerField(min_value=1, max_value=_MOST_DAYS, allow_null=True)


class RetentionSerializer(Strict):
    """Days by default, and of the systems that have a rule of their own."""

    default = serializers.IntegerField(min_value=1, max_value=_MOST_DAYS, allow_null=True)
    systems = RetentionSystemSerializer(many=True)
