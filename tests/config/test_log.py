"""Secrets never reach the log."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from config.log import hide_secrets

SPEAK = """
import logging.config, sys
from config.log import logging_settings
logging.config.dictConfig(logging_settings(level="info", as_json=True))
import structlog
structlog.get_logger("zertify").info("signed in", password="hunter2", user="viewer")
logging.getLogger("kombu").warning("lost %s", "redis://:hunter2@broker:6379/0")
logging.getLogger("django").debug("not at this level")
"""


@pytest.mark.parametrize(
    "key", ["password", "new_password", "SECRET_KEY", "api_token", "Authorization", "cookie"]
)
def test_values_with_a_secret_name_are_hidden(key: str) -> None:
    assert hide_secrets(None, "info", {key: "hunter2"}) == {key: "[hidden]"}


def test_passwords_in_addresses_are_hidden_and_the_rest_is_kept() -> None:
    event = hide_secrets(None, "info", {"url": "postgresql://zert:hunter2@db:5432/z", "n": 3})
    assert event == {"url": "postgresql://zert:[hidden]@db:5432/z", "n": 3}


def test_both_kinds_of_loggers_write_one_json_line_without_the_secret() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SPEAK], capture_output=True, text=True, check=True, timeout=30
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["logger"] for line in lines] == ["zertify", "kombu"]
    assert lines[0]["user"] == "viewer"
    assert "hunter2" not in done.stderr
