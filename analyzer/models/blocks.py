"""Roll-ups above the daily one: spans of days whose sums are kept (docs/adr/0007-blocks.md).

A block is whole or absent: what loads or removes rows of its days takes the block away, and it is
made again later, under a new key. Its sums are only read by that key.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from analyzer.models.local_time import LocalTimeField
from analyzer.models.sessions import SecuritySession


class Block(models.Model):
    """The days from `begins` to before `ends`; `first_day` and `last_day` are those with rows.

    `days` is its length. One that is not ready is being summed.
    """

    days = models.SmallIntegerField()
    begins = models.DateField()
    ends = models.DateField()
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    is_ready = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["days", "begins"], name="block_once"),
            models.CheckConstraint(
                condition=Q(is_ready=False)
                | Q(first_day__gte=F("begins"), last_day__lt=F("ends"), first_day__isnull=False),
                name="block_ready_has_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.days} days from {self.begins}"


class BlockActivity(models.Model):
    """A session's activity in a block; no foreign key is enforced, orphans are swept away."""

    pk = models.CompositePrimaryKey("block_id", "session_id")
    block = models.ForeignKey(Block, on_delete=models.DO_NOTHING, db_constraint=False)
    session = models.ForeignKey(SecuritySession, on_delete=models.DO_NOTHING, db_constraint=False)
    connections = models.BigIntegerField()
    partial = models.BigIntegerField()
    short = models.BigIntegerField()
    in_bytes = models.BigIntegerField()
    out_bytes = models.BigIntegerField()
    in_segs = models.BigIntegerField()
    out_segs = models.BigIntegerField()
    failed = models.BigIntegerField(null=True)
    first_end = LocalTimeField()
    last_end = LocalTimeField()
    intervals = models.IntegerField()
    restarts = models.IntegerField()

    class Meta:
        managed = False
        db_table = "analyzer_block_activity"

    def __str__(self) -> str:
        return f"session {self.session_id} in block {self.block_id}"


class BlockColumns(models.Model):
    """The sessions of the one day of a block, and what each did: packed numbers, in one order.

    `failed` is -1 where no record counts failed handshakes.
    """

    block_id = models.BigIntegerField(primary_key=True)
    sessions = models.BinaryField()
    connections = models.BinaryField()
    failed = models.BinaryField()

    class Meta:
        managed = False
        db_table = "analyzer_block_columns"

    def __str__(self) -> str:
        return f"columns of block {self.block_id}"
