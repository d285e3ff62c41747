"""Watches: saved queries that run by themselves and tell of rows they have not seen before."""

from __future__ import annotations

from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from analyzer.models.standing.trigger import LONGEST_ERROR, Standing, StandingRun

LONGEST_TARGET: Final = 1000


class Watch(Standing):
    """`ground` is what was asked when the seen keys were laid: another question lays them anew.

    The secret of a webhook is derived from `salt` and the secret key of the site: neither the
    store nor a backup of it holds one.
    """

    class Rows(models.TextChoices):
        SESSIONS = "sessions", "security sessions"
        SERVERS = "servers", "servers"

    rows = models.CharField(max_length=8, choices=Rows.choices, default=Rows.SESSIONS)
    alarm_on_first = models.BooleanField(default=False)
    mail_to = ArrayField(models.CharField(max_length=254), default=list, blank=True)
    webhook = models.CharField(max_length=LONGEST_TARGET, blank=True)
    salt = models.BinaryField(max_length=16)
    ground = models.JSONField(null=True, blank=True)

    class Meta(Standing.Meta):
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="watch_due")
        ]


class WatchSeen(models.Model):
    """A row that the watch has seen: the digest of a session, or the number of a server."""

    pk = models.CompositePrimaryKey("watch", "key")
    watch = models.ForeignKey(Watch, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.BinaryField(max_length=16)

    def __str__(self) -> str:
        return bytes(self.key).hex()


class WatchRun(StandingRun):
    """One run: how many rows the query has, how many are new, and the first of those in words.

    `said` is what the messages say of watch and query, as it was then.
    """

    class State(models.TextChoices):
        GROUND = "ground", "Ground set"
        QUIET = "quiet", "Nothing new"
        NEWS = "news", "New rows"
        FAILED = "failed", "Failed"

    watch = models.ForeignKey(Watch, on_delete=models.CASCADE, related_name="runs")
    state = models.CharField(max_length=6, choices=State.choices)
    found = models.BigIntegerField(default=0)
    fresh = models.BigIntegerField(default=0)
    sample = models.JSONField(default=list)
    said = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["watch", "-id"], name="watch_run_history")]

    def __str__(self) -> str:
        return f"{self.watch_id} {self.started_at:%Y-%m-%d %H:%M} {self.state}"


class Delivery(models.Model):
    """One message to one target. Its row is written with the run, or neither is (outbox).

    Whoever sends it takes it by a conditional UPDATE, which moves `next_try_at` behind the time
    that sending may take. `key` is the same for every attempt.
    """

    class Channel(models.TextChoices):
        MAIL = "mail", "Mail"
        WEBHOOK = "webhook", "Webhook"

    class State(models.TextChoices):
        PENDING = "pending", "Pending"
        SENDING = "sending", "Sending"
        FAILED = "failed", "Will be tried again"
        SENT = "sent", "Sent"
        GIVEN_UP = "given_up", "Given up"

    watch = models.ForeignKey(Watch, on_delete=models.CASCADE, related_name="deliveries")
    run = models.ForeignKey(
        WatchRun, on_delete=models.CASCADE, null=True, blank=True, related_name="deliveries"
    )  # none: a test
    channel = models.CharField(max_length=7, choices=Channel.choices)
    target = models.CharField(max_length=LONGEST_TARGET)
    key = models.UUIDField(unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    tries_left = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=100, blank=True)
    error = models.CharField(max_length=LONGEST_ERROR, blank=True)
    code = models.PositiveIntegerField(null=True, blank=True)  # what the server answered

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["run", "channel", "target"], name="delivery_once"),
            models.CheckConstraint(
                condition=Q(state__in=["sent", "given_up"]) ^ Q(next_try_at__isnull=False),
                name="delivery_open_has_next_try",
            ),
            models.CheckConstraint(
                condition=Q(state="sent") ^ Q(sent_at__isnull=True), name="delivery_sent_has_time"
            ),
        ]
        indexes = [
            models.Index(
                F("next_try_at"), condition=Q(next_try_at__isnull=False), name="delivery_due"
            ),
            models.Index(fields=["watch", "-id"], name="delivery_history"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.state}"
