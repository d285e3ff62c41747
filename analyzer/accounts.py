"""Who may use the product: accounts with one role each. Every change leaves an audit entry."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Final

from django.contrib.auth.models import Group, User
from django.db import transaction

from analyzer import audit, tokens

ROLES: Final = ("viewer", "analyst", "administrator")
_PASSWORD_BYTES: Final = 12


class AccountError(ValueError):
    """What was asked cannot be done to this account; the message says why."""


@transaction.atomic
def create(*, name: str, role: str, by: audit.Actor, now: datetime) -> str:
    """Make an account with a role; returns its password, which is kept nowhere."""
    name = User.normalize_username(name)  # two spellings of one name are one user
    if User.objects.filter(username__iexact=name).exists():
        raise AccountError(f"there is a user `{name}` already")
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    user = User.objects.create_user(name, password=password)
    user.groups.set([Group.objects.get(name=role)])
    audit.record(by=by, action="user.create", target=name, data={"role": role}, now=now)
    return password


@transaction.atomic
def set_role(*, user: User, role: str, by: audit.Actor, now: datetime) -> None:
    """Give the account this role and no other."""
    _not_oneself(user, by)
    if user.is_superuser:
        raise AccountError(
            f"`{user.username}` is a superuser and may everything, whatever its role"
        )
    before = sorted(user.groups.values_list("name", flat=True))
    user.groups.set([Group.objects.get(name=role)])
    data = {"before": ", ".join(before), "after": role}
    audit.record(by=by, action="user.role", target=user.username, data=data, now=now)


@transaction.atomic
def set_active(*, user: User, active: bool, by: audit.Actor, now: datetime) -> None:
    """Switch the account on or off; what it did stays under its name."""
    _not_oneself(user, by)
    User.objects.filter(pk=user.pk).update(is_active=active)
    action = "user.switch_on" if active else "user.switch_off"
    audit.record(by=by, action=action, target=user.username, now=now)


@transaction.atomic
def reset_password(*, user: User, by: audit.Actor, now: datetime) -> str:
    """Give the account a new password and return it; the old one, sessions and API token end."""
    if _is_oneself(user, by):
        raise AccountError("your own password is changed under your name, at the top right")
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record(by=by, action="user.password", target=user.username, now=now)
    tokens.revoke_token(of=user, by=by, now=now)
    return password


@transaction.atomic
def change_password(*, user: User, password: str, now: datetime) -> None:
    """Set the password that the user has chosen; other sessions of the account end."""
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record(by=user, action="user.own_password", target=user.username, now=now)


def _not_oneself(user: User, by: audit.Actor) -> None:
    """Nobody locks themselves out, and so somebody can always administer."""
    if _is_oneself(user, by):
        raise AccountError("your own role and account are for another administrator to change")


def _is_oneself(user: User, by: audit.Actor) -> bool:
    return by is not None and by.pk == user.pk
