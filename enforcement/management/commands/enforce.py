"""What would this policy have done: rules against the connections of dumps. Needs no database."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand

from designer.management.policy_inputs import dialect_of, sources, surroundings
from designer.management.policy_reports import file_tree
from enforcement.management.enforce_inputs import add_policy_arguments, engine_settings, policy_of
from enforcement.management.enforce_report import FAILURES, faults, has_failed, lines, report
from enforcement.management.enforce_run import OUTPUTS, Outputs, Run

FOUND = 1
_FILES = {
    "syslog": "messages for syslogd, a line each as a syslog server gets them (local5)",
    "console": "messages for the console (TCP/IP job log)",
    "audit": "SMF records: event type 7, and last records of connections that were reset",
    "resets": "operator commands that would drop the connections; they are never issued",
}


class Command(BaseCommand):
    help = (
        "Run a zERT policy against the connection records (SMF 119 subtype 11) of dumps, and say"
        " what it would have done. Opens no database. Dumps are read in the order given, and each"
        " record counts once. Ends with 0 when all is well, 1 when a policy file has errors or"
        " something happened that --fail-on names, 2 when a file can't be read or the command was"
        " used wrongly."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_policy_arguments(parser)
        parser.add_argument("--dump", nargs="+", required=True, dest="dumps", metavar="DUMP")
        for kind in OUTPUTS:
            parser.add_argument(f"--{kind}", metavar="OUT", help=_FILES[kind])
        parser.add_argument("--json", action="store_true", help="zertify-enforcement-report-1")
        parser.add_argument("--fail-on", nargs="+", choices=FAILURES, default=[])

    def handle(self, *args: Any, **options: Any) -> None:
        named = sources(options, dialect_of(options))
        is_sound = all(one.source.ok for one in named)
        run = Run(
            policy_of(named if is_sound else []),
            engine_settings(options),
            surroundings({**options, "today": None}, date.min),  # no rule lapses here
        )
        if is_sound:
            run.read(options["dumps"], Outputs(options))
        code = FOUND if not is_sound or has_failed(run.engine.tally, options["fail_on"]) else 0
        if options["json"]:
            files = [file_tree(one.name, one.source, one.source.findings) for one in named]
            self.stdout.write(json.dumps(report(run, code, files), indent=2))
        else:
            for text in lines(run) if is_sound else faults(named):
                self.stdout.write(text)
        if code:
            sys.exit(code)
