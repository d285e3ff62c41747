"""Watches are made, changed and deleted; each of these leaves an entry (the rest: `owned`)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from analyzer import audit
from analyzer.models import SavedQuery, Watch, WatchSeen
from analyzer.standing import owned
from analyzer.standing.clock import When
from analyzer.standing.errors import StandingError
from analyzer.standing.sending.targets import MOST_ADDRESSES, checked_mail, checked_webhook, host_of
from analyzer.standing.sending.webhook import secret_of

SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Draft:
    """A watch before it is saved."""

    name: str
    when: When
    rows: str = Watch.Rows.SESSIONS
    alarm_on_first: bool = False
    mail_to: Sequence[str] = field(default=())
    webhook: str = ""


@transaction.atomic
def make(*, query: SavedQuery, draft: Draft, by: User, now: datetime) -> Watch:
    """Make a watch of a query that the user may see; its first run is due. Raises StandingError."""
    owned.require_query(query, by)
    _usable(draft)
    watch = Watch.objects.create(
        query=query, owner=by, salt=os.urandom(SALT_BYTES), **owned.begin(now), **_columns(draft)
    )
    audit.record(by=by, action="watch.make", target=watch.name, data=said(watch), now=now)
    owned.start_soon()
    return watch


@transaction.atomic
def change(
    *, watch: Watch, draft: Draft, by: User, now: datetime, revision: int | None = None
) -> Watch:
    """Replace what it says; its query and its owner stay. `revision` is the one that was changed.

    Raises StandingError, and ChangedMeanwhileError when there is a later one.
    """
    owned.require_owner(watch, by)
    owned.take(watch, revision)
    _usable(draft, before=watch)
    before = said(watch)
    owned.replace(watch, _columns(draft), by=by, now=now)
    data = {"before": before, "after": said(watch)}
    audit.record(by=by, action="watch.change", target=str(before["name"]), data=data, now=now)
    return watch


@transaction.atomic
def new_secret(*, watch: Watch, by: User, now: datetime) -> str:
    """Return a new secret for signatures; the old one ends at once. Raises StandingError."""
    owned.require_owner(watch, by)
    watch.salt = os.urandom(SALT_BYTES)
    Watch.objects.filter(pk=watch.pk).update(salt=watch.salt, changed_at=now)
    audit.record(by=by, action="watch.secret", target=watch.name, now=now)
    return secret_of(watch)


@transaction.atomic
def delete(*, watch: Watch, by: User, now: datetime) -> None:
    """Drop it with its runs and deliveries. Raises StandingError."""
    owned.require_owner(watch, by)
    audit.record(by=by, action="watch.delete", target=watch.name, data=said(watch), now=now)
    WatchSeen.objects.filter(watch=watch.pk).delete()
    watch.delete()


def said(watch: Watch) -> dict[str, object]:
    """What the audit log keeps of a watch: of a webhook only the host."""
    return {
        **owned.said(watch),
        "rows": watch.rows,
        "alarm_on_first": watch.alarm_on_first,
        "mail_to": list(watch.mail_to),
        "webhook": host_of(watch.webhook) if watch.webhook else "",
    }


def _columns(draft: Draft) -> dict[str, Any]:
    return {
        **owned.columns(draft.name, draft.when),
        "rows": draft.rows,
        "alarm_on_first": draft.alarm_on_first,
        "mail_to": list(dict.fromkeys(draft.mail_to)),
        "webhook": draft.webhook,
    }


def _usable(draft: Draft, *, before: Watch | None = None) -> None:
    """Targets that it has already may stay: the settings may have changed since."""
    owned.require_usable(draft.name, draft.when)
    if len(draft.mail_to) > MOST_ADDRESSES:
        raise StandingError(
            f"{len(draft.mail_to)} addresses are too many: {MOST_ADDRESSES} at most"
        )
    for address in draft.mail_to:
        if before is None or address not in before.mail_to:
            checked_mail(address)
    if draft.webhook and (before is None or draft.webhook != before.webhook):
        checked_webhook(draft.webhook)
