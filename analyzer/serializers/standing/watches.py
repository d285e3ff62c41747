"""Watches, their runs and their messages: how they are shown, and how a watch is given."""

from __future__ import annotations

from rest_framework import serializers

from analyzer.models import Delivery, Trigger, Watch, WatchRun
from analyzer.models.standing.watches import LONGEST_TARGET
from analyzer.serializers.standing.trigger import (
    ChangeSerializer,
    ClockField,
    TriggerSerializer,
    passed,
)
from analyzer.standing.sending.targets import MOST_ADDRESSES, checked_mail, checked_webhook, host_of
from analyzer.standing.watches import Draft


class WatchSerializer(serializers.ModelSerializer[Watch]):
    """A watch; never its secret, and of a webhook only the host."""

    owner = serializers.CharField(source="owner.username")
    query_name = serializers.CharField(source="query.name")
    at = ClockField(help_text="Of an hourly run only the minute counts.")
    changed_by = serializers.CharField(
        source="changed_by.username", default=None, allow_null=True, help_text="Null: nobody yet."
    )
    mail_to = serializers.ListField(child=serializers.CharField())
    webhook_host = serializers.SerializerMethodField()

    class Meta:
        model = Watch
        fields = (
            *("id", "name", "query", "query_name", "owner", "rows", "trigger", "at", "weekday"),
            *("zone", "active", "alarm_on_first", "mail_to", "webhook_host", "next_at"),
            *("made_at", "changed_at", "changed_by", "revision"),
        )
        read_only_fields = fields

    def get_webhook_host(self, watch: Watch) -> str:
        return host_of(watch.webhook) if watch.webhook else ""


class MadeWatchSerializer(WatchSerializer):
    """A watch with the secret of its webhook, which only making it shows."""

    secret = serializers.SerializerMethodField(help_text="Empty without a webhook.")

    class Meta:
        model = Watch
        fields = (*WatchSerializer.Meta.fields, "secret")
        read_only_fields = fields

    def get_secret(self, watch: Watch) -> str:
        return str(self.context.get("secret", ""))


class WatchRunSerializer(serializers.ModelSerializer[WatchRun]):
    """A run; `sample` are the first of the new rows."""

    sample = serializers.ListField(child=serializers.DictField())

    class Meta:
        model = WatchRun
        fields = (
            *("id", "why", "state", "started_at", "finished_at", "found", "fresh", "error"),
            "sample",
        )
        read_only_fields = fields


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    """A message; of a webhook only the host."""

    target = serializers.SerializerMethodField()

    class Meta:
        model = Delivery
        fields = (
            *("id", "run", "channel", "target", "key", "state", "attempts", "made_at", "tried_at"),
            *("next_try_at", "sent_at", "code", "error"),
        )
        read_only_fields = fields

    def get_target(self, delivery: Delivery) -> str:
        webhook = delivery.channel == Delivery.Channel.WEBHOOK
        return host_of(delivery.target) if webhook else delivery.target


class WatchDraftSerializer(TriggerSerializer):
    """A watch to save."""

    rows = serializers.ChoiceField(choices=Watch.Rows.choices, required=False)
    alarm_on_first = serializers.BooleanField(required=False)
    mail_to = serializers.ListField(
        child=serializers.CharField(), required=False, max_length=MOST_ADDRESSES
    )
    webhook = serializers.CharField(
        max_length=LONGEST_TARGET,
        required=False,
        allow_blank=True,
        help_text="Not given in a change, it stays as it is.",
    )

    def validate_mail_to(self, value: list[str]) -> list[str]:
        known = self.instance.mail_to if isinstance(self.instance, Watch) else ()
        return [one if one in known else passed(checked_mail, one) for one in value]

    def validate_webhook(self, value: str) -> str:
        same = isinstance(self.instance, Watch) and value == self.instance.webhook
        return value if not value or same else passed(checked_webhook, value)

    def draft(self) -> Draft:
        """What was given, once it is valid."""
        given = self.validated_data
        before = self.instance if isinstance(self.instance, Watch) else None
        return Draft(
            name=given["name"],
            when=self.when(Trigger.IMPORT),
            rows=given.get("rows", Watch.Rows.SESSIONS),
            alarm_on_first=given.get("alarm_on_first", False),
            mail_to=given.get("mail_to", ()),
            webhook=given.get("webhook", before.webhook if before else ""),
        )


class WatchChangeSerializer(ChangeSerializer, WatchDraftSerializer):
    """What a watch is to say from now on."""
