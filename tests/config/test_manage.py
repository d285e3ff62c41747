"""Commands that read code start no servers; the others find a database."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
OWN_NAMES = ("ZERTIFY_", "DATABASE_URL", "CELERY_BROKER_URL")


def manage(var: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(OWN_NAMES)}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**inherited, "ZERTIFY_VAR": str(var), **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("arguments", [["check"], ["help"], ["migrate", "--help"], []])
def test_a_command_that_reads_code_starts_no_server(tmp_path: Path, arguments: list[str]) -> None:
    done = manage(tmp_path / "v", *arguments)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "v" / "leases").exists()


def test_the_deployment_check_is_green_as_the_make_file_runs_it(tmp_path: Path) -> None:
    done = manage(
        tmp_path / "v",
        *("check", "--deploy", "--fail-level", "WARNING"),
        ZERTIFY_HTTPS="on",
        ZERTIFY_SECRET_KEY="not-a-secret-only-read-by-the-checks-0123456789abcdef",
    )
    assert done.returncode == 0, done.stderr


def test_the_deployment_check_sees_a_machine_without_tls(tmp_path: Path) -> None:
    done = manage(tmp_path / "v", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 1
    assert "security.W004" in done.stderr


def test_services_that_do_not_start_are_one_plain_message(tmp_path: Path) -> None:
    cluster = tmp_path / "v" / "postgresql"
    cluster.mkdir(parents=True)
    (cluster / "PG_VERSION").write_text("9.6\n")
    done = manage(tmp_path / "v", "showmigrations")
    assert done.returncode == 1
    assert done.stderr.startswith("zertify: the embedded services under")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["check", "showmigrations"])
def test_a_state_directory_that_can_not_be_made_is_one_plain_message(
    tmp_path: Path, command: str
) -> None:
    (tmp_path / "file").write_text("in the way")
    done = manage(tmp_path / "file" / "v", command)
    assert done.returncode == 1
    assert done.stderr.startswith("zertify: ")
    assert "Not a directory" in done.stderr
    assert "ZERTIFY_VAR" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_is_one_plain_message(tmp_path: Path) -> None:
    done = manage(tmp_path / "v", "check", ZERTIFY_WORKERS="many")
    assert done.returncode == 1
    assert done.stderr == "zertify: ZERTIFY_WORKERS: `many` is not a whole number\n"
