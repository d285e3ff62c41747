"""Tables that are made at once."""

from __future__ import annotations

import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from web.migrating.new_tables import NewTables

pytestmark = pytest.mark.django_db
TABLES = {"web_hall", "web_door"}


def test_tables_come_and_go_together_and_models_are_worked_out_once() -> None:
    both = NewTables(
        migrations.CreateModel("Hall", [("id", models.AutoField(primary_key=True))]),
        migrations.CreateModel(
            "Door",
            [
                ("id", models.AutoField(primary_key=True)),
                ("hall", models.ForeignKey("web.hall", models.CASCADE)),
            ],
        ),
    )
    before, after = ProjectState(), ProjectState()
    assert not before.apps.all_models["web"]
    assert not after.apps.all_models["web"]
    both.state_forwards("web", after)
    assert "apps" not in after.__dict__
    with connection.schema_editor() as editor:
        both.database_forwards("web", editor, before, after)
    assert {*connection.introspection.table_names()} >= TABLES
    with connection.schema_editor() as editor:
        both.database_backwards("web", editor, after, before)
    assert not {*connection.introspection.table_names()} & TABLES
    assert both.describe() == "Create 2 models"
