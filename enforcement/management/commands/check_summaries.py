"""Connection records in the store, aggregated, against its interval records."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any, Final

from django.core.management.base import BaseCommand

from analyzer import history
from designer.management.policy_inputs import unusable
from enforcement.histories.checking import Check, Compared, check, server_words
from enforcement.management.of_store import day
from web.budget import Deadline

DIFFERS: Final = 1
SHOWN: Final = 20
NO_LIMIT: Final = 0


class Command(BaseCommand):
    help = (
        "Aggregate the connection records (SMF 119 subtype 11) in the store and compare the totals"
        " with its interval records (subtype 12), by server, client, job and protection, on stacks"
        " that have both. Ends with 0 when all totals agree, 1 when some differ, 2 when there is"
        " nothing to compare or the command was used wrongly."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=_number, help="the last days in the store; default: 30")
        parser.add_argument("--from", type=day, dest="from_day", metavar="DAY")
        parser.add_argument("--to", type=day, dest="to_day", metavar="DAY")
        parser.add_argument(
            "--stack", nargs=3, metavar=("SYSPLEX", "SYSTEM", "STACK"), help="this one alone"
        )
        parser.add_argument("--json", action="store_true", help="all differences, for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        found = _check(options)
        if not found.compared:
            raise unusable("no stack has both kinds of records in these days")
        differing = [one for one in found.compared if not one.agrees]
        if options["json"]:
            self.stdout.write(json.dumps(_tree(found, differing), indent=2))
        else:
            self._say(found, differing)
        if differing:
            sys.exit(DIFFERS)

    def _say(self, found: Check, differing: list[Compared]) -> None:
        agree = len(found.compared) - len(differing)
        self.stdout.write(f"{agree} totals agree, {len(differing)} differ")
        for one in differing[:SHOWN]:
            self.stdout.write(f"{_named(one)}: {one.words}")
        if len(differing) > SHOWN:
            self.stdout.write(f"and {len(differing) - SHOWN} more: --json has all")
        for kind, stacks in (
            ("summaries", found.only_details),
            ("connection records", found.only_summaries),
        ):
            for stack in stacks:
                self.stdout.write(f"{stack} has no {kind} in these days: not compared")


def _check(options: dict[str, Any]) -> Check:
    first, last, days = options["from_day"], options["to_day"], options["days"]
    if days and (first or last):
        raise unusable("--days goes without --from and --to")
    if first and last and last < first:
        raise unusable(f"{last} is before {first}")
    window = history.connection_window(
        days=None if first or last else days or 30,
        from_day=first,
        to_day=last,
        stacks=[tuple(options["stack"])] if options["stack"] else [],
        limit_s=NO_LIMIT,
    )
    if window is None:
        raise unusable("the store has no connection records (subtype 11) of these stacks")
    return check(window, Deadline(NO_LIMIT))


def _tree(found: Check, differing: list[Compared]) -> dict[str, Any]:
    return {
        "compared": len(found.compared),
        "only_connection_records": found.only_details,
        "only_summaries": found.only_summaries,
        "differing": [
            {
                **one.key._asdict(),
                "port_start": one.ports[0],
                "port_end": one.ports[1],
                "connection_records": one.details,
                "summaries": one.summaries,
            }
            for one in differing
        ],
    }


def _named(one: Compared) -> str:
    key = one.key
    return (
        f"{key.sysplex} {key.system} {key.stack} {key.role} {key.job}"
        f" {server_words(key, one.ports)} with {key.client_ip}, {key.protection}"
    )


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < int(text[:5]) <= 3_660):
        raise ArgumentTypeError(f"`{text}` is no number of days from 1 to 3660")
    return int(text)
