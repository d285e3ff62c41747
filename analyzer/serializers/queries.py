"""Saved queries: how one is shown, and how one is given."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from rest_framework import serializers

from analyzer.models import SavedQuery
from analyzer.models.queries import LONGEST_DESCRIPTION, LONGEST_NAME
from analyzer.queries import saved as reads
from analyzer.queries.filters import NEUTRAL, Filters
from analyzer.saved import Draft
from analyzer.serializers.strict import Revised, Strict


class SavedQuerySerializer(serializers.ModelSerializer[SavedQuery]):
    """A query with its filters as parameters, in words, and as the rest of an address."""

    owner = serializers.CharField(source="owner.username")
    changed_by = serializers.CharField(
        source="changed_by.username", default=None, allow_null=True, help_text="Null: nobody yet."
    )
    filters = serializers.SerializerMethodField(help_text="Values by parameter.")
    sentence = serializers.SerializerMethodField(help_text="What it asks, in words.")
    address_query = serializers.SerializerMethodField(
        help_text="The filters as the query of an address of the report."
    )
    refused = serializers.SerializerMethodField(
        help_text="Why filters can be used no more, by parameter; such a query matches nothing."
    )

    class Meta:
        model = SavedQuery
        fields = (
            *("id", "name", "description", "owner", "shared", "tab", "filters", "sentence"),
            *("address_query", "refused", "made_at", "changed_at", "changed_by", "revision"),
            "last_run_at",
        )
        read_only_fields = fields

    def get_filters(self, query: SavedQuery) -> dict[str, list[str]]:
        return dict(reads.as_address(query.params).lists())

    def get_sentence(self, query: SavedQuery) -> str:
        return reads.sentence_of(reads.filters_of(query.params)[0], tab=query.tab)

    def get_address_query(self, query: SavedQuery) -> str:
        return urlencode(self.get_filters(query), doseq=True)

    def get_refused(self, query: SavedQuery) -> dict[str, str]:
        return reads.filters_of(query.params)[1]


class PreviewSerializer(serializers.Serializer[Any]):
    """What a query asks, and how many security sessions it returns now."""

    tab = serializers.ChoiceField(choices=SavedQuery.Tab.choices)
    sentence = serializers.CharField(help_text="What it asks, in words.")
    sessions = serializers.IntegerField(allow_null=True, help_text="Null: they were not counted.")
    more = serializers.BooleanField(help_text="There are more sessions than that.")
    not_counted = serializers.CharField(
        allow_blank=True, help_text="Why they were not counted; empty when they were."
    )


class DraftSerializer(Strict):
    """A query to save. Everything that is not given is as in an empty query."""

    name = serializers.CharField(max_length=LONGEST_NAME)
    description = serializers.CharField(
        max_length=LONGEST_DESCRIPTION, required=False, allow_blank=True
    )
    tab = serializers.ChoiceField(
        choices=SavedQuery.Tab.choices, required=False, help_text="The tab of the report it opens."
    )
    shared = serializers.BooleanField(required=False, help_text="Everybody may run it.")
    filters = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="Values by parameter, as in an address of the report.",
    )

    def validate_filters(self, value: dict[str, list[str]]) -> Filters:
        filters, errors = reads.filters_of(value)
        errors |= {name: f"`{name}` is not a filter" for name in value if name in NEUTRAL}
        if errors:
            raise serializers.ValidationError(
                "; ".join(f"{name}: {why}" for name, why in errors.items())
            )
        return filters

    def draft(self) -> Draft:
        """What was given, once it is valid."""
        given = {"filters": Filters(), **self.validated_data}
        given.pop("revision", None)
        return Draft(**given)


class ChangeSerializer(Revised, DraftSerializer):
    """What a query is to say from now on."""
