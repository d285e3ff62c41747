"""`manage.py enforce`: a policy against dumps, without a database."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from jsonschema import Draft202012Validator

from enforcement.management import enforce_report
from policy.model import Policy
from policy.values.actions import Action
from policy.writer import write
from tests.builders.dumps import RECORDS, vbs
from tests.builders.enforcement.records import (
    TLS11,
    TLS12,
    TUNNEL,
    Connection,
    policy,
    read,
    switched,
)
from tests.conftest import ROOT, SAMPLES

SCHEMA = json.loads(
    (Path(enforce_report.__file__).parent / "enforcement_report_1.json").read_text("utf-8")
)
LOG_AND_RESET = Action("Cut", syslog_level=3, console=True, audit=True, reset=True)
FTP = Connection()
HISTORY = [
    FTP.at(1, 10, {"TLS": TLS12}),
    FTP.at(2, 42),
    FTP.at(3, 43),
    Connection(number=5).at(4, 44, {"TLS": TLS11, "IPSEC": TUNNEL}),
]
OUTPUTS = ("syslog", "console", "audit", "resets")


def policy_file(directory: Path, rules: Policy, name: str = "a.policy") -> Path:
    path = directory / name
    path.write_text(write(rules), "utf-8")
    return path


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return policy_file(tmp_path, policy(tls=Action("Log", syslog_level=4), none=LOG_AND_RESET))


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "history.smf"
    path.write_bytes(b"".join(HISTORY))
    return path


def here(*arguments: str | Path) -> tuple[int, str]:
    """Exit code and output within this process; pytest-django forbids the database."""
    out = io.StringIO()
    try:
        call_command("enforce", *map(str, arguments), stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    except CommandError as error:
        return error.returncode, str(error)
    return 0, out.getvalue()


def report(*arguments: str | Path) -> tuple[int, dict[str, Any]]:
    code, text = here(*arguments, "--json")
    tree: dict[str, Any] = json.loads(text)
    assert list(Draft202012Validator(SCHEMA).iter_errors(tree)) == []
    assert tree["exit_code"] == code
    return code, tree


def test_everything_goes_where_it_was_asked_for(tmp_path: Path, rules: Path, dump: Path) -> None:
    names = {kind: tmp_path / f"{kind}.out" for kind in OUTPUTS}
    given = [part for kind, path in names.items() for part in (f"--{kind}", path)]
    code, tree = report("--policy", rules, "--dump", dump, *given)
    assert code == 0
    syslog = names["syslog"].read_text().splitlines()
    assert [line.split()[5] for line in syslog] == ["EZZ8583I", "EZZ8584I", "EZZ8583I"]
    assert syslog[1].startswith("<171>Jan 15 12:00:42 SYSA TRMD: EZZ8584I Connection reset")
    assert names["console"].read_text().splitlines()[0] == "EZZ8562I CONN RESET BY ZERT POLICY"
    assert names["resets"].read_text() == (
        "01/15/2026 12:00:42.00 SYSA VARY TCPIP,TCPIP,DROP,CONN=00001A2B\n"
    )
    rows = read(tmp_path, [names["audit"].read_bytes()])[0].connections.select("event", "flags")
    assert rows.rows() == [(7, 0x10), (3, 0x30)]
    totals = tree["totals"]
    assert (totals["records"], totals["evaluated"], totals["unmatched"]) == (4, 3, 0)
    assert [(one["rule"], one["matches"]) for one in tree["rules"]] == [
        ("tls-rest", 2),
        ("none-rest", 1),
    ]


def test_the_same_run_writes_the_same_bytes(tmp_path: Path, rules: Path, dump: Path) -> None:
    for run in ("one", "two"):
        (tmp_path / run).mkdir()
        given = [part for kind in OUTPUTS for part in (f"--{kind}", tmp_path / run / kind)]
        assert here("--policy", rules, "--dump", dump, *given)[0] == 0
    for kind in OUTPUTS:
        written = (tmp_path / "one" / kind).read_bytes()
        assert written
        assert written == (tmp_path / "two" / kind).read_bytes()


def test_records_count_once_whatever_dumps_hold_them(
    tmp_path: Path, rules: Path, dump: Path
) -> None:
    twice = tmp_path / "twice.smf"
    twice.write_bytes(b"".join([*HISTORY, *HISTORY]))
    code, tree = report("--policy", rules, "--dump", dump, twice)
    assert [(one["connections"], one["duplicates"]) for one in tree["dumps"]] == [(4, 0), (0, 8)]
    assert (code, tree["totals"]["evaluated"]) == (0, 3)
    _, alone = report("--policy", rules, "--dump", twice)
    assert (alone["dumps"][0]["connections"], alone["dumps"][0]["duplicates"]) == (4, 4)
    assert alone["totals"] == tree["totals"]


def test_that_zert_was_switched_counts_once_as_well(tmp_path: Path, rules: Path) -> None:
    """The second dump holds the first, and the end of the connection."""
    first, second = tmp_path / "first.smf", tmp_path / "second.smf"
    begin = [switched(5, 0), FTP.at(1, 10, {"TLS": TLS12})]
    first.write_bytes(b"".join(begin))
    second.write_bytes(b"".join([*begin, FTP.at(3, 500, {"TLS": TLS12})]))
    for dumps in ([second], [first, second], [second, second]):
        _, tree = report("--policy", rules, "--dump", *dumps)
        assert tree["totals"]["evaluated"] == 1


def test_modes_differ_where_only_a_provider_knows(tmp_path: Path) -> None:
    rules, dump = ROOT / "tests" / "data" / "policy" / "article.policy", tmp_path / "dump"
    dump.write_bytes(FTP.at(4, 3, {"TLS": {**TLS12, "source": 2}}))
    _, default = report("--policy", rules, "--dump", dump)
    _, observed = report("--policy", rules, "--dump", dump, "--mode", "zos")
    _, recorded = report("--policy", rules, "--dump", dump, "--mode", "recorded")
    assert default == observed
    assert [one["totals"]["unobserved"] for one in (observed, recorded)] == [1, 0]
    assert [one["totals"]["audits"] for one in (observed, recorded)] == [1, 0]
    assert "from a provider alone" in here("--policy", rules, "--dump", dump)[1]


def test_rule_sets_of_several_files_make_one_policy(tmp_path: Path, dump: Path) -> None:
    log = Action("Log", syslog_level=4)
    files = [policy_file(tmp_path, policy(**{name: log}), name) for name in ("tls", "none")]
    assert report("--policy", *files, "--dump", dump)[1]["totals"]["unmatched"] == 0
    code, text = here("--policy", files[0], files[0], "--dump", dump)
    assert (code, text) == (2, "a stack takes one rule set for each protocol")


def test_a_policy_with_errors_is_not_run(tmp_path: Path, dump: Path) -> None:
    broken = tmp_path / "broken.policy"
    broken.write_text("ZERTRule a\n{\n  Jobnam X\n}\n")
    syslog = tmp_path / "syslog"
    code, text = here("--policy", broken, "--dump", dump, "--syslog", syslog)
    assert code == 1
    assert f"{broken}:3:" in text
    assert not syslog.exists()
    assert report("--policy", broken, "--dump", dump)[1]["rules"] == []


@pytest.mark.parametrize(
    ("fails", "code"),
    [(["reset"], 1), (["audit"], 1), (["log"], 1), (["unmatched"], 0), (["unmatched", "log"], 1)],
)
def test_a_pipeline_can_forbid_what_happens(
    rules: Path, dump: Path, fails: list[str], code: int
) -> None:
    assert report("--policy", rules, "--dump", dump, "--fail-on", *fails)[0] == code


def test_facts_about_the_stacks_count(tmp_path: Path, rules: Path, dump: Path) -> None:
    mute = ["--fact", "audit-to-smf=no", "--fact", "audit-to-nmi=no"]
    console = tmp_path / "console"
    _, tree = report("--policy", rules, "--dump", dump, "--console", console, *mute)
    assert tree["installed"][0].startswith("EZZ8565I NO AUDIT RECORD WILL BE WRITTEN")
    assert console.read_text().startswith("EZZ8565I ")
    assert tree["totals"]["audits"] == 0
    text = here("--policy", rules, "--dump", dump, "--fact", "zert=no")[1]
    assert "EZZ8564I NO ZERT POLICY WILL BE ENFORCED FOR TCPIP BECAUSE" in text
    assert "0 evaluations" in text


def test_settings_are_those_of_matching_and_of_acting(rules: Path, dump: Path) -> None:
    given = ("per_rule=1", "again=each change", "guaranteed_count=no", "scope=all recorded data")
    options = [part for one in given for part in ("--setting", one)]
    _, tree = report("--policy", rules, "--dump", dump, *options)
    assert {f"{name}={value}" for name, value in tree["settings"].items()} >= set(given)
    assert sum(one["suppressed"] for one in tree["rules"]) == 1


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("limit=3", "`limit` is no setting; there are scope, ssh_ways"),
        ("per_rule=0", "`0` is no number for per_rule"),
        ("per_rule=ten", "`ten` is no number for per_rule"),
        ("again=never", "`never` is no choice of again; there are new state, each change"),
        ("guaranteed_count=1", "`1` is no choice of guaranteed_count; there are yes, no"),
        ("scope=x", "`x` is no choice of scope"),
    ],
)
def test_a_setting_that_is_none_is_refused(
    rules: Path, dump: Path, given: str, message: str
) -> None:
    code, text = here("--policy", rules, "--dump", dump, "--setting", given)
    assert code == 2
    assert message in text


def test_what_cannot_be_read_or_written_is_said(tmp_path: Path, rules: Path, dump: Path) -> None:
    gone = tmp_path / "gone"
    assert here("--policy", rules, "--dump", gone) == (2, f"{gone}: No such file or directory")
    text = tmp_path / "text.txt"
    text.write_text("This is a letter and no dump. " * 40)
    code, said = here("--policy", rules, "--dump", text)
    assert code == 2
    assert said.startswith(f"{text}: ")
    assert here("--policy", rules, "--dump", dump, "--audit", tmp_path)[0] == 2
    first = tmp_path / "first"
    assert here("--policy", rules, "--dump", dump, "--syslog", first, "--audit", tmp_path)[0] == 2


def test_other_records_and_framings_are_no_obstacle(tmp_path: Path, rules: Path) -> None:
    blocks = tmp_path / "blocks.smf"
    blocks.write_bytes(vbs(RECORDS, 500))
    _, tree = report("--policy", rules, "--dump", blocks, SAMPLES / "damaged.smf")
    assert tree["dumps"][0]["framing"] == "vbs"
    assert tree["dumps"][0]["connections"] == 2
    assert tree["dumps"][1]["rejects"] > 0


def test_a_person_reads_what_happened(rules: Path, dump: Path) -> None:
    lines = here("--policy", rules, "--dump", dump)[1].splitlines()
    assert lines[0] == f"{dump}: rdw, 4 connection records, 0 duplicates, 0 rejects"
    assert lines[1].startswith("3 evaluations: 0 met no rule")
    assert "TLS catch-all rule `tls-rest` (log to syslogd at warning): 2 matches" in lines[2]


def test_a_reset_that_was_recorded_is_told(tmp_path: Path, rules: Path) -> None:
    told = tmp_path / "told"
    told.write_bytes(FTP.at(4, 3, flags=0x30))
    text = here("--policy", rules, "--dump", told)[1]
    assert "1 of 1 recorded resets are resets here too" in text


def test_a_doubtful_reset_is_told(tmp_path: Path, rules: Path) -> None:
    doubtful = tmp_path / "doubtful"
    doubtful.write_bytes(Connection(flags=0).at(4, 3))
    code, tree = report("--policy", rules, "--dump", doubtful)
    assert (code, tree["totals"]["doubtful"]) == (0, 1)
    assert "perhaps failed handshakes" in here("--policy", rules, "--dump", doubtful)[1]


def test_a_process_of_its_own_needs_no_server(tmp_path: Path, rules: Path, dump: Path) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": "postgresql://nobody:nothing@127.0.0.1:1/none",
        "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
        "ZERTIFY_VAR": str(tmp_path / "state"),
    }
    command = [sys.executable, str(ROOT / "manage.py"), "enforce", "--json"]
    command += ["--policy", str(rules), "--dump", str(dump), "--fail-on", "reset"]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
    assert json.loads(done.stdout)["totals"]["resets"] == 1
