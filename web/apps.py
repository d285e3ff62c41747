"""Django's entry for the helpers: template tags and the check that every address has a gate."""

from __future__ import annotations

from django.apps import AppConfig
from django.core import checks

from web.checks import every_url_has_a_gate


class WebConfig(AppConfig):
    name = "web"
    verbose_name = "Web"

    def ready(self) -> None:
        checks.register(every_url_has_a_gate, checks.Tags.urls, checks.Tags.security)
