"""What sessions did: one row per recording interval, and the roll-up by day.

Times are the system's local time as the record has it; the zone is a setting of the system,
so that a corrected zone needs no rewrite. The tables are partitioned (migration 0002);
foreign keys are not enforced on them, because the loader writes the keys it has just made.
"""

from __future__ import annotations

from django.db import models

from analyzer.models.local_time import LocalTimeField
from analyzer.models.sessions import SecuritySession
from analyzer.models.stacks import Stack


class Activity(models.Model):
    """A subtype 12 interval record; the fingerprint keeps the hour repeated by a clock set back."""

    pk = models.CompositePrimaryKey("interval_end", "session_id", "fingerprint")
    interval_end = LocalTimeField()
    session = models.ForeignKey(SecuritySession, on_delete=models.DO_NOTHING, db_constraint=False)
    fingerprint = models.BigIntegerField()
    duration_us = models.BigIntegerField()
    connections = models.BigIntegerField()
    partial = models.BigIntegerField()
    short = models.BigIntegerField()
    active = models.BigIntegerField()
    in_bytes = models.BigIntegerField()
    out_bytes = models.BigIntegerField()
    in_segs = models.BigIntegerField()
    out_segs = models.BigIntegerField()
    failed = models.BigIntegerField(null=True)  # null: the record is older than z/OS 3.2
    restarted = models.BooleanField()  # a counter went backwards in the interval
    imported = models.ForeignKey(
        "analyzer.Import", on_delete=models.DO_NOTHING, db_constraint=False
    )

    class Meta:
        managed = False
        db_table = "analyzer_activity"

    def __str__(self) -> str:
        return f"session {self.session_id} until {self.interval_end}"


class DailyActivity(models.Model):
    """Activity summed per session and local day, kept in the transaction that writes Activity."""

    pk = models.CompositePrimaryKey("day", "session_id")
    day = models.DateField()
    session = models.ForeignKey(SecuritySession, on_delete=models.DO_NOTHING, db_constraint=False)
    intervals = models.IntegerField()
    connections = models.BigIntegerField()
    partial = models.BigIntegerField()
    short = models.BigIntegerField()
    in_bytes = models.BigIntegerField()
    out_bytes = models.BigIntegerField()
    in_segs = models.BigIntegerField()
    out_segs = models.BigIntegerField()
    failed = models.BigIntegerField(null=True)
    restarts = models.IntegerField()
    first_end = LocalTimeField()
    last_end = LocalTimeField()

    class Meta:
        managed = False
        db_table = "analyzer_daily_activity"

    def __str__(self) -> str:
        return f"session {self.session_id} on {self.day}"


class StackDay(models.Model):
    """A local day of which the store has interval records of a stack: its coverage with data."""

    stack = models.ForeignKey(Stack, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stack", "day"], name="stack_day_once")]

    def __str__(self) -> str:
        return f"{self.stack} on {self.day}"
