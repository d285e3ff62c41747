"""What `manage.py enforce` is told: the policy of all files, and how to act where IBM is silent."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from designer.management.policy_inputs import FACTS, Named, unusable
from enforcement.engine.choices import settings_from
from enforcement.engine.errors import ChoiceError
from enforcement.engine.settings import Settings
from policy.code_page import CodePage
from policy.errors import ModelError
from policy.model import Policy
from policy.settings import Scope
from policy.sources import Form

MODES = {"zos": Scope.AS_ZOS, "recorded": Scope.ALL}


def add_policy_arguments(parser: ArgumentParser, *, required: bool = True) -> None:
    """Add what says which policy is enforced, and how."""
    parser.add_argument("--policy", nargs="+", required=required, dest="files", metavar="FILE")
    add_manner_arguments(parser)


def add_manner_arguments(parser: ArgumentParser) -> None:
    """Add what says how a policy is enforced."""
    parser.add_argument(
        "--mode", choices=list(MODES), help="attributes observed, or all recorded; default: zos"
    )
    parser.add_argument(
        "--fact",
        action="append",
        default=[],
        dest="facts",
        metavar="NAME=yes|no",
        help=f"what is so on the stacks: {', '.join(FACTS)}; repeatable",
    )
    parser.add_argument(
        "--setting",
        action="append",
        default=[],
        dest="settings_given",
        metavar="NAME=VALUE",
        help="a choice where IBM is silent (docs/fidelity.md); repeatable",
    )
    parser.add_argument("--dialect", metavar="FILE|ID", help="a site's spelling of the keywords")
    parser.add_argument("--page", choices=[one.value for one in CodePage])
    parser.add_argument("--form", choices=[one.value for one in Form])


def policy_of(named: Sequence[Named]) -> Policy:
    """Return the rule sets of all files together."""
    try:
        return Policy(tuple(one for file in named for one in file.source.policy.rule_sets))
    except ModelError as error:
        raise unusable(str(error)) from error


def engine_settings(options: Mapping[str, Any]) -> Settings:
    """Return how to enforce, from `--setting` and `--mode`."""
    given = [text.partition("=") for text in options["settings_given"]]
    try:
        settings = settings_from({name: text for name, _, text in given})
    except ChoiceError as error:
        raise unusable(str(error)) from error
    if options["mode"]:
        matching = replace(settings.matching, scope=MODES[options["mode"]])
        return replace(settings, matching=matching)
    return settings
