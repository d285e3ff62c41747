"""What a version would have done, what it says of one connection, and what is shipped."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from designer.models import PROTOCOLS
from designer.queries.effect.read import SCOPES
from designer.queries.effect.summary import Amount
from designer.serializers.fields import Given
from designer.serializers.shown import DifferenceSerializer
from policy.model import Kind

KINDS = [one.value for one in Kind]


class AmountSerializer(serializers.Serializer[Any]):
    """How many different sessions, the connections in them, and of how many servers and jobs."""

    sessions = serializers.IntegerField()
    connections = serializers.IntegerField()
    servers = serializers.IntegerField()
    jobs = serializers.IntegerField()


class HitSerializer(serializers.Serializer[Any]):
    """A server or a job, or a server with a job and a protection."""

    name = serializers.CharField()
    sessions = serializers.IntegerField()
    connections = serializers.IntegerField()
    session_id = serializers.IntegerField(help_text="One of its sessions.")
    server_id = serializers.IntegerField()
    job = serializers.CharField()
    protection = serializers.CharField()
    strength = serializers.CharField()


class EffectLineSerializer(serializers.Serializer[Any]):
    """What one rule would have met, with the servers and jobs that are met most."""

    rule = serializers.CharField(source="rule.name")
    kind = serializers.ChoiceField(KINDS)
    action = serializers.CharField(source="rule.action")
    sentence = serializers.CharField()
    amount = AmountSerializer()
    servers = HitSerializer(many=True)
    jobs = HitSerializer(many=True)


class ActionAmountSerializer(serializers.Serializer[Any]):
    """What one action would have come to."""

    action = serializers.CharField()
    amount = AmountSerializer()

    def to_representation(self, instance: tuple[str, Amount]) -> dict[str, Any]:
        does, amount = instance
        return {"action": does, "amount": AmountSerializer(amount).data}


class VersionEffectSerializer(serializers.Serializer[Any]):
    """An estimate: interval records count connections, they do not name them."""

    period = serializers.CharField()
    words = serializers.ListField(child=serializers.CharField(), help_text="All of it said.")
    lines = EffectLineSerializer(many=True)
    actions = ActionAmountSerializer(many=True)
    covered = AmountSerializer(help_text="All that the rule set applies to.")
    no_rule = AmountSerializer()
    undecided = AmountSerializer(help_text="A range of ports within which rules differ.")
    reset = AmountSerializer()
    reset_jobs = HitSerializer(many=True)
    caught = HitSerializer(many=True, help_text="What falls through to the end.")
    caught_groups = serializers.IntegerField(help_text="Of how many groups `caught` is the top.")


class EffectSessionSerializer(serializers.Serializer[Any]):
    """A session that meets a line of an effect."""

    session_id = serializers.IntegerField()
    server = serializers.CharField(help_text="Job, address, ports and stack in words.")
    client_ip = serializers.CharField()
    protection = serializers.CharField()
    strength = serializers.CharField()
    connections = serializers.IntegerField()


class EffectSessionsSerializer(serializers.Serializer[Any]):
    """Some of the sessions that meet a line of an effect, by their keys."""

    total = serializers.IntegerField()
    rows = EffectSessionSerializer(many=True)
    next = serializers.IntegerField(
        allow_null=True, help_text="The key to ask after; null at the end."
    )


class ExplainGiven(Given):
    """A connection in the form of rule tests."""

    connection = serializers.DictField()
    scope = serializers.ChoiceField(
        list(SCOPES), allow_blank=True, default="", help_text="The site's unless given."
    )


class ExplainedRuleSerializer(serializers.Serializer[Any]):
    """A rule that was looked at; what is behind the match is not."""

    rule = serializers.CharField(source="rule.name")
    kind = serializers.ChoiceField(KINDS)
    matches = serializers.BooleanField()
    failed = serializers.ListField(child=serializers.CharField(), help_text="Conditions, in words.")


class ExplanationSerializer(serializers.Serializer[Any]):
    """Which rule a connection meets and why those before it do not; `words` says all of it."""

    applies = serializers.BooleanField(help_text="False: `words` says why.")
    rule = serializers.CharField(help_text="Empty when none matches.")
    action = serializers.CharField(help_text="Empty when no rule matches.")
    steps = ExplainedRuleSerializer(many=True)
    words = serializers.ListField(child=serializers.CharField())


class TemplateRuleSerializer(serializers.Serializer[Any]):
    """A rule of a template."""

    name = serializers.CharField()
    kind = serializers.ChoiceField(KINDS)
    sentence = serializers.CharField()


class PolicyTemplateSerializer(serializers.Serializer[Any]):
    """A shipped rule set that a new one can begin with, by its `key`."""

    key = serializers.CharField()
    name = serializers.CharField()
    protocol = serializers.ChoiceField(PROTOCOLS)
    description = serializers.CharField()
    basis = serializers.CharField()
    confidence = serializers.CharField()
    rules = TemplateRuleSerializer(many=True)


class PolicyChangeSerializer(serializers.Serializer[Any]):
    """A stack, what it has for the protocol, and what would change on it."""

    stack = serializers.IntegerField(source="stack.pk")
    path = serializers.CharField(source="stack.__str__", help_text="Sysplex, system and stack.")
    tag = serializers.CharField(source="stack.tag")
    has = serializers.IntegerField(
        source="has.pk",
        default=None,
        allow_null=True,
        help_text="A version, or null: give it back as `seen`.",
    )
    follows = serializers.BooleanField(help_text="It has the rule set in another version.")
    difference = DifferenceSerializer(
        allow_null=True, help_text="Null: it has this very version already."
    )


class WithoutSerializer(serializers.Serializer[Any]):
    """A version on a stack, and what would change if it were taken away."""

    version = serializers.IntegerField(help_text="Give it back as `seen` to take it away.")
    difference = DifferenceSerializer()
