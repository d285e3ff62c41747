"""Django's entry for the designer."""

from __future__ import annotations

from django.apps import AppConfig

from web import finding


class DesignerConfig(AppConfig):
    name = "designer"
    verbose_name = "Designer"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from designer.views.searching import find  # noqa: PLC0415 -- models are ready only now

        finding.finders.append(find)
