"""Audit packs: how one is shown, and how one is ordered."""

from __future__ import annotations

from rest_framework import serializers

from analyzer.models import AuditPack
from analyzer.serializers.strict import Strict


class PackSerializer(serializers.ModelSerializer[AuditPack]):
    """One pack with its state; `file` stands under its own address while there is one."""

    made_by = serializers.CharField(source="made_by_name")
    asked = serializers.DictField(help_text="The filters as they were given.")
    filters = serializers.DictField(source="params", help_text="The same with days that stay.")
    rows = serializers.DictField(child=serializers.IntegerField(), help_text="Rows by file.")
    has_file = serializers.SerializerMethodField()

    class Meta:
        model = AuditPack
        fields = (
            *("id", "title", "asked", "filters", "as_of", "made_by", "state", "error"),
            *("submitted_at", "started_at", "finished_at", "step", "steps_done", "steps_total"),
            *("bytes_done", "rows", "size_bytes", "sha256", "expires_at", "has_file"),
        )
        read_only_fields = fields

    def get_has_file(self, pack: AuditPack) -> bool:
        return pack.state == AuditPack.State.COMPLETE and pack.dropped_at is None


class OrderSerializer(Strict):
    """What a pack is to be made of: a saved query, or filters."""

    query = serializers.IntegerField(required=False, help_text="The id of a saved query.")
    filters = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField(max_length=1000), max_length=1000),
        required=False,
        help_text="Values by parameter, as in `queries/`.",
    )
    title = serializers.CharField(required=False, max_length=200)
