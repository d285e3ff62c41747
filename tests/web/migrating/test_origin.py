"""Tables that another version made are refused; those of other packages are theirs."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

pytestmark = pytest.mark.django_db


def test_tables_of_another_version_are_refused_with_what_to_do() -> None:
    MigrationRecorder(connection).record_applied("analyzer", "0002_as_it_was")
    with pytest.raises(CommandError) as refused:
        call_command("migrate", verbosity=0, interactive=False)
    assert "the migration analyzer.0002_as_it_was. Nothing was changed." in str(refused.value)
    assert "name another in DATABASE_URL" in str(refused.value)
    MigrationRecorder(connection).record_applied("analyzer", "0003_as_it_was")
    with pytest.raises(CommandError, match=r"analyzer\.0002_as_it_was \(nor 1 more\)"):
        call_command("migrate", verbosity=0, interactive=False)


def test_what_other_packages_had_is_theirs() -> None:
    MigrationRecorder(connection).record_applied("auth", "0001_as_it_was")
    MigrationRecorder(connection).record_applied("gone", "0001_initial")
    call_command("migrate", verbosity=0, interactive=False)
