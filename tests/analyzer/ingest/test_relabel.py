"""`manage.py relabel`: names of codes follow the tables."""

from __future__ import annotations

from io import StringIO

from django.core.management import call_command

from analyzer.models import Protection
from analyzer.relabel import relabel
from smf.describe import TABLES_VERSION
from tests.analyzer.ingest.conftest import SAMPLES, Ingest


def derived() -> list[dict[str, object]]:
    return list(Protection.objects.order_by("pk").values())


def test_protections_of_older_tables_are_named_anew(ingest: Ingest) -> None:
    ingest(SAMPLES / "site-vbs.smf")
    fresh = derived()
    Protection.objects.update(
        tables_version="old", title="", labels={}, details=[], strength="unknown", dn_text="?"
    )
    out = StringIO()
    call_command("relabel", stdout=out)
    assert out.getvalue() == f"{len(fresh)} protections relabeled\n"
    assert derived() == fresh


def test_nothing_is_done_while_the_tables_are_the_same(ingest: Ingest) -> None:
    ingest(SAMPLES / "zos32.smf")
    assert relabel() == 0


def test_every_protection_has_a_title_and_a_known_strength(ingest: Ingest) -> None:
    for name in ("site-vbs.smf", "zos32.smf"):
        ingest(SAMPLES / name)
    rows = Protection.objects.all()
    assert all(row.title and row.strength in Protection.Strength.values for row in rows)
    names = "CN=tn3270.sysb.example.com,O=Example,C=DE\nCN=Example Issuing CA 2,O=Example,C=DE"
    assert rows.filter(dn_text=names).exists()


def test_facts_of_older_rules_are_made_anew(ingest: Ingest) -> None:
    ingest(SAMPLES / "zos32.smf")
    fresh = derived()
    Protection.objects.update(tables_version=f"{TABLES_VERSION}-0", facts=[])
    assert relabel() == len(fresh)
    assert derived() == fresh
