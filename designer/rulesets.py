"""The door of the designer: versions as rule sets of policy, what a stack has, and its files."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

import polars as pl

from designer import dialects
from designer.content.digests import digest_of
from designer.content.encoding import TEXT_PAGE, Encoded, encoded, statement_for
from designer.content.errors import DesignerError
from designer.models import Assignment, Stack, Version
from designer.queries import listing, site
from designer.queries import stacks as reads
from designer.queries.around import facts_of
from designer.queries.contents import rule_set_of
from designer.queries.effect.places import NO_MATCH, UNDECIDED, places
from designer.queries.effect.takers import Takers
from designer.queries.effect.takers import takers as effect_takers
from designer.queries.installed import LastInstalled, in_force, in_force_mark
from designer.queries.stacks import recorded_name
from policy import documents
from policy.checks import Surroundings
from policy.code_page import CodePage
from policy.dialects.dialect import Dialect
from policy.errors import WriteError
from policy.model import Policy, RuleSet
from policy.settings import Settings
from policy.vocabulary import Protocol
from policy.writer import (
    Header,
    image_line,
    pasearch_view,
    profile_statements,
    syslogd_rule,
    write,
)

POLICY_PATH, SYSLOG_PATH = "/etc/pagent/{stack}.zert", "/var/log/zert/{stack}.log"


@dataclass(frozen=True, slots=True)
class StackFiles:
    """Everything that goes to a stack, as text."""

    policy_file: str
    image_line: str
    profile_statements: str
    syslogd_rule: str
    pasearch_view: str
    dialect: str
    dialect_label: str

    @property
    def encoded(self) -> Encoded:
        """The policy file as it is taken away when no code page is named."""
        return encoded(self.policy_file, TEXT_PAGE)

    @property
    def digest(self) -> str:
        """The SHA-256 of the policy file in UTF-8."""
        return self.encoded.digest


def published(name: str, number: int | None = None) -> RuleSet | None:
    """Return the published version of a rule set, or the one of that number; None without one."""
    row = reads.published(name, number)
    return rule_set_of(row) if row else None


def of_version(version: Version) -> RuleSet:
    """Return what a version says: as it was frozen, a draft as it is now."""
    return rule_set_of(version)


def versions(keys: Iterable[int] | None = None) -> list[Version]:
    """Return the versions with these keys, or all that are not rejected, by rule set."""
    return listing.versions(keys)


def stacks() -> list[Stack]:
    """Return all stacks by name."""
    return list(reads.stacks())


def surroundings_of(stack: Stack) -> Surroundings:
    """Return what people have told of a stack."""
    return facts_of(stack).surroundings()


def met_places(rule_set: RuleSet, sessions: pl.DataFrame, settings: Settings) -> pl.Series:
    """Return the place in `rule_set.rules()` that each session of a history meets.

    NO_MATCH where no rule matches, UNDECIDED where the record leaves it open, null where the rule
    set does not apply.
    """
    return places(rule_set, sessions, settings)


def takers(rule_set: RuleSet, sessions: pl.DataFrame, settings: Settings) -> Takers:
    """Return which rules took what those that no session of a history meets would have matched."""
    return effect_takers(rule_set, sessions, settings)


def matching() -> Settings:
    """Return how rules match on this site."""
    return site.matching()


def versions_of(stack: Stack) -> list[Version]:
    """Return the versions that are assigned to a stack, in the order of the protocols."""
    return _in_order(reads.assignments_of(stack))


def versions_read_with(stack: Stack) -> list[Version]:
    """Return the same of one of `stacks()`, as it was when they were read: no further question."""
    return _in_order(stack.assignments.all())


def assigned(stack: Stack) -> Policy:
    """Return the policy that a stack is to have."""
    return Policy(tuple(rule_set_of(one) for one in versions_of(stack)))


def installed(stack: Stack) -> Policy | None:
    """Return the policy that was last recorded as installed on a stack; None before the first."""
    last = reads.last_installation(stack)
    return documents.from_tree(last.document) if last else None


def policy_file(stack: Stack, *, dialect: str = "") -> str:
    """Return the policy file of a stack. Raises DesignerError when it can't be written."""
    return _written(stack, assigned(stack), dialect_of(stack, dialect))


