"""A proposal by program: which query, and what comes back."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from rest_framework import serializers

from designer.bringing.proposal import digest_of
from designer.queries.proposing import PROTOCOLS, Draft
from designer.serializers.fields import Given, Name, Number, Text
from policy import documents
from policy.model import Policy


class ProposalGiven(Given):
    """The query, the protocol, and the name of the rule set."""

    query = Number(min_value=1, max_value=2**31 - 1, help_text="A saved query.")
    protocol = serializers.ChoiceField([one.value for one in PROTOCOLS])
    name = Name()


class TakeProposalGiven(ProposalGiven):
    """The same, as it was looked at."""

    seen = Text(max_length=64, help_text="`digest` of the preview.")


class MetSerializer(serializers.Serializer[Any]):
    """How many different sessions, and the connections in them."""

    sessions = serializers.IntegerField()
    connections = serializers.IntegerField()


class ProposedRuleSerializer(serializers.Serializer[Any]):
    """A rule in words, and what it would have met."""

    name = serializers.CharField()
    sentence = serializers.CharField()
    met = MetSerializer()


class LeftOutSerializer(serializers.Serializer[Any]):
    """Acceptable sessions that no rule was made for; `more` services are not named."""

    reason = serializers.CharField()
    met = MetSerializer()
    services = serializers.ListField(child=serializers.CharField())
    more = serializers.IntegerField()


class CaughtSerializer(serializers.Serializer[Any]):
    """A server with a protection whose sessions fall to the catch-all."""

    name = serializers.CharField()
    protection = serializers.CharField()
    strength = serializers.CharField()
    sessions = serializers.IntegerField()
    connections = serializers.IntegerField()
    session_id = serializers.IntegerField(help_text="One of them.")


class ProposalSerializer(serializers.Serializer[Any]):
    """A proposed rule set, and what it would have done to the sessions of the query.

    `undecided` span ports that meet different rules; `caught` are the first of `caught_groups`.
    """

    digest = serializers.CharField()
    document = serializers.DictField(help_text="The rule set as a policy document.")
    first = serializers.DateField(allow_null=True)
    last = serializers.DateField(allow_null=True)
    seen = MetSerializer()
    acceptable = MetSerializer()
    allowed = MetSerializer()
    rest = MetSerializer()
    undecided = MetSerializer()
    rules = ProposedRuleSerializer(many=True)
    left_out = LeftOutSerializer(many=True)
    caught = CaughtSerializer(many=True)
    caught_groups = serializers.IntegerField()


def proposal_values(found: Draft) -> dict[str, Any]:
    """Return a proposal in plain values."""
    whole = {
        "digest": digest_of(found),
        "document": documents.to_tree(Policy((found.rule_set,))),
        **{one.name: getattr(found, one.name) for one in fields(found)},
    }
    return dict(ProposalSerializer(whole).data)
