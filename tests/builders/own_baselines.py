"""Baselines of a site as a test needs them, through the same door as the product's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from django.contrib.auth.models import User

from analyzer import own_baselines
from analyzer.baselines import builtin
from analyzer.models import OwnBaseline

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)


def copied(by: User, name: str = "Our own", basis: str = "pci-dss-4") -> OwnBaseline:
    """A copy of a delivered profile."""
    profile = replace(builtin.load()[basis], key="", name=name, basis=basis)
    return own_baselines.make(profile=profile, note="Copied.", by=by, now=NOW)
