"""Who may use the product: accounts with a role each, and further roles of other apps beside it.

Every change leaves an audit entry.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.contrib.auth.models import Group, User
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from analyzer import audit, tokens

_ADMINISTRATOR: Final = "administrator"
ROLES: Final = ("viewer", "analyst", _ADMINISTRATOR)
"""Each account has one of these; a group of another name is a further role."""
LONGEST_NAME: Final = 150
_PASSWORD_BYTES: Final = 12


class AccountError(ValueError):
    """What was asked cannot be done to this account; the message says why."""


@transaction.atomic
def create(
    *, name: str, role: str, by: audit.Actor, now: datetime, further: Iterable[str] = ()
) -> tuple[User, str]:
    """Make an account with its roles; returns it and its password, which is kept nowhere.

    Raises AccountError.
    """
    name = _usable(User.normalize_username(name))  # two spellings of one name are one user
    taken = AccountError(f"there is a user `{name}` already")
    if User.objects.filter(username__iexact=name).exists():
        raise taken
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    try:
        with transaction.atomic():
            user = User.objects.create_user(name, password=password)
    except IntegrityError as error:  # somebody else was faster
        raise taken from error
    roles = [role, *sorted({*further})]
    user.groups.set([Group.objects.get(name=one) for one in roles])
    data = {"role": ", ".join(roles)}
    audit.record(by=by, action="user.create", target=name, data=data, now=now)
    return user, password


@transaction.atomic
def set_role(
    *, user: User, role: str, by: audit.Actor, now: datetime, further: Iterable[str] = ()
) -> None:
    """Give the account this role, the further ones beside it, and no other.

    Raises AccountError; somebody is left to administer.
    """
    _not_oneself(user, by)
    administered = _administers(user)
    if user.is_superuser:
        raise AccountError(
            f"`{user.username}` is a superuser and may everything, whatever its role"
        )
    before = sorted(user.groups.values_list("name", flat=True))
    after = [role, *sorted({*further})]
    user.groups.set([Group.objects.get(name=name) for name in after])
    _somebody_is_left(user, administered=administered)
    data = {"before": ", ".join(before), "after": ", ".join(after)}
    audit.record(by=by, action="user.role", target=user.username, data=data, now=now)


@transaction.atomic
def set_active(*, user: User, active: bool, by: audit.Actor, now: datetime) -> None:
    """Switch the account on or off; what it did stays under its name.

    Raises AccountError; somebody is left to administer.
    """
    _not_oneself(user, by)
    administered = _administers(user)
    User.objects.filter(pk=user.pk).update(is_active=active)
    _somebody_is_left(user, administered=administered)
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
    tokens.revoke_all(of=user, by=by, now=now)
    return password


@transaction.atomic
def change_password(*, user: User, password: str, end_tokens: bool, now: datetime) -> int:
    """Set the password that the user has chosen; other sessions of the account end.

    Returns how many API tokens have ended.
    """
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record(by=user, action="user.own_password", target=user.username, now=now)
    return tokens.revoke_all(of=user, by=user, now=now) if end_tokens else 0


def _usable(name: str) -> str:
    """Return a name in its one spelling, which can be longer than what was typed, or have blanks.

    Raises AccountError.
    """
    try:
        UnicodeUsernameValidator()(name)
    except ValidationError as error:
        raise AccountError(" ".join(error.messages)) from error
    if len(name) > LONGEST_NAME:
        raise AccountError(f"the name has more than {LONGEST_NAME} characters when spelt out")
    return name


def _administers(user: User) -> bool:
    """Whether the account administers; until the transaction ends, nobody else changes who does."""
    Group.objects.select_for_update(no_key=True).get(name=_ADMINISTRATOR)
    return _administrators().filter(pk=user.pk).exists()


def _somebody_is_left(user: User, *, administered: bool) -> None:
    """Two who switch each other off at one moment: the second is told."""
    if administered and not _administrators().exists():
        raise AccountError(f"`{user.username}` is the last administrator who is left; it stays so")


def _administrators() -> QuerySet[User]:
    may = Q(is_superuser=True) | Q(groups__name=_ADMINISTRATOR)
    return User.objects.filter(may, is_active=True)


def _not_oneself(user: User, by: audit.Actor) -> None:
    """Nobody locks themselves out."""
    if _is_oneself(user, by):
        raise AccountError("your own role and account are for another administrator to change")


def _is_oneself(user: User, by: audit.Actor) -> bool:
    return by is not None and by.pk == user.pk
