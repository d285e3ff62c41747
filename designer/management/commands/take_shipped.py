"""Bring the shipped objects of the designer up to what this release ships."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from designer import objects


class Command(BaseCommand):
    help = (
        "Bring shipped address groups, traffic and security descriptors and actions up to this"
        " release; does nothing if nothing changed."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        changed = objects.take_shipped(now=timezone.now())
        if options["verbosity"]:
            self.stdout.write(f"{changed} shipped objects are new or changed")
