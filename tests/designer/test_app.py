"""The designer is an app of Zertify."""

from __future__ import annotations

from django.apps import apps


def test_the_designer_is_installed() -> None:
    assert apps.get_app_config("designer").verbose_name == "Designer"
