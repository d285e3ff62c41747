"""`manage.py export`."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from analyzer.models import Activity, AuditEntry, SecuritySession

pytestmark = pytest.mark.usefixtures("filled", "db")


def run(*words: str) -> str:
    out = io.StringIO()
    call_command("export", "sessions", *words, stdout=out)
    return out.getvalue()


def objects(*words: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in run(*words).splitlines()]


def test_all_days_are_written_unless_filtered() -> None:
    everything = objects()
    assert len(everything) == SecuritySession.objects.count()
    assert sum(int(str(row["intervals"])) for row in everything) == Activity.objects.count()
    assert 0 < len(objects("--filter", "days=1")) < len(everything)


def test_filters_are_those_of_the_pages() -> None:
    found = objects("--filter", "protocol=TLS", "--filter", "port=443,992")
    assert {row["protocol"] for row in found} == {"TLS"}
    several = objects("--filter", "job=TN3270", "--filter", "job=FTPD1")
    assert {row["job"] for row in several} == {"TN3270", "FTPD1"}


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--filter", "port=x"], "is not a port"),
        (["--filter", "prot=TLS"], "`prot` is not a filter"),
        (["--filter", "protocol"], "`protocol` is not NAME=VALUE"),
        (["--format", "csv", "--columns", "nothing"], "`nothing` is not a column"),
        (["--columns", "job"], "--columns is for csv"),
    ],
)
def test_what_can_not_be_used_is_an_error_and_writes_nothing(
    words: list[str], reason: str, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match=reason):
        run(*words, "--output", str(tmp_path / "rows"))
    assert not (tmp_path / "rows").exists()
    assert not AuditEntry.objects.exists()


def test_csv_has_all_columns_or_those_that_are_named() -> None:
    found = list(csv.DictReader(io.StringIO(run("--format", "csv"), newline="")))
    assert len(found) == SecuritySession.objects.count()
    assert {"sysplex", "cipher", "dn_tls_server_subject", "time_zone"} <= found[0].keys()
    assert run("--format", "csv", "--columns", "job,protocol").startswith("job,protocol\n")


def test_a_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "sessions.jsonl"
    path.write_text("before")
    run("--output", str(path))
    assert len(path.read_text().splitlines()) == SecuritySession.objects.count()
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["sessions.jsonl"]


def test_a_place_that_can_not_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="can't be written"):
        run("--output", str(tmp_path / "missing" / "rows"))


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_the_audit_log_says_what_was_taken(form: str) -> None:
    run("--format", form, "--filter", "job=TN*")
    entry, done = AuditEntry.objects.order_by("pk")
    assert (entry.action, entry.target) == (f"export.{form}", "sessions")
    assert entry.user_name == "(command line)"
    assert entry.data["filters"] == {"days": ["all"], "job": ["TN*"]}
    assert (done.action, done.data["export"], done.data["format"]) == (
        *("export.done", entry.pk),
        form,
    )
    assert done.data["rows"] == SecuritySession.objects.filter(server__job__startswith="TN").count()
