"""Whether the tables of a database were made by this version of the product, or one before it.

Django leaves out applied migrations that it does not find, and breaks on the first table that is
there already.
"""

from __future__ import annotations

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader


def refusal(connection: BaseDatabaseWrapper) -> str:
    """Why these tables can't be brought up to date, and what to do; empty where they can."""
    loader = MigrationLoader(connection)
    own = {
        one.label for one in apps.get_app_configs() if Path(one.path).parent == settings.BASE_DIR
    }
    unknown = sorted(
        f"{app}.{name}"
        for app, name in loader.applied_migrations
        if app in own and (app, name) not in loader.disk_migrations
    )
    if not unknown:
        return ""
    others = f" (nor {len(unknown) - 1} more)" if len(unknown) > 1 else ""
    return (
        "the tables of this database were made by another version: this one does not know the"
        f" migration {unknown[0]}{others}. Nothing was changed. Start the version that made them,"
        " or begin with an empty database: name another in DATABASE_URL or, where that is not"
        f" set, end everything and move {Path(settings.VAR) / 'postgresql'} away."
    )
