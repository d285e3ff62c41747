"""`manage.py policy`: as a real process whose database and broker are dead, and within this one.

A process takes seconds to begin, so that what only differs in arguments runs here; pytest-django
forbids the database to these.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from jsonschema import Draft202012Validator

from designer.management import policy_reports
from policy.code_page import CodePage, encode
from policy.documents import from_json, to_json, to_yaml
from policy.parser import parse
from policy.writer import write
from tests.conftest import ROOT
from tests.policy.samples import ARTICLE, DATA

ARTICLE_FILE = DATA / "article.policy"
FAULTY = (
    "ZERTRule a\n{\n  Priority 5\n  SecurityProtocol TLS\n  Jobnam X\n  ZERTAction\n  {\n  }\n}\n"
)
TLS_1_1 = (
    '{"local_ip":"10.0.0.1","local_port":992,"remote_ip":"10.20.1.1","remote_port":40000,'
    '"job":"TN3270","direction":"Inbound","protections":[{"protocol":"TLS","version":"TLSv1.1"}]}'
)
SCHEMA = json.loads(
    (Path(policy_reports.__file__).parent / "policy_report_1.json").read_text("utf-8")
)


def run(
    directory: Path, *arguments: str | Path, stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Nothing listens on port 1: a process that asked for the database would end with an error."""
    environment = {
        **os.environ,
        "DATABASE_URL": "postgresql://nobody:nothing@127.0.0.1:1/none",
        "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
        "ZERTIFY_VAR": str(directory / "state"),
    }
    command = [sys.executable, str(ROOT / "manage.py"), "policy", *map(str, arguments)]
    return subprocess.run(
        command, cwd=directory, env=environment, input=stdin, capture_output=True, check=False
    )


