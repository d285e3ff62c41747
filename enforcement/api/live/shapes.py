"""What the addresses of live feeds answer."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from enforcement.models import LiveMessage


class RejectedSerializer(serializers.Serializer[Any]):
    """A stretch of a body that is no record."""

    place = serializers.IntegerField(help_text="Bytes from the beginning of the unpacked body.")
    length = serializers.IntegerField()
    reason = serializers.CharField()
    message = serializers.CharField()


class TakenSerializer(serializers.Serializer[Any]):
    """What one request brought; the records are on the disk."""

    feed = serializers.CharField()
    key = serializers.CharField()
    repeated = serializers.BooleanField(
        help_text="True when the key came before: nothing was taken again."
    )
    records = serializers.IntegerField()
    rejects = serializers.IntegerField()
    rejected = RejectedSerializer(many=True, help_text="The first hundred.")


class LiveMessageSerializer(serializers.Serializer[Any]):
    """A message, or the operator command that a reset would be; nobody issues it."""

    feed = serializers.CharField()
    sequence = serializers.IntegerField(help_text="Counts up without a gap within the feed.")
    kind = serializers.ChoiceField(choices=LiveMessage.Kind.choices)
    message_id = serializers.CharField()
    sysplex = serializers.CharField()
    system = serializers.CharField()
    stack = serializers.CharField()
    protocol = serializers.CharField()
    rule = serializers.CharField()
    level = serializers.IntegerField(allow_null=True)
    number = serializers.IntegerField(
        allow_null=True, help_text="The `sequenceId` that the syslog server gets."
    )
    time = serializers.CharField(allow_null=True, help_text="By the clock of the system.")
    text = serializers.CharField()
    stored_at = serializers.DateTimeField()


class StackInForceSerializer(serializers.Serializer[Any]):
    """A stack that records came from, and the policy that counts there."""

    sysplex = serializers.CharField()
    system = serializers.CharField()
    stack = serializers.CharField()
    records = serializers.IntegerField()
    digest = serializers.CharField(
        allow_blank=True, help_text="SHA-256 of the policy file; empty: nothing is installed."
    )
    installed_at = serializers.CharField(allow_blank=True)
    unclear = serializers.CharField(
        allow_blank=True, help_text="Why nobody can tell what is installed; nothing is enforced."
    )


class LiveDeliverySerializer(serializers.Serializer[Any]):
    """Messages for the syslog server."""

    made = serializers.IntegerField()
    sent = serializers.IntegerField()
    delivered = serializers.IntegerField(help_text="Sent, and the connection stayed up behind it.")
    lag_ms = serializers.IntegerField(help_text="How long the oldest message waits to be sent.")
    error = serializers.CharField(allow_blank=True)
    held = serializers.BooleanField(help_text="True while the spool is full and no work is done.")


class FeedSerializer(serializers.Serializer[Any]):
    """A feed, the work on it and its delivery."""

    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=["posted", "followed"])
    made_at = serializers.DateTimeField()
    last_post_at = serializers.DateTimeField(allow_null=True)
    waiting_bytes = serializers.IntegerField(help_text="Posted, and not yet worked on for good.")
    is_worked_on = serializers.BooleanField()
    trouble = serializers.CharField(allow_blank=True)
    records = serializers.IntegerField(help_text="Worked on so far.")
    rejects = serializers.IntegerField()
    evaluated = serializers.IntegerField()
    suppressed = serializers.IntegerField()
    audits = serializers.IntegerField()
    resets = serializers.IntegerField()
    forgotten = serializers.IntegerField(
        help_text="Connections whose end was not recorded, and which are not remembered any more."
    )
    messages = serializers.IntegerField(help_text="The sequence number of the last one.")
    work_lag_ms = serializers.IntegerField(
        allow_null=True, help_text="Of the last records; null too while nobody works on the feed."
    )
    open_connections = serializers.IntegerField()
    delivery = LiveDeliverySerializer(allow_null=True)
    stacks = StackInForceSerializer(many=True)


class FeedsSerializer(serializers.Serializer[Any]):
    """All feeds."""

    feeds = FeedSerializer(many=True)
