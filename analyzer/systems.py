"""What is set by hand for a system: time zone and code page."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from analyzer import audit
from analyzer.models import SystemSettings


@transaction.atomic
def set_time_zone(
    *, settings: SystemSettings, zone: str, by: audit.Actor, now: datetime
) -> SystemSettings:
    """The IANA zone in which the system's times are shown; stored times stay as they are."""
    before = settings.time_zone
    settings.time_zone = zone
    settings.zone_source = SystemSettings.ZoneSource.SET
    settings.save(update_fields=["time_zone", "zone_source"])
    audit.record(
        by=by,
        action="settings.zone",
        target=str(settings),
        data={"before": before, "after": zone},
        now=now,
    )
    return settings


@transaction.atomic
def set_code_page(
    *, settings: SystemSettings, code_page: str, by: audit.Actor, now: datetime
) -> SystemSettings:
    """The code page in which later imports read the system's text."""
    before = settings.code_page
    settings.code_page = code_page
    settings.save(update_fields=["code_page"])
    audit.record(
        by=by,
        action="settings.code_page",
        target=str(settings),
        data={"before": before, "after": code_page},
        now=now,
    )
    return settings
