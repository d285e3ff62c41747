"""Sign-ins, failed ones, and the lock against guessing; the audit log is its memory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session

from analyzer import audit
from analyzer.queries.people import signins as reads

FAILURES: Final = 10
FAILURES_OF_NAME: Final = 100
WINDOW: Final = timedelta(minutes=15)
"""So many failures from one address, or of one name from anywhere, within the window lock it for as
long again. A name has the wider limit: a stranger at one address can't lock its owner out."""
_STRANGER: Final = AnonymousUser()


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who wants to come in, as typed, and from which address."""

    name: str
    address: str


def source_of(address: str) -> str:
    """Whom an address belongs to: of IPv6 a whole /64, which any one customer has to himself."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ip_network((found, 64), strict=False)) if not found.is_loopback else str(found)


def is_blocked(attempt: Attempt, *, now: datetime) -> bool:
    """True while the name or the address is locked; the password is not even looked at then."""
    return reads.is_blocked(name=attempt.name, address=attempt.address, since=now - WINDOW)


def note_success(attempt: Attempt, *, by: audit.Actor, now: datetime) -> None:
    """Write down a sign-in; the failures of the name before it count no more."""
    data = {"address": attempt.address}
    audit.record(by=by, action=reads.SUCCESS, target=attempt.name, data=data, now=now)


def note_failure(attempt: Attempt, *, now: datetime) -> None:
    """Write down a failed sign-in, and lock the name or the address that failed too often."""
    data = {"address": attempt.address}
    audit.record(by=_STRANGER, action=reads.FAILED, target=attempt.name, data=data, now=now)
    since = now - WINDOW
    by_name = reads.failures_of_name(attempt.name, since=since)
    by_address = reads.failures_from(attempt.address, since=since)
    locked = {"name": attempt.name} if by_name >= FAILURES_OF_NAME else {}
    locked |= {"address": attempt.address} if by_address >= FAILURES else {}
    if locked:
        audit.record(by=_STRANGER, action=reads.BLOCKED, target=attempt.name, data=locked, now=now)


def forget_ended(*, now: datetime) -> int:
    """Drop sign-ins whose time is over, which nobody signed out of."""
    count, _ = Session.objects.filter(expire_date__lt=now).delete()
    return count
