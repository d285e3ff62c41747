"""Accounts: how one is shown, made and given its roles."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.validators import UnicodeUsernameValidator
from rest_framework import serializers

from analyzer.accounts import LONGEST_NAME, ROLES
from analyzer.queries.settings import further_roles
from analyzer.serializers.strict import Strict


class AccountSerializer(serializers.Serializer[Any]):
    """An account with its roles."""

    id = serializers.IntegerField()
    username = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())
    is_active = serializers.BooleanField()
    last_login = serializers.DateTimeField(allow_null=True)


class PasswordSerializer(serializers.Serializer[Any]):
    """A password of ours, in this answer alone; whoever gets it changes it after signing in."""

    password = serializers.CharField()


class MadeAccountSerializer(AccountSerializer, PasswordSerializer):
    """A new account with its password."""


class _Name(serializers.CharField):
    grammar = "username"


class _RolesSerializer(Strict):
    role = serializers.ChoiceField(choices=[*ROLES])
    further = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_NAME),
        required=False,
        default=list,
        max_length=100,
        help_text="Roles beside it: `policy author`, `policy approver`.",
    )

    def validate_further(self, value: list[str]) -> list[str]:
        unknown = {*value} - {*further_roles(ROLES)}
        if unknown:
            raise serializers.ValidationError(f"there is no further role `{min(unknown)}`")
        return value


class RolesSerializer(_RolesSerializer):
    """The roles that an account is to have, and no others."""


class AccountDraftSerializer(_RolesSerializer):
    """An account to make."""

    username = _Name(
        max_length=LONGEST_NAME,
        trim_whitespace=False,
        validators=[UnicodeUsernameValidator()],
        help_text="Letters, digits and @ . + - _",
    )


def account_values(user: User) -> dict[str, Any]:
    """An account in plain values; its roles were read with it."""
    return {
        "id": user.pk,
        "username": user.username,
        "roles": sorted(getattr(user, "held", [])),
        "is_active": user.is_active,
        "last_login": user.last_login,
    }
