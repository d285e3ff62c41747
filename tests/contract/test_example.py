"""The example in docs/api.md runs as it stands, against a live server."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.http import QueryDict
from django.utils import timezone

from analyzer.models import ApiToken
from analyzer.queries.filters import Filters
from analyzer.queries.report import servers
from analyzer.tokens import digest_of
from tests.builders import store_rows
from tests.conftest import ROOT

pytestmark = pytest.mark.django_db(transaction=True)


def example() -> str:
    (found,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "api.md").read_text(), re.S)
    return str(found)


def run(code: str, url: str, key: str, where: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "ZERTIFY_URL": url, "ZERTIFY_TOKEN": key}
    command = [sys.executable, "-I", "-c", code]
    return subprocess.run(
        command, cwd=where, env=environment, capture_output=True, text=True, check=False
    )


def test_the_example_prints_every_row_page_after_page(
    live_server: Any, roles: dict[str, Group], tmp_path: Path
) -> None:
    store_rows.fill()
    user = User.objects.create(username="program")
    user.groups.set([roles["viewer"]])
    key = secrets.token_hex(20)
    ApiToken.objects.create(
        user=user, name="x", digest=digest_of(key), scopes=["read"], made_at=timezone.now()
    )
    code = example()
    paged = code.replace('"limit": 50', '"limit": 1')
    assert paged != code
    found = [run(one, live_server.url, key, tmp_path) for one in (code, paged)]
    assert [(one.returncode, one.stderr) for one in found] == [(0, "")] * 2
    assert found[0].stdout == found[1].stdout
    filters, _ = Filters.from_params(QueryDict("protocol=NONE&days=30"))
    expected = servers(filters, role="server", sort="-unprotected").rows
    assert len(expected) > 1
    assert found[0].stdout.splitlines() == [
        f"{row['system']} {row['job']} {row['server_ip']} {row['port']} {row['unprotected']}"
        for row in expected
    ]
    wrong = run(code, live_server.url, "nothing", tmp_path)
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "token is wrong" in wrong.stderr
