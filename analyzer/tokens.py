"""API tokens: each user has one at most, and only its making shows it."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from rest_framework.authtoken.models import Token

from analyzer import audit


@transaction.atomic
def make_token(*, by: AbstractBaseUser, now: datetime) -> str:
    """Return a new key; an older one ends."""
    Token.objects.filter(user_id=by.pk).delete()
    key = str(Token.objects.create(user_id=by.pk).key)
    audit.record(by=by, action="token.make", target=by.get_username(), now=now)
    return key


@transaction.atomic
def revoke_token(*, of: AbstractBaseUser, by: audit.Actor, now: datetime) -> bool:
    """End a user's token; False when there is none."""
    ended, _ = Token.objects.filter(user_id=of.pk).delete()
    if ended:
        audit.record(by=by, action="token.revoke", target=of.get_username(), now=now)
    return bool(ended)
