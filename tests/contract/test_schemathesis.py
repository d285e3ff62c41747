"""The live API keeps what its OpenAPI description promises: schemathesis finds nothing.

One seed makes the same requests each time: the store's keys begin at 1, and no clock says when it
is enough. Another seed makes others (`make long`).
"""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from analyzer.models import ApiToken
from analyzer.queries.filters import FILTERS
from analyzer.tokens import EVERY_SCOPE, digest_of
from tests.analyzer.api.conftest import with_token
from tests.conftest import ROOT
from tests.contract import site as sites
from tests.contract import valid

_SEED = os.environ.get("ZERTIFY_CONTRACT_SEED", "119")
_EXAMPLES = os.environ.get("ZERTIFY_CONTRACT_EXAMPLES", "5")
_HANGS_S = 3_600
"""Schemathesis has no time limit: with one it asks on, by other seeds, until that is spent."""


@pytest.mark.usefixtures("keys_from_1", "answers_at_once")
@pytest.mark.django_db(transaction=True)
def test_schemathesis_finds_nothing(
    live_server: Any, roles: dict[str, Group], tmp_path: Path, settings: Any
) -> None:
    people = [sites.administrator(roles, name) for name in ("contract", "approver")]
    assert people[0].has_perm("designer.approve_policy")
    site = sites.fill(*map(with_token, people), tmp_path, settings)
    key = secrets.token_hex(20)
    ApiToken.objects.create(
        user=people[0],
        name="c",
        digest=digest_of(key),
        scopes=[*EVERY_SCOPE],
        made_at=timezone.now(),
    )
    given = tmp_path / "valid.json"
    given.write_text(json.dumps({"values": valid.values(), "keys": site.keys}))
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": "0",
        "SCHEMATHESIS_HOOKS": "tests.contract.hooks",
        "ZERTIFY_VALID": str(given),
    }
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        f"--config-file={Path(__file__).with_name('schemathesis.toml')}",
        "run",
        f"{live_server.url}{reverse('api_schema')}",
        "--header",
        f"Authorization: Token {key}",
        "--phases=coverage,fuzzing,stateful",
        f"--seed={_SEED}",
        f"--max-examples={_EXAMPLES}",
        "--continue-on-failure",
        "--no-color",
    ]
    _check(_run(command, tmp_path, environment))


def _run(
    command: list[str], where: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=where,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=_HANGS_S,
    )


def _check(found: subprocess.CompletedProcess[str]) -> None:
    """A phase that was left out would look the same: every operation was asked, in every phase."""
    said = found.stdout[-20000:] + found.stderr[-2000:]
    assert found.returncode == 0, said
    selected, tested = (re.search(rf"{word}: +(\d+)", said) for word in ("Selected", "Tested"))
    assert selected, said
    assert tested, said
    assert selected[1] == tested[1], said
    assert all(f"✅ {phase}" in said for phase in ("Coverage", "Fuzzing", "Stateful")), said


@pytest.mark.django_db
def test_every_filter_takes_the_values_that_are_tried() -> None:
    assert {one.key for one in FILTERS} < valid.values().keys()
    for one in FILTERS:
        for value in valid.values()[one.key]:
            one.parse([value])
