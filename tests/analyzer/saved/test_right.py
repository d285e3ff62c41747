"""The right to save queries belongs to analysts and administrators, not to viewers."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission

pytestmark = pytest.mark.django_db
MIGRATION: Any = import_module("analyzer.migrations.0005_roles")


def test_roles_are_made_with_the_right_and_once() -> None:
    MIGRATION.drop_roles(apps, None)
    MIGRATION.make_roles(apps, None)
    MIGRATION.make_roles(apps, None)
    found = Group.objects.filter(permissions__codename="save_query")
    assert sorted(found.values_list("name", flat=True)) == ["administrator", "analyst"]
    right = Permission.objects.get(codename="save_query")
    assert right.content_type.model == "rights"
