"""The product's Celery application with small parts, each told: a short history has dozens."""

from __future__ import annotations

import django

from config.celery import app

django.setup()

from enforcement.histories import reading  # noqa: E402  # needs the settings
from enforcement.intervals import work  # noqa: E402

__all__ = ["app"]

reading.PART_ROWS = 50  # type: ignore[misc]  # in this process alone
work.EVERY_S = 0.0  # type: ignore[misc]
