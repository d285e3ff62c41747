"""What `manage.py follow` says when it can't begin."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from enforcement.live.journal import Journal, Kind
from enforcement.live.snapshots import Snapshot
from enforcement.live.sources import Where
from policy.values.actions import Action
from policy.writer import write
from tests.builders.enforcement.records import policy


def follow(place: Path, *arguments: str) -> None:
    rules = place / "site.policy"
    rules.write_text(write(policy(tls=Action("Log", syslog_level=4))))
    state = str(place / "state")
    call_command(
        "follow", str(place / "feed"), "--policy", str(rules), "--state", state, *arguments
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--syslog", "http://log"], "is no syslog server"),
        (["--syslog", "tls://log", "--tls-ca", "/nowhere"], "files for TLS can't be used"),
        (["--syslog", "udp://log", "--tls-ca", "/nowhere"], "go with tls:// alone"),
        (["--rate", "0"], "whole number from 1"),
        (["--rate", "fast"], "whole number from 1"),
        (["--spool-mb", "63"], "`63` is too small: 64 at least"),
        ([], "No such file"),
    ],
)
def test_what_cannot_be_used(tmp_path: Path, arguments: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        follow(tmp_path, *arguments)


def test_a_policy_with_errors(tmp_path: Path) -> None:
    rules = tmp_path / "bad.policy"
    rules.write_text("nonsense {")
    state = str(tmp_path / "state")
    with pytest.raises(CommandError, match=r"bad\.policy"):
        call_command("follow", str(tmp_path / "feed"), "--policy", str(rules), "--state", state)


def test_another_policy_waits_until_the_one_before_has_ended(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "state")
    journal.begin(Snapshot({"digest": "of another"}))
    journal.add(Kind.DATA, b"abc", Where())
    with pytest.raises(CommandError, match="in use"):
        follow(tmp_path)
    journal.close()
    with pytest.raises(CommandError, match="under another policy"):
        follow(tmp_path)
