"""The sample of `make demo` comes once, and only into a store without imports."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from django.utils import timezone

from analyzer.models import Import
from config import demo
from config.processes import ServeError

pytestmark = pytest.mark.django_db


def test_a_store_with_imports_of_its_own_gets_no_sample(tmp_path: Path) -> None:
    Import.objects.create(source="command", name="own.smf", submitted_at=timezone.now())
    dump = tmp_path / "demo" / "sample-site.smf"
    made = demo.make_sample(dump)
    assert not demo.submit_sample(dump, made)
    assert made.returncode == -signal.SIGTERM
    assert [one.name for one in Import.objects.all()] == ["own.smf"]


def test_a_sample_that_can_not_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "demo" / "sample-site.smf.part").mkdir(parents=True)
    with pytest.raises(ServeError, match="the sample dump was not made"):
        demo.submit_sample(tmp_path / "demo" / "sample-site.smf", None)
    assert not Import.objects.exists()
