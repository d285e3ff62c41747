"""`manage.py aggregate`: a dump of connections becomes one of sessions, without a database."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.builders.enforcement.aggregated import summaries
from tests.builders.enforcement.records import TLS12, Connection, read, switched

HISTORY = [
    Connection(number=1).at(4, 1, {"TLS": TLS12}),
    Connection(number=2).at(4, 2_000, {"TLS": TLS12}),
]


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "history.smf"
    path.write_bytes(b"".join(HISTORY))
    return path


def here(*arguments: str | Path) -> str:
    out = io.StringIO()
    call_command("aggregate", *map(str, arguments), stdout=out)
    return out.getvalue()


def refusal(*arguments: str | Path) -> str:
    with pytest.raises(CommandError) as caught:
        here(*arguments)
    assert caught.value.returncode == 2
    return str(caught.value)


def test_the_records_are_those_of_the_aggregator(tmp_path: Path, dump: Path) -> None:
    out = tmp_path / "out.smf"
    assert here("--dump", dump, dump, "--out", out) == f"{out}: 2 interval records\n"
    assert out.read_bytes() == b"".join(summaries(read(tmp_path, HISTORY)))


def test_that_zert_was_switched_counts_once(tmp_path: Path, dump: Path) -> None:
    out, records = tmp_path / "out.smf", [switched(5, 0), *HISTORY]
    dump.write_bytes(b"".join(records))
    assert here("--dump", dump, dump, "--out", out) == f"{out}: 2 interval records\n"
    assert out.read_bytes() == b"".join(summaries(read(tmp_path, records)))


@pytest.mark.parametrize(
    ("interval", "count"), [(["--smf", "60"], 1), (["--intval", "12", "--syncval", "12:30"], 2)]
)
def test_the_interval_is_chosen(
    tmp_path: Path, dump: Path, interval: list[str], count: int
) -> None:
    out = tmp_path / "out.smf"
    assert f"{count} interval record" in here("--dump", dump, "--out", out, *interval)


def test_what_cannot_be_is_said(tmp_path: Path, dump: Path) -> None:
    out, gone = tmp_path / "out.smf", tmp_path / "gone"
    assert refusal("--dump", gone, "--out", out) == f"{gone}: No such file or directory"
    assert refusal("--dump", dump, "--out", tmp_path) == f"{tmp_path}: Is a directory"
    assert "at most 60" in refusal("--dump", dump, "--out", out, "--smf", "90")
    assert "does not divide" in refusal("--dump", dump, "--out", out, "--intval", "5")
    for given in (["--smf", "30"], []):
        said = refusal("--dump", dump, "--out", out, *given, "--syncval", "00:15")
        assert said == "--syncval goes with --intval"
    assert "no time of day" in refusal(
        "--dump", dump, "--out", out, "--intval", "4", "--syncval", "x"
    )
    dump.write_text("This is a letter and no dump. " * 40)
    assert refusal("--dump", dump, "--out", out).startswith(f"{dump}: ")
