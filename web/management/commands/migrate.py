"""Django's own, after a look at who made the tables."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections

from web.migrating.origin import refusal


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        if reason := refusal(connections[options["database"]]):
            raise CommandError(reason)
        super().handle(*args, **options)
