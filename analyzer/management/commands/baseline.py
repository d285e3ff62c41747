"""Say from the command line whether a baseline holds."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict
from django.utils import timezone

from analyzer.baselines.profile import Profile
from analyzer.exports.findings import findings_file, taking_of
from analyzer.exports.formats.registry import Chosen
from analyzer.exports.taking import write_down
from analyzer.queries.baselines.days import read_days
from analyzer.queries.baselines.findings import Findings, read_findings
from analyzer.queries.filters import Filters
from analyzer.queries.profiles.known import known
from analyzer.serializers.baselines import answer_values, day_values

BROKEN, UNUSABLE, NOT_JUDGED = 1, 2, 3
_WHY: Final = "0: it holds; 1: a rule that must be kept is broken; 2: it cannot be asked;"


class Command(BaseCommand):
    help = (
        "Write the findings of a baseline on the sessions that the filters choose. csv: one line a"
        " rule. json: one object with score, findings and the score of each day. The exit code says"
        f" whether it holds. {_WHY} 3: nothing is broken, but something cannot be judged, or there"
        " are no sessions. Leaves an entry in the audit log."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help="key of a baseline, or its name")
        parser.add_argument(
            "--filter",
            action="append",
            default=[],
            dest="filters",
            metavar="KEY=VALUE",
            help="a filter of the report by its name in the address; repeatable",
        )
        parser.add_argument("--format", choices=["csv", "json"], default="csv")

    def handle(self, *args: Any, **options: Any) -> None:
        profile = _named(options["name"])
        filters = _filters(options["filters"])
        found = read_findings(filters, profile)
        taking = taking_of(profile, filters, by=None, now=timezone.now())
        if options["format"] == "csv":
            _, file = findings_file(profile, found, taking, chosen=Chosen())
            with file:
                self.stdout.write(file.read().decode(), ending="")
        else:
            write_down(taking, "export.json", baseline=profile.key, version=profile.version)
            days = read_days(filters, [profile])[profile.key].days
            answer = {**answer_values(profile, found), "days": day_values(days)}
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))
        code, words = _outcome(profile, found)
        self.stderr.write(words)
        if code:
            raise SystemExit(code)


def _outcome(profile: Profile, found: Findings) -> tuple[int, str]:
    """The exit code and why."""
    failing = ", ".join(one.rule.id for one in found.failing)
    if failing:
        return BROKEN, f"{profile.name} is broken: {failing}"
    tally = found.tally
    if not tally.sessions:
        return NOT_JUDGED, f"{profile.name}: no session that it covers"
    open_rules = [
        one for one in found.findings if one.rule.severity == "fails" and one.not_judged.sessions
    ]
    if open_rules:
        rules = ", ".join(one.rule.id for one in open_rules)
        return NOT_JUDGED, f"{profile.name}: nothing broken, but not all can be judged: {rules}"
    return 0, f"{profile.name} holds"


def _named(name: str) -> Profile:
    profiles = known()
    found = profiles.get(name) or next(
        (one for one in profiles.values() if one.name.lower() == name.lower()), None
    )
    if found is None:
        names = ", ".join(profiles)
        raise CommandError(f"there is no baseline `{name}`; there are {names}", returncode=UNUSABLE)
    return found


def _filters(given: Sequence[str]) -> Filters:
    params = QueryDict(mutable=True)
    for text in given:
        key, equals, value = text.partition("=")
        if not equals:
            raise CommandError(f"`{text}` is not KEY=VALUE", returncode=UNUSABLE)
        params.appendlist(key, value)
    filters, errors = Filters.from_params(params)
    if errors:
        raise CommandError("; ".join(errors.values()), returncode=UNUSABLE)
    return filters
