"""Where messages may go: the administrators of the machine say which hosts and domains.

A webhook makes this server ask an address that somebody typed. So only hosts that the settings
list are asked, at the ports that they list, over https unless http is allowed.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from analyzer.models.standing.watches import LONGEST_TARGET
from analyzer.standing.errors import TargetError

MOST_ADDRESSES: Final = 20
LONGEST_ADDRESS: Final = 254
_PLAIN: Final = re.compile(r"[!-~]+")
_PORTS: Final = {"https": 443, "http": 80}


def checked_webhook(address: str) -> str:
    """Return an address that may be asked. Raises TargetError."""
    if not settings.WEBHOOK_HOSTS:
        raise TargetError("webhooks are off: the setting ZERTIFY_WEBHOOK_HOSTS names no host")
    if len(address) > LONGEST_TARGET or not _PLAIN.fullmatch(address) or "\\" in address:
        raise TargetError("this is no address: it has blanks or other signs that none can have")
    parts, port = _split(address)
    schemes = {"https", "http"} if settings.WEBHOOK_HTTP else {"https"}
    if parts.scheme not in schemes:
        raise TargetError(f"the address must begin with {' or '.join(sorted(schemes))}://")
    if parts.username is not None or parts.password is not None:
        raise TargetError("the address must not have a user or a password in it")
    if parts.fragment:
        raise TargetError("the address must not have a part behind `#`")
    if (parts.hostname or "", port) not in _allowed(parts.scheme):
        host = f"{parts.hostname or ''}:{port}"
        raise TargetError(f"`{host}` is not one of the hosts that ZERTIFY_WEBHOOK_HOSTS allows")
    return address


def checked_mail(address: str) -> str:
    """Return an address that mail may be sent to. Raises TargetError."""
    if not settings.EMAIL_HOST:
        raise TargetError("mail is off: the setting ZERTIFY_SMTP_HOST names no server")
    try:
        validate_email(address)
    except ValidationError:
        raise TargetError(f"`{address[:80]}` is no mail address") from None
    if len(address) > LONGEST_ADDRESS or not _PLAIN.fullmatch(address):
        raise TargetError(f"`{address[:80]}` is too long or has signs that are not ASCII")
    domains = settings.MAIL_DOMAINS
    if domains and address.rpartition("@")[2].lower() not in domains:
        raise TargetError(f"`{address}` is in none of the domains that ZERTIFY_MAIL_DOMAINS allows")
    return address


def host_of(address: str) -> str:
    """The host of a webhook, without the rest of the address, which may be a secret."""
    return urlsplit(address).netloc.rpartition("@")[2]


def _split(address: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(address)
        return parts, parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        raise TargetError("this is no address: its host or its port cannot be read") from None


def _allowed(scheme: str) -> set[tuple[str, int]]:
    """Hosts with their ports; without one, that of the scheme."""
    entries = (urlsplit(f"//{entry}") for entry in settings.WEBHOOK_HOSTS)
    return {(entry.hostname or "", entry.port or _PORTS[scheme]) for entry in entries}
