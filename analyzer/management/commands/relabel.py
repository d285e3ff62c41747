"""Recompute names and strengths of protections after the code tables have changed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from analyzer.relabel import relabel


class Command(BaseCommand):
    help = (
        "Recompute what the codes of stored protections mean, and enter certificates of older"
        " stores; does nothing if nothing changed."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        found = relabel()
        if not options["verbosity"]:
            return
        self.stdout.write(f"{found.protections} protections relabeled")
        if found.certificates:
            self.stdout.write(f"{found.certificates} uses of certificates entered")
