"""A certificate in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from analyzer.models import Certificate
from analyzer.queries.certificates.inventory import AHEAD_DAYS
from analyzer.tables.certificates import NO_NAME
from analyzer.views.report.facts import Fact
from web.templatetags.figures import DASH, iso

_TOLD: Final = {
    Certificate.Identity.SERIAL: "serial number and issuer",
    Certificate.Identity.NAMES: "names, key and signature (derived)",
    Certificate.Identity.LOOKS: "key and signature alone (derived)",
}

_SINCE: Final = "recorded from z/OS 3.2 on"


def heading(found: Certificate) -> str:
    return found.subject_name or _lines(found.subject) or NO_NAME


def band_of(found: Certificate, now: datetime) -> str:
    """The key of the band of expiry, as in the inventory."""
    if found.not_after is None:
        return "unknown"
    left = found.not_after - now
    if left < timedelta():
        return "expired"
    return next((key for key, n in AHEAD_DAYS.items() if left < timedelta(days=n)), "later")


def left_words(found: Certificate, now: datetime) -> str:
    if found.not_after is None:
        said = f", but `{found.not_after_text}`" if found.not_after_text else ""
        return f"its end is not recorded as a time{said}" if said else "its end is not recorded"
    days = abs(found.not_after - now).days
    span = f"{days} day{'' if days == 1 else 's'}" if days else "less than a day"
    when = f"{found.not_after:%Y-%m-%d}"
    if found.not_after < now:
        return f"expired on {when}, {span} ago"
    return f"expires on {when}, in {span}"


def certificate_facts(found: Certificate, parts: Sequence[str]) -> list[Fact]:
    key = " ".join(filter(None, (found.key_type, str(found.key_bits or ""))))
    ends = iso(found.not_after) if found.not_after else found.not_after_text or DASH
    return [
        Fact("Subject", _lines(found.subject) or DASH),
        Fact("Issuer", _lines(found.issuer) or DASH),
        Fact("Serial", found.serial or DASH, mono=bool(found.serial), note=_serial_note(found)),
        Fact("Key", key or DASH, note="bits" if found.key_bits else ""),
        Fact("Signature", found.signature or DASH),
        Fact("Expires", ends, mono=ends != DASH, note="" if found.not_after else _SINCE),
        Fact("Shown by", ", ".join(parts) or DASH),
        Fact("Told by", _TOLD[Certificate.Identity(found.identity)]),
    ]


def _serial_note(found: Certificate) -> str:
    if not found.serial:
        return _SINCE
    return "the default of self-signed certificates" if found.serial == "0" else ""


def _lines(name: str) -> str:
    return name.replace("\n", "; ")