def here(
    monkeypatch: pytest.MonkeyPatch, *arguments: str | Path, stdin: bytes = b""
) -> tuple[int, str]:
    """Exit code and output within this process."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
    out = io.StringIO()
    try:
        call_command("policy", *map(str, arguments), stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    except CommandError as error:
        return error.returncode, str(error)
    return 0, out.getvalue()


def document(found: subprocess.CompletedProcess[bytes]) -> dict[str, object]:
    """Its output, held against the schema that is published."""
    tree: dict[str, object] = json.loads(found.stdout)
    assert list(Draft202012Validator(SCHEMA).iter_errors(tree)) == []
    assert tree["exit_code"] == found.returncode
    return tree


def test_a_sound_file_ends_with_0_and_a_summary(tmp_path: Path) -> None:
    found = run(tmp_path, "check", "--today", "2027-03-31", ARTICLE_FILE)
    assert (found.returncode, found.stdout) == (0, b"")
    assert found.stderr == b"1 file: 0 errors, 0 warnings, 0 notes\n"


def test_a_fault_is_said_in_the_form_that_editors_read(tmp_path: Path) -> None:
    (tmp_path / "a.policy").write_text(FAULTY)
    found = run(tmp_path, "check", "a.policy")
    assert found.returncode == 1
    assert found.stdout.decode() == (
        "a.policy:5:3: error: `Jobnam` is no parameter of `ZERTRule`; did you mean `Jobname`?"
        " (unknown-keyword)\n"
    )


def test_an_exception_past_its_day_is_an_error_on_that_day_in_every_form(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(to_yaml(ARTICLE))
    (tmp_path / "a.json").write_text(to_json(ARTICLE))
    names = [str(ARTICLE_FILE), "a.yaml", "a.json"]
    found = run(tmp_path, "check", "--json", "--today", "2027-04-01", *names)
    files = document(found)["files"]
    assert found.returncode == 1
    assert isinstance(files, list)
    assert [(one["file"], one["form"]) for one in files] == list(
        zip(names, ["policy", "yaml", "json"], strict=True)
    )
    for name, one in zip(names, files, strict=True):
        (finding,) = one["findings"]
        assert (finding["code"], finding["rule"]) == ("expired-exception", "TN3270")
        lines = (tmp_path / name).read_text().split("\n")
        rest = lines[finding["line"] - 1][finding["column"] - 1 :]
        assert rest.startswith(("ZERTRule", "name: TN3270", "{"))


def test_warnings_fail_where_that_is_wanted_and_facts_of_the_stack_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    by_hand = DATA / "by_hand.policy"
    assert here(monkeypatch, "check", by_hand)[0] == 0
    assert here(monkeypatch, "check", "--fail-on", "warning", by_hand)[0] == 1
    code, said = here(monkeypatch, "check", "--fact", "trmd=no", by_hand)
    assert code == 1
    assert "(syslogd-without-trmd)" in said


def test_names_are_as_long_as_the_dialect_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spelled = (ROOT / "policy/dialects/zpol-0.toml").read_text()
    assert "name_limit = 32" in spelled
    (tmp_path / "short.toml").write_text(spelled.replace("name_limit = 32", "name_limit = 12"))
    (tmp_path / "a.json").write_text(to_json(ARTICLE))
    arguments = ("check", tmp_path / "a.json", "--today", "2026-01-01")
    assert here(monkeypatch, *arguments)[0] == 0
    code, text = here(monkeypatch, *arguments, "--dialect", tmp_path / "short.toml")
    assert code == 1
    assert "longer than the 12 characters" in text


def test_standard_input_code_page_and_dialect_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (ROOT / "policy" / "dialects" / "zpol-0.toml").read_text()
    (tmp_path / "own.toml").write_text(text.replace('"ZERTRule"', '"ZertPolicyRule"'))
    golden = ARTICLE_FILE.read_text().replace("ZERTRule ", "ZertPolicyRule ")
    data = encode(golden)
    found = run(
        *(tmp_path, "check", "-", "--dialect", "own.toml", "--page", "IBM-1047", "--json"),
        *("--today", "2027-01-01"),
        stdin=data,
    )
    (one,) = document(found)["files"]  # type: ignore[misc]
    assert (one["file"], one["code_page"], one["findings"]) == ("<stdin>", "IBM-1047", [])
    code, said = here(monkeypatch, "check", "-", stdin=data)
    assert code == 1
    assert "<stdin>:" in said


@pytest.mark.parametrize("arguments", [("check", "nosuch"), ("prove", "x")])
def test_a_process_used_wrongly_ends_with_2(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    found = run(tmp_path, *arguments)
    assert (found.returncode, found.stdout) == (2, b"")
    assert found.stderr
    assert b"Traceback" not in found.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("check", "nosuch"), "nosuch: No such file"),
        (("check", "-", "-"), "can be read once"),
        (("check", "binary"), "neither UTF-8 nor IBM-1047"),
        (("check", "-", "--dialect", "binary"), "binary: "),
        (("check", "-", "--dialect", str(ARTICLE_FILE)), "not TOML"),
        (("check", "-", "--fact", "moon=yes"), "`moon=yes` is no fact"),
        (("check", "-", "--fact", "zert=perhaps"), "`zert=perhaps` is no fact"),
        (("explain", "-", "--connection", "{"), "this is not JSON"),
        (("explain", "-", "--connection", "{}"), "/local_ip: this is missing"),
        (("explain", "-", "--connection", TLS_1_1, "--setting", "a=b"), "`a` is no setting"),
        (("explain", "-", "--connection", TLS_1_1, "--setting", "scope=x"), "no choice of scope"),
        (("explain", ARTICLE_FILE, ARTICLE_FILE, "--connection", TLS_1_1), "one rule set for each"),
        (("format", "--write", "-"), "standard input can't be written"),
        (("format", "--write", "--check", "-"), "exclude each other"),
        (("format", "-", "nosuch"), "nosuch"),
        (("format", ARTICLE_FILE, ARTICLE_FILE), "give one file"),
        (("format", "--json", "-"), "--json is for"),
        (("format", "--to-page", "IBM-1047", "euro"), "is not in IBM-1047"),
    ],
)
def test_wrong_use_and_unreadable_files_are_named(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str | Path, ...],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "binary").write_bytes(b"\xff\xfe  \n\xff")
    (tmp_path / "euro").write_text("# \u20ac\n", encoding="utf-8")
    code, said = here(monkeypatch, *arguments, stdin=b"IpAddr x\n{\n}\n")
    assert code == 2
    assert message in said


def test_format_checks_writes_and_keeps_comments_and_code_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name, text = tmp_path / "a.policy", "# why\n" + FAULTY.replace("Jobnam", "Jobname")
    name.write_bytes(encode(text))
    name.chmod(0o640)
    code, said = here(monkeypatch, "format", "--check", "a.policy")
    assert (code, said) == (1, "a.policy: would change\n")
    assert name.read_bytes() == encode(text)
    written = run(tmp_path, "format", "--write", "--json", "a.policy")
    (one,) = document(written)["files"]  # type: ignore[misc]
    assert (written.returncode, one["changed"]) == (0, True)
    assert name.stat().st_mode & 0o777 == 0o640
    assert here(monkeypatch, "format", "--check", "a.policy")[0] == 0
    shown = run(tmp_path, "format", "--to-page", "UTF-8", "a.policy").stdout.decode()
    assert shown.startswith("# why\nZERTRule                          a\n{\n  Priority    ")
    assert parse(shown).policy == parse(text).policy


def test_format_changes_the_form_but_loses_no_comment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(to_yaml(ARTICLE))
    found = run(tmp_path, "format", "--to", "policy", "--to-page", "IBM-1047", "a.yaml")
    assert found.stdout == encode(write(ARTICLE), CodePage.IBM_1047)
    assert here(monkeypatch, "format", "--write", "--to", "json", "a.yaml")[0] == 0
    assert from_json((tmp_path / "a.yaml").read_text()) == ARTICLE
    (tmp_path / "b.yaml").write_text(to_yaml(ARTICLE) + "# mind the gap\n")
    code, said = here(monkeypatch, "format", "--write", "b.yaml")
    assert code == 1
    assert "(comment-lost)" in said
    assert (tmp_path / "b.yaml").read_text().endswith("# mind the gap\n")


def test_diff_says_what_happens_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = ARTICLE_FILE.read_text()
    (tmp_path / "later.policy").write_text(text.replace("TLSv1.1", "TLSv1.0"))
    same = here(monkeypatch, "diff", "--exit-code", ARTICLE_FILE, ARTICLE_FILE)
    assert same == (0, "both mean the same\n")
    other = run(tmp_path, "diff", "--exit-code", "--json", ARTICLE_FILE, "later.policy")
    tree = document(other)
    assert (other.returncode, tree["same_meaning"]) == (1, False)
    rules = [(one["before"], one["after"]) for one in tree["effects"]]  # type: ignore[attr-defined]
    assert rules == [("TN3270", "Rest"), ("Rest", "TN3270")]
    assert tree["edits"] == [
        {"protocol": "TLS", "rule": "TN3270", "what": "changed", "parts": ["requirement"]}
    ]


def test_one_file_is_too_few_to_compare(tmp_path: Path) -> None:
    alone = run(tmp_path, "diff", ARTICLE_FILE)
    assert alone.returncode == 2
    assert b"expected 2 arguments" in alone.stderr or b"required: FILE" in alone.stderr
    assert b"Traceback" not in alone.stderr


def test_a_file_with_errors_is_neither_compared_nor_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.policy").write_text(FAULTY)
    for arguments in (
        ("diff", ARTICLE_FILE, tmp_path / "a.policy"),
        ("explain", tmp_path / "a.policy", "--connection", TLS_1_1),
        ("format", "--to", "json", "--check", tmp_path / "a.policy"),
    ):
        code, said = here(monkeypatch, *arguments)
        assert code == 1
        assert "a.policy:5:3: error: " in said
        assert ("nothing is looked at" in said) is (arguments[0] != "format")


def test_explain_names_the_rule_and_what_failed_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "some.json").write_text(f"[{TLS_1_1}, {TLS_1_1.replace('992', '993')}]")
    some = f"@{tmp_path / 'some.json'}"
    code, said = here(monkeypatch, "explain", ARTICLE_FILE, "--connection", some)
    assert code == 0
    assert said.split("\n")[:4] == [
        "10.20.1.1 port 40000 and 10.0.0.1 port 992 (local): allow silently",
        "  TLS, rule set `Company TLS`: rule `TN3270`: allow silently",
        "    general rule `TLS 1.2 or later` does not match: version: wants TLSv1.2 or TLSv1.3,"
        " is TLSv1.1",
        "    specific rule `TN3270` matches: allow silently",
    ]
    tree = document(run(tmp_path, "explain", "--json", ARTICLE_FILE, "--connection", "@some.json"))
    rules = [one["results"][0]["rule"] for one in tree["connections"]]  # type: ignore[attr-defined]
    assert rules == ["TN3270", "Rest"]
