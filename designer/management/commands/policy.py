"""Policies as code: check, format, compare and explain policy files. Needs no database."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from designer.management.policy_inputs import (
    FACTS,
    Named,
    connections,
    dialect_of,
    settings_of,
    sources,
    surroundings,
    unusable,
)
from designer.management.policy_layout import encoded, laid_out, replace_file
from designer.management.policy_reports import (
    counts,
    difference_tree,
    explanation_tree,
    fails,
    file_tree,
    line,
    report,
)
from policy.code_page import CodePage
from policy.dialects.dialect import Dialect
from policy.diff import diff
from policy.errors import ModelError
from policy.explain import explain, why_not_evaluated
from policy.findings import Finding, Severity
from policy.matcher import evaluate
from policy.model import Policy
from policy.sources import Form, check_source

FOUND = 1
Options = Mapping[str, Any]


class Command(BaseCommand):
    help = (
        "Check, format, compare and explain zERT policies: policy files, JSON or YAML, `-` is"
        " standard input. Opens no database. Ends with 0 when all is well, 1 when something was"
        " found (an error, with --fail-on also less; with --check or --exit-code a difference),"
        " 2 when a file can't be read or the command was used wrongly."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        _add_check(verbs.add_parser("check", help="say what is wrong or doubtful"))
        _add_format(verbs.add_parser("format", help="lay out anew, or write in another form"))
        compare = verbs.add_parser("diff", help="what happens otherwise in the second file")
        _add_common(compare, 2)
        compare.add_argument("--exit-code", action="store_true", help="1 unless both mean the same")
        _add_settings(compare)
        _add_explain(verbs.add_parser("explain", help="which rule a connection meets, and why"))

    def handle(self, *args: Any, **options: Any) -> None:
        code, tree, lines = VERBS[options["verb"]](options)
        if options["json"]:
            self.stdout.write(json.dumps(tree, indent=2))
        else:
            for text in lines:
                self.stdout.write(text)
        if code:
            sys.exit(code)


Answer = tuple[int, dict[str, Any], Sequence[str]]


def _add_common(parser: ArgumentParser, files: str | int) -> None:
    which = "the older one, then the newer one; " if files == 2 else ""
    parser.add_argument("files", nargs=files, metavar="FILE", help=f"{which}`-` is standard input")
    parser.add_argument("--json", action="store_true", help="zertify-policy-report-1")
    parser.add_argument("--dialect", metavar="FILE|ID", help="a site's spelling of the keywords")
    parser.add_argument("--page", choices=[one.value for one in CodePage], help="default: seen")
    parser.add_argument("--form", choices=[one.value for one in Form], help="default: seen")


def _add_check(parser: ArgumentParser) -> None:
    _add_common(parser, "+")
    parser.add_argument("--fail-on", choices=[one.value for one in Severity], default="error")
    parser.add_argument(
        "--today", type=date.fromisoformat, metavar="DATE", help="for expiry; default: today"
    )
    parser.add_argument(
        "--fact",
        action="append",
        default=[],
        dest="facts",
        metavar="NAME=yes|no",
        help=f"what is so on the stack: {', '.join(FACTS)}; repeatable",
    )
    _add_settings(parser)


def _add_format(parser: ArgumentParser) -> None:
    _add_common(parser, "+")
    parser.add_argument("--check", action="store_true", help="only say what would change")
    parser.add_argument("--write", action="store_true", help="in place")
    parser.add_argument("--to", choices=[one.value for one in Form], help="another form")
    parser.add_argument("--to-page", choices=[one.value for one in CodePage])


def _add_explain(parser: ArgumentParser) -> None:
    _add_common(parser, "+")
    parser.add_argument(
        "--connection",
        action="append",
        required=True,
        dest="connections",
        metavar="JSON",
        help="one or a list of them, or @FILE; repeatable",
    )
    _add_settings(parser)


def _add_settings(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--setting",
        action="append",
        default=[],
        dest="settings_given",
        metavar="NAME=VALUE",
        help="a choice where IBM is silent (docs/fidelity.md); repeatable",
    )


def _check(options: Options) -> Answer:
    dialect = dialect_of(options)
    around = surroundings(options, timezone.localdate(), dialect)
    found = [
        (one, check_source(one.source, around, settings_of(options)))
        for one in sources(options, dialect)
    ]
    every = [finding for _, findings in found for finding in findings]
    code = FOUND if fails(every, Severity(options["fail_on"])) else 0
    files = [file_tree(one.name, one.source, findings) for one, findings in found]
    lines = [line(one.name, finding) for one, findings in found for finding in findings]
    total = ", ".join(
        f"{n} {severity}{'' if n == 1 else 's'}" for severity, n in counts(every).items()
    )
    if options["verbosity"]:
        sys.stderr.write(f"{len(found)} file{'' if len(found) == 1 else 's'}: {total}\n")
    return code, report("check", code, files), lines


def _format(options: Options) -> Answer:
    dialect = dialect_of(options)
    named = sources(options, dialect)
    to_screen = not (options["check"] or options["write"])
    if options["check"] and options["write"]:
        raise unusable("--check and --write exclude each other")
    if to_screen and len(named) > 1:
        raise unusable("give one file, or --check or --write")
    if to_screen and options["json"]:
        raise unusable("--json is for --check and --write")
    files, lines, code = [], [], 0
    for given, one in zip(options["files"], named, strict=True):
        changed, faults = _lay_out(given, one, options, dialect)
        files.append(file_tree(one.name, one.source, faults, changed=changed))
        lines += [line(one.name, fault) for fault in faults]
        if changed and not to_screen:
            lines.append(f"{one.name}: {'would change' if options['check'] else 'written'}")
        code = FOUND if faults or (changed and options["check"]) else code
    return code, report("format", code, files), lines


def _lay_out(
    given: str, one: Named, options: Options, dialect: Dialect | None
) -> tuple[bool, tuple[Finding, ...]]:
    source = one.source
    form = Form(options["to"]) if options["to"] else source.form
    page = CodePage(options["to_page"]) if options["to_page"] else source.page
    text, faults = laid_out(source, form, dialect)
    if faults:
        return False, faults
    data = encoded(text, page, one.name)
    changed = data != one.data
    if options["check"]:
        return changed, ()
    if options["write"]:
        if changed:
            replace_file(given, data)
    else:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    return changed, ()


def _diff(options: Options) -> Answer:
    named = sources(options, dialect_of(options))
    files, lines, broken = _sound(named)
    if broken:
        return FOUND, report("diff", FOUND, files), lines
    found = diff(named[0].source.policy, named[1].source.policy, settings_of(options))
    code = FOUND if options["exit_code"] and not found.same_meaning else 0
    lines = [f"effect: {one}" for one in found.effects] + [f"edit: {one}" for one in found.edits]
    if found.same_meaning:
        lines.append("both mean the same")
    if found.unfinished:
        lines.append(f"not worked out to the end: {found.unfinished}")
    return code, report("diff", code, files, **difference_tree(found)), lines


def _explain(options: Options) -> Answer:
    settings, given = settings_of(options), connections(options)
    named = sources(options, dialect_of(options))
    files, lines, broken = _sound(named)
    if broken:
        return FOUND, report("explain", FOUND, files), lines
    try:
        policy = Policy(tuple(s for one in named for s in one.source.policy.rule_sets))
    except ModelError as error:
        raise unusable(str(error)) from error
    trees = []
    for connection in given:
        found = explain(policy, connection, settings)
        why_not = why_not_evaluated(connection, settings)
        outcome = evaluate(policy, connection, settings)
        trees.append(explanation_tree(connection, outcome, found, why_not))
        lines.append(
            f"{connection.remote_ip} port {connection.remote_port} and"
            f" {connection.local_ip} port {connection.local_port} (local): {outcome.action}"
        )
        lines += [f"  {why_not}"] if why_not else []
        for one in found:
            head, *steps = one.lines()
            lines += [f"  {head}", *(f"    {step}" for step in steps)]
    return 0, report("explain", 0, files, connections=trees), lines


def _sound(named: Sequence[Named]) -> tuple[list[dict[str, Any]], list[str], bool]:
    files = [file_tree(one.name, one.source, one.source.findings) for one in named]
    lines = [
        line(one.name, finding)
        for one in named
        if not one.source.ok
        for finding in one.source.findings
    ]
    is_broken = not all(one.source.ok for one in named)
    if is_broken:
        lines.append(
            "with an error nothing is looked at: mend it first (see `manage.py policy check`)"
        )
    return files, lines, is_broken


VERBS: dict[str, Callable[[Options], Answer]] = {
    "check": _check,
    "format": _format,
    "diff": _diff,
    "explain": _explain,
}
