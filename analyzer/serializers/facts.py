"""One session with every code, the store in figures, accounts, the audit log, saved paths."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from analyzer.models import AuditEntry, ImportPath, SecuritySession
from analyzer.serializers.strict import Strict


class DaySerializer(serializers.Serializer[Any]):
    """What a session did on one local day; `failed` is null where it is not recorded."""

    day = serializers.DateField()
    intervals = serializers.IntegerField()
    connections = serializers.IntegerField()
    partial = serializers.IntegerField()  # type: ignore[assignment]  # a name of ours
    short = serializers.IntegerField()
    in_bytes = serializers.IntegerField()
    out_bytes = serializers.IntegerField()
    in_segs = serializers.IntegerField()
    out_segs = serializers.IntegerField()
    failed = serializers.IntegerField(allow_null=True)
    restarts = serializers.IntegerField()


class SessionDetailSerializer(serializers.ModelSerializer[SecuritySession]):
    """`title` says the protection in a line; `details` every code with its meaning and ground."""

    protocol = serializers.CharField(source="protection.protocol")
    title = serializers.CharField(source="protection.title")
    strength = serializers.CharField(source="protection.strength")
    reason = serializers.CharField(source="protection.reason")
    confidence = serializers.CharField(source="protection.confidence")
    mismatch = serializers.CharField(source="protection.mismatch")
    details = serializers.ListField(
        source="protection.details",
        child=serializers.DictField(),
        help_text="Name, code, meaning, strength, basis, source and confidence of each attribute.",
    )
    raw = serializers.DictField(source="protection.raw", help_text="The raw codes.")

    class Meta:
        model = SecuritySession
        fields: tuple[str, ...] = (
            *("id", "server_id", "client_ip", "session_id", "protocol", "title", "strength"),
            *("reason", "confidence", "mismatch", "details", "raw"),
        )


class PartitionSerializer(serializers.Serializer[Any]):
    table = serializers.CharField()
    name = serializers.CharField()
    rows = serializers.IntegerField(help_text="The database's own estimate.")
    size_bytes = serializers.IntegerField()


class FamilySerializer(serializers.Serializer[Any]):
    """A kind of rows."""

    kind = serializers.CharField(source="words")
    rows = serializers.IntegerField(help_text="The database's own estimate.")
    size_bytes = serializers.IntegerField()


class OfSystemSerializer(serializers.Serializer[Any]):
    """What the store holds of a system; days are null without any."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    first_day = serializers.DateField(allow_null=True)
    last_day = serializers.DateField(allow_null=True)
    days = serializers.IntegerField()
    intervals = serializers.IntegerField()


class SizesSerializer(serializers.Serializer[Any]):
    """Sizes by kind and by system; `files` are the stored dumps, `free_bytes` the room beside
    them, null where the disk does not tell.
    """

    families = FamilySerializer(many=True)
    systems = OfSystemSerializer(many=True)
    files = serializers.IntegerField()
    files_bytes = serializers.IntegerField()
    free_bytes = serializers.IntegerField(allow_null=True)


class SummarySerializer(serializers.Serializer[Any]):
    """Times are local times of the systems; `day_bytes` is about what a day of records takes."""

    interval_records = serializers.IntegerField()
    connection_records = serializers.IntegerField()
    connections_about = serializers.BooleanField(help_text="Connection records are estimated.")
    security_sessions = serializers.IntegerField()
    protections = serializers.IntegerField()
    imports = serializers.IntegerField()
    days = serializers.IntegerField()
    earliest = serializers.CharField(allow_null=True)
    latest = serializers.CharField(allow_null=True)
    size_bytes = serializers.IntegerField()
    partitions = PartitionSerializer(many=True)
    day_bytes = serializers.IntegerField(allow_null=True)
    sizes = SizesSerializer()


class AuditSerializer(serializers.ModelSerializer[AuditEntry]):
    """Who did what; times in UTC."""

    data = serializers.DictField()  # type: ignore[assignment]  # a name of ours

    class Meta:
        model = AuditEntry
        fields = ("id", "at", "user_name", "action", "target", "data")


class PathSerializer(serializers.ModelSerializer[ImportPath]):
    """A line of the saved import list."""

    added_by = serializers.CharField(source="added_by.username", default=None, allow_null=True)

    class Meta:
        model = ImportPath
        fields = ("id", "path", "comment", "added_by", "added_at")


class PathDraftSerializer(Strict):
    """A line to add to the saved import list."""

    path = serializers.CharField(
        max_length=1024, help_text="Absolute path or pattern below one of the import roots."
    )
    comment = serializers.CharField(max_length=200, required=False, allow_blank=True)
