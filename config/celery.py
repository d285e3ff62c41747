"""The Celery application; tasks are found in the apps."""

from __future__ import annotations

import os

from celery import Celery

from config.embedded import provide

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
provide()

app = Celery("zertify")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["analyzer"])
