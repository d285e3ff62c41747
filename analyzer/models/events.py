"""Subtype 11 connection records, and what changes the coverage of a stack."""

from __future__ import annotations

from django.db import models

from analyzer.models.local_time import LocalTimeField
from analyzer.models.stacks import Stack


class ConnectionEvent(models.Model):
    """One subtype 11 record; partitioned by day of the header time (migration 0002)."""

    pk = models.CompositePrimaryKey("written_at", "stack_id", "conn_id", "fingerprint")
    written_at = LocalTimeField()
    stack = models.ForeignKey(Stack, on_delete=models.DO_NOTHING, db_constraint=False)
    conn_id = models.BigIntegerField()
    fingerprint = models.BigIntegerField()
    event = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField(null=True)  # UTC
    ended_at = models.DateTimeField(null=True)  # UTC
    ip_proto = models.PositiveSmallIntegerField()
    local_ip = models.GenericIPAddressField()
    local_port = models.IntegerField()
    remote_ip = models.GenericIPAddressField()
    remote_port = models.IntegerField()
    job = models.CharField(max_length=8)
    job_id = models.CharField(max_length=8)
    user = models.CharField(max_length=8)
    flags = models.SmallIntegerField()
    sec_flags = models.SmallIntegerField()
    protocols = models.SmallIntegerField()
    in_bytes = models.BigIntegerField()
    out_bytes = models.BigIntegerField()
    in_segs = models.BigIntegerField()
    out_segs = models.BigIntegerField()
    raw = models.JSONField()
    imported = models.ForeignKey(
        "analyzer.Import", on_delete=models.DO_NOTHING, db_constraint=False
    )

    class Meta:
        managed = False
        db_table = "analyzer_connection_event"

    def __str__(self) -> str:
        return f"connection {self.conn_id} at {self.written_at}"


class CoverageEvent(models.Model):
    """zERT or its aggregation was switched on or off on a stack."""

    stack = models.ForeignKey(Stack, on_delete=models.CASCADE)
    at = LocalTimeField()
    kind = models.CharField(max_length=24)
    imported = models.ForeignKey("analyzer.Import", on_delete=models.CASCADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stack", "at", "kind"], name="coverage_event_once"),
        ]

    def __str__(self) -> str:
        return f"{self.stack} {self.kind}"