def stack_file(stack: Stack, page: CodePage, *, dialect: str = "") -> Encoded:
    """Return the policy file of a stack as bytes. Raises DesignerError."""
    text = _written(stack, assigned(stack), dialect_of(stack, dialect), statement_for(page))
    return encoded(text, page)


def stack_files(stack: Stack, *, dialect: str = "") -> list[Encoded]:
    """Return the policy file of a stack in each code page that has room for it, UTF-8 first."""
    return [stack_file(stack, TEXT_PAGE, dialect=dialect), *converted_files(stack, dialect=dialect)]


def converted_files(stack: Stack, *, dialect: str = "") -> list[Encoded]:
    """Return the policy file of a stack in each code page but UTF-8 that has room for it."""
    found = []
    for page in CodePage:
        if page is not TEXT_PAGE:
            with suppress(DesignerError):
                found.append(stack_file(stack, page, dialect=dialect))
    return found


def version_file(version: Version, page: CodePage, *, dialect: str = "") -> Encoded:
    """Return the rule set of a version alone as bytes. Raises DesignerError."""
    policy, header = Policy((rule_set_of(version),)), Header(code_page=statement_for(page))
    keywords = dialects.named(dialect or site.site().dialect)
    try:
        return encoded(write(policy, keywords, header), page)
    except WriteError as error:
        raise DesignerError(str(error)) from error


def files(
    stack: Stack, *, dialect: str = "", to_smf: bool = True, to_nmi: bool = False
) -> StackFiles:
    """Return the policy file of a stack with all that goes beside it. Raises DesignerError.

    `to_smf` and `to_nmi` say where audit records go.
    """
    policy, keywords = assigned(stack), dialect_of(stack, dialect)
    name = _in_a_path(stack)
    return StackFiles(
        policy_file=_written(stack, policy, keywords),
        image_line=image_line(POLICY_PATH.format(stack=name), keywords),
        profile_statements=profile_statements(policy, to_smf=to_smf, to_nmi=to_nmi),
        syslogd_rule=syslogd_rule(policy, SYSLOG_PATH.format(stack=name)),
        pasearch_view=pasearch_view(policy, stack.name),
        dialect=keywords.dialect_id,
        dialect_label=keywords.label,
    )


def dialect_of(stack: Stack, dialect_id: str = "") -> Dialect:
    """Return the dialect of this id; without one that of the stack, its group or the site.

    Raises DesignerError where it can't be used.
    """
    return dialects.named(dialect_id or site.dialect_of(stack))


def _in_order(rows: Iterable[Assignment]) -> list[Version]:
    order = [one.value for one in Protocol]
    return [one.version for one in sorted(rows, key=lambda row: order.index(row.protocol))]


def _in_a_path(stack: Stack) -> str:
    """A # in a stack's name would begin a comment in the image file; no name has a `_`."""
    return stack.name.lower().replace("#", "_")


def _written(
    stack: Stack, policy: Policy, dialect: Dialect, code_page: CodePage | None = None
) -> str:
    history = tuple(
        f"{one.installed_at:%Y-%m-%d %H:%M:%S} {one.installed_by_name}"
        for one in reads.installations_of(stack, most=5)
    )
    versions = versions_of(stack)
    header = Header(
        image=stack.system.name,
        stack=stack.name,
        revision=", ".join(str(one) for one in versions),
        digest=" ".join(one.digest for one in versions) if len(versions) == 1 else "",
        history=history,
        code_page=code_page,
    )
    try:
        return write(policy, dialect, header)
    except WriteError as error:
        raise DesignerError(str(error)) from error


__all__ = [
    "NO_MATCH",
    "UNDECIDED",
    "Encoded",
    "LastInstalled",
    "StackFiles",
    "Takers",
    "assigned",
    "dialect_of",
    "digest_of",
    "files",
    "in_force",
    "in_force_mark",
    "installed",
    "matching",
    "met_places",
    "of_version",
    "policy_file",
    "published",
    "recorded_name",
    "stack_file",
    "stack_files",
    "stacks",
    "surroundings_of",
    "takers",
    "version_file",
    "versions",
    "versions_of",
    "versions_read_with",
]
