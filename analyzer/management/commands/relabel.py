"""Recompute names and strengths of protections after the code tables have changed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from analyzer.relabel import relabel


class Command(BaseCommand):
    help = (
        "Recompute what the codes of stored protections and of their certificates mean; does"
        " nothing if nothing changed."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        found = relabel()
        if options["verbosity"]:
            self.stdout.write(f"{found} protections relabeled")
