"""The right to save queries belongs to analysts and administrators, not to viewers."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission

pytestmark = pytest.mark.django_db
MIGRATION: Any = import_module("analyzer.migrations.0004_saved_queries")


def holders() -> set[str]:
    found = Group.objects.filter(permissions__codename="save_query")
    return set(found.values_list("name", flat=True))


def test_the_right_is_given_and_taken_again(roles: dict[str, Group]) -> None:
    MIGRATION.take_right(apps, None)
    assert holders() == set()
    assert not Permission.objects.filter(codename="save_query").exists()
    MIGRATION.give_right(apps, None)
    assert holders() == {"analyst", "administrator"}
    MIGRATION.give_right(apps, None)
    right = Permission.objects.get(codename="save_query")
    assert right.content_type.model == "rights"
