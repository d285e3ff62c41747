"""The product's Celery application with small batches: a short dump has a hundred of them."""

from __future__ import annotations

import django

from config.celery import app

django.setup()

from analyzer.ingest import pipeline  # noqa: E402  # needs the settings

__all__ = ["app"]

BATCH_BYTES = 1 << 18
pipeline.run.__kwdefaults__["batch_bytes"] = BATCH_BYTES
