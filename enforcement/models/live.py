"""Live feeds: what came in, how far the work on it is, and what was said."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import Q

LONGEST_NAME: Final = 40
LONGEST_KEY: Final = 80


class Feed(models.Model):
    """Records that come on and on: posted to this server, or followed by a command.

    Posted records lie in files, in the order of their coming; `size_bytes` is where they end (what
    lies behind it in a file belongs to nobody), `segment` the place where the last file begins.
    """

    class Kind(models.TextChoices):
        POSTED = "posted", "Posted"
        FOLLOWED = "followed", "Followed"

    name = models.CharField(max_length=LONGEST_NAME, unique=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    made_by_name = models.CharField(max_length=150, blank=True)
    made_at = models.DateTimeField()
    segment = models.BigIntegerField(default=0)
    size_bytes = models.BigIntegerField(default=0)
    records = models.BigIntegerField(default=0)
    rejects = models.BigIntegerField(default=0)
    last_post_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(name__regex=r"^[a-z0-9][a-z0-9-]*$"), name="feed_name_is_plain"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["posted", "followed"]), name="feed_known_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """What one request brought, and what it was answered; a key that comes again gets the same."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="posts")
    key = models.CharField(max_length=LONGEST_KEY)
    digest = models.BinaryField(max_length=32)
    start = models.BigIntegerField()
    length = models.BigIntegerField()
    records = models.BigIntegerField()
    rejects = models.BigIntegerField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("feed", "key", name="post_key_once")]
        indexes = [
            models.Index(fields=["feed", "start"], name="post_place"),
            models.Index(fields=["received_at"], name="post_time"),
        ]

    def __str__(self) -> str:
        return self.key


class FeedReject(models.Model):
    """A stretch of a feed that could not be read: where, why, and its first bytes.

    With a key `place` counts from the beginning of the request of that key, else of the feed.
    """

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="rejected")
    key = models.CharField(max_length=LONGEST_KEY, blank=True)
    place = models.BigIntegerField()
    length = models.BigIntegerField()
    reason = models.CharField(max_length=40)
    message = models.TextField()
    head = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["feed", "-id"], name="feed_reject_list")]

    def __str__(self) -> str:
        return f"{self.reason} at {self.place}"


class Progress(models.Model):
    """The work on a feed. `piece` is the last whose outcome is in the store, within `epoch`.

    `place` is where the feed goes on behind it, for a state directory that begins anew. `sequence`
    is that of the last message, `base` that of the last one before the epoch. `delivery` and
    `stacks` are what the worker last told; `forgotten` are connections that took too long.
    """

    feed = models.OneToOneField(
        Feed, on_delete=models.CASCADE, primary_key=True, related_name="progress"
    )
    epoch = models.CharField(max_length=32, blank=True)
    piece = models.BigIntegerField(default=0)
    place = models.JSONField(default=dict)
    base = models.BigIntegerField(default=0)
    sequence = models.BigIntegerField(default=0)
    records = models.BigIntegerField(default=0)
    rejects = models.BigIntegerField(default=0)
    evaluated = models.BigIntegerField(default=0)
    suppressed = models.BigIntegerField(default=0)
    audits = models.BigIntegerField(default=0)
    resets = models.BigIntegerField(default=0)
    forgotten = models.BigIntegerField(default=0)
    done_bytes = models.BigIntegerField(default=0)
    worker = models.CharField(max_length=100, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    work_lag_ms = models.BigIntegerField(null=True, blank=True)
    open_connections = models.BigIntegerField(default=0)
    trouble = models.TextField(blank=True)
    delivery = models.JSONField(default=dict)
    stacks = models.JSONField(default=list)
    hook_sequence = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.feed_id}: {self.piece}"


class LiveMessage(models.Model):
    """A message, or the command of a reset, once each: `sequence` has no gap within a feed.

    `time_us` is the record's own clock in microseconds of 1970; `number` is the `sequenceId` that
    the syslog server gets.
    """

    class Kind(models.TextChoices):
        SYSLOG = "syslog", "syslogd"
        CONSOLE = "console", "console"
        RESET = "reset", "reset command"

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="messages")
    sequence = models.BigIntegerField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    message_id = models.CharField(max_length=16)
    sysplex = models.CharField(max_length=8)
    system = models.CharField(max_length=8)
    stack = models.CharField(max_length=8)
    protocol = models.CharField(max_length=5)
    rule = models.CharField(max_length=64)
    level = models.SmallIntegerField(null=True)
    number = models.BigIntegerField(null=True)
    time_us = models.BigIntegerField(null=True)
    text = models.TextField()
    stored_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["feed", "sequence"], name="live_message_once")
        ]
        indexes = [
            models.Index(fields=["stored_at"], name="live_message_age"),
            models.Index(fields=["feed", "-id"], name="live_message_list"),
        ]

    def __str__(self) -> str:
        return self.text


class RuleSlot(models.Model):
    """What a rule did within ten seconds of this server's clock."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="slots")
    slot = models.DateTimeField()
    protocol = models.CharField(max_length=5)
    rule = models.CharField(max_length=64)
    matches = models.BigIntegerField()
    messages = models.BigIntegerField()
    suppressed = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["slot", "feed", "protocol", "rule"], name="rule_slot_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.slot:%H:%M:%S}"


class HookBatch(models.Model):
    """Messages `first` to `last` of a feed on their way to the webhook; all tries are alike."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="hook_batches")
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    key = models.UUIDField(unique=True)
    made_at = models.DateTimeField()
    attempts = models.IntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    code = models.IntegerField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["feed", "first"], name="hook_batch_once")]
        indexes = [
            models.Index(fields=["feed"], condition=Q(sent_at=None), name="hook_batch_waiting"),
            models.Index(fields=["made_at"], name="hook_batch_age"),
        ]

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"
