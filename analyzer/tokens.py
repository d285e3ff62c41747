"""API tokens: made with a name, scopes and an end; only their making shows the key."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import Q

from analyzer import audit
from analyzer.models import ApiToken

EVERY_SCOPE: Final = tuple(str(value) for value in ApiToken.Scope.values)
_SEEN_AGAIN: Final = timedelta(minutes=1)


class TokenNameTakenError(ValueError):
    """The user has a token of that name already."""

    def __init__(self, name: str) -> None:
        super().__init__(f"you have a token `{name}` already")


@dataclass(frozen=True, slots=True)
class TokenDraft:
    """A token before it is made; no end: until it is revoked."""

    name: str
    scopes: Sequence[str] = EVERY_SCOPE
    expires_at: datetime | None = None


def digest_of(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


@transaction.atomic
def make_token(*, draft: TokenDraft, by: AbstractBaseUser, now: datetime) -> str:
    """Return the key of a new token. Raises TokenNameTakenError."""
    key = secrets.token_hex(20)
    try:
        with transaction.atomic():
            ApiToken.objects.create(
                user_id=by.pk,
                name=draft.name,
                digest=digest_of(key),
                scopes=[*draft.scopes],
                made_at=now,
                expires_at=draft.expires_at,
            )
    except IntegrityError as taken:
        raise TokenNameTakenError(draft.name) from taken
    ends = draft.expires_at.isoformat() if draft.expires_at else None
    data = {"name": draft.name, "scopes": [*draft.scopes], "expires_at": ends}
    audit.record(by=by, action="token.make", target=by.get_username(), data=data, now=now)
    return key


@transaction.atomic
def revoke_token(*, pk: int, of: AbstractBaseUser, by: audit.Actor, now: datetime) -> bool:
    """End one token of a user; False when there is none."""
    token = ApiToken.objects.filter(pk=pk, user_id=of.pk).first()
    if token is None or not ApiToken.objects.filter(pk=pk).delete()[0]:
        return False
    data = {"name": token.name}
    audit.record(by=by, action="token.revoke", target=of.get_username(), data=data, now=now)
    return True


@transaction.atomic
def revoke_all(*, of: AbstractBaseUser, by: audit.Actor, now: datetime) -> int:
    """End every token of a user; return how many there were."""
    names = sorted(ApiToken.objects.filter(user_id=of.pk).values_list("name", flat=True))
    for name in names:
        data = {"name": name}
        audit.record(by=by, action="token.revoke", target=of.get_username(), data=data, now=now)
    ApiToken.objects.filter(user_id=of.pk).delete()
    return len(names)


def note_use(*, token: ApiToken, now: datetime) -> None:
    """Write down that the token was used, once a minute at most."""
    before = Q(last_used_at=None) | Q(last_used_at__lt=now - _SEEN_AGAIN)
    if token.last_used_at is None or token.last_used_at < now - _SEEN_AGAIN:
        ApiToken.objects.filter(before, pk=token.pk).update(last_used_at=now)
