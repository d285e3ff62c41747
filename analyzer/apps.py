"""Django's entry for the analyzer."""

from __future__ import annotations

from django.apps import AppConfig


class AnalyzerConfig(AppConfig):
    name = "analyzer"
    verbose_name = "Analyzer"
    default_auto_field = "django.db.models.BigAutoField"
