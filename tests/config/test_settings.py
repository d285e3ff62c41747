"""What a site's environment does to the settings, each in a process of its own."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

READ = """
import json, sys
from config import settings
print(json.dumps({name: getattr(settings, name) for name in sys.argv[1:]}, default=str))
"""
OWN_NAMES = ("ZERTIFY_", "DATABASE_URL", "CELERY_BROKER_URL")


def process(tmp_path: Path, names: list[str], **environment: str) -> subprocess.Popen[str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(OWN_NAMES)}
    return subprocess.Popen(
        [sys.executable, "-c", READ, *names],
        env={**inherited, "ZERTIFY_VAR": str(tmp_path / "var"), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def settings_with(tmp_path: Path, *names: str, **environment: str) -> dict[str, object]:
    reader = process(tmp_path, list(names), **environment)
    out, err = reader.communicate(timeout=30)
    assert reader.returncode == 0, err
    found: dict[str, object] = json.loads(out)
    return found


def test_debug_is_off_and_hosts_are_local_by_default(tmp_path: Path) -> None:
    assert settings_with(tmp_path, "DEBUG", "ALLOWED_HOSTS") == {
        "DEBUG": False,
        "ALLOWED_HOSTS": ["localhost", "127.0.0.1", "[::1]"],
    }


@pytest.mark.parametrize(
    ("given", "hosts"),
    [
        ({"ZERTIFY_HOST": "192.0.2.7"}, ["localhost", "127.0.0.1", "[::1]", "192.0.2.7"]),
        ({"ZERTIFY_HOST": "fd00::5"}, ["localhost", "127.0.0.1", "[::1]", "[fd00::5]"]),
        ({"ZERTIFY_HOST": "192.0.2.7", "ZERTIFY_HOSTS": "zert.example"}, ["zert.example"]),
    ],
)
def test_the_address_that_is_listened_on_may_be_asked_for_unless_hosts_are_given(
    tmp_path: Path, given: dict[str, str], hosts: list[str]
) -> None:
    assert settings_with(tmp_path, "ALLOWED_HOSTS", **given)["ALLOWED_HOSTS"] == hosts


def test_the_secret_key_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    readers = [process(tmp_path, ["SECRET_KEY"]) for _ in range(3)]
    outputs = [reader.communicate(timeout=30) for reader in readers]
    keys = {json.loads(out)["SECRET_KEY"] for out, _ in outputs}
    path = tmp_path / "var" / "secret_key"
    assert keys == {path.read_text()}
    assert len(keys.pop()) >= 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [left.name for left in path.parent.glob("secret_key*")] == ["secret_key"]


def test_directories_of_dumps_are_made_and_closed_to_others(tmp_path: Path) -> None:
    settings_with(tmp_path, "UPLOADS")
    for name in ("uploads", "incoming"):
        assert stat.S_IMODE((tmp_path / "var" / name).stat().st_mode) == 0o700


def test_production_demands_a_secret_key_and_makes_none(tmp_path: Path) -> None:
    reader = process(tmp_path, [], ZERTIFY_PRODUCTION="on")
    _, err = reader.communicate(timeout=30)
    assert reader.returncode != 0
    assert "ZERTIFY_SECRET_KEY must be set" in err
    assert not (tmp_path / "var").exists()


def test_https_closes_cookies_and_sends_hsts(tmp_path: Path) -> None:
    names = (
        *("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT"),
        "SECURE_HSTS_SECONDS",
    )
    assert settings_with(tmp_path, *names, ZERTIFY_HTTPS="on") == {
        **dict.fromkeys(names[:3], True),
        "SECURE_HSTS_SECONDS": 31_536_000,
    }
    assert settings_with(tmp_path, *names) == {
        **dict.fromkeys(names[:3], False),
        "SECURE_HSTS_SECONDS": 0,
    }


def test_a_proxy_header_is_believed_only_when_asked(tmp_path: Path) -> None:
    assert settings_with(tmp_path, "SECURE_PROXY_SSL_HEADER", ZERTIFY_BEHIND_PROXY="on") == {
        "SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"]
    }
    reader = process(tmp_path, ["SECURE_PROXY_SSL_HEADER"])
    reader.communicate(timeout=30)
    assert reader.returncode != 0


def test_secrets_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("k" * 50 + "\n")
    (tmp_path / "url").write_text("postgresql://zert:pw@db/zertify\n")
    found = settings_with(
        tmp_path,
        *("SECRET_KEY", "DATABASES"),
        ZERTIFY_SECRET_KEY_FILE=str(tmp_path / "key"),
        DATABASE_URL_FILE=str(tmp_path / "url"),
        ZERTIFY_PRODUCTION="on",
    )
    assert found["SECRET_KEY"] == "k" * 50
    databases = found["DATABASES"]
    assert isinstance(databases, dict)
    assert databases["default"]["PASSWORD"] == "pw"


def test_a_running_import_is_not_handed_to_a_second_worker(tmp_path: Path) -> None:
    found = settings_with(
        tmp_path,
        *("CELERY_BROKER_TRANSPORT_OPTIONS", "CELERY_TASK_TIME_LIMIT"),
        ZERTIFY_IMPORT_TIME_LIMIT_S="100",
    )
    options, limit = found["CELERY_BROKER_TRANSPORT_OPTIONS"], found["CELERY_TASK_TIME_LIMIT"]
    assert limit == 130
    assert isinstance(options, dict)
    assert options["visibility_timeout"] > limit


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ZERTIFY_DEBUG", "perhaps"),
        ("ZERTIFY_UPLOAD_MAX_BYTES", "8 GB"),
        ("ZERTIFY_WORKERS", "0"),
        ("DATABASE_URL", "sqlite:///zertify.db"),
    ],
)
def test_a_wrong_value_stops_the_start_and_names_its_variable(
    tmp_path: Path, name: str, value: str
) -> None:
    reader = process(tmp_path, [], **{name: value})
    _, err = reader.communicate(timeout=30)
    assert reader.returncode != 0
    assert name in err.splitlines()[-1]
