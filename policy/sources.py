"""A policy in any of its forms: policy file, JSON or YAML; with all that can be said about it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from policy.checks import UNKNOWN_SURROUNDINGS, Surroundings, check
from policy.code_page import CodePage, decode, detect
from policy.dialects.dialect import Dialect
from policy.documents.places import Places
from policy.documents.read import from_tree, json_tree, yaml_tree
from policy.errors import DocumentError
from policy.findings import Finding, Place, Severity, errors
from policy.model import Policy
from policy.parser import parse
from policy.settings import DEFAULTS, Settings

_YAML = re.compile(r"(---|%YAML|[\"']?(schema|rule_sets)[\"']?\s*:)")
Rules = Mapping[tuple[str, str], Place]


class Form(StrEnum):
    """How a policy is written."""

    POLICY = "policy"
    JSON = "json"
    YAML = "yaml"


@dataclass(frozen=True, slots=True)
class Source:
    """What a text says. `policy` has what could be read; use it only when `ok`.

    `rules` leads from (protocol, rule name) to where the rule stands.
    """

    text: str
    form: Form
    page: CodePage
    policy: Policy
    findings: tuple[Finding, ...]
    rules: Rules

    @property
    def ok(self) -> bool:
        """Whether there is no error."""
        return not errors(self.findings)


def read(
    data: bytes,
    *,
    form: Form | None = None,
    page: CodePage | None = None,
    dialect: Dialect | None = None,
) -> Source:
    """Return what a file says; form and code page are detected when not told.

    Raises `CodePageError` when the bytes are no text.
    """
    page = page or detect(data)
    text = decode(data, page)
    form = form or form_of(text)
    if form is Form.POLICY:
        return _of_policy_file(text, page, dialect)
    return _of_document(text, page, form)


def form_of(text: str) -> Form:
    """Return the form a text has, by how it begins."""
    lines = (line.strip() for line in text.split("\n"))
    said = [line for line in lines if line and not line.startswith("#")]
    if not said:
        return Form.POLICY
    if said[0].startswith("["):
        return Form.JSON
    if said[0].startswith("{"):
        rest = said[0][1:].strip() or (said[1] if len(said) > 1 else "")
        return Form.JSON if rest.startswith(('"', "}")) else Form.POLICY
    return Form.YAML if _YAML.match(said[0]) else Form.POLICY


def check_source(
    source: Source, around: Surroundings = UNKNOWN_SURROUNDINGS, how: Settings = DEFAULTS
) -> tuple[Finding, ...]:
    """Return what was found in reading and, when that went well, by the checks, with places."""
    found = [*source.findings, *(_checked(source, around, how) if source.ok else ())]
    return tuple(sorted(found, key=lambda one: (one.place.line, one.place.column)))


def _checked(source: Source, around: Surroundings, how: Settings) -> Iterator[Finding]:
    if not any(one.rules() for one in source.policy.rule_sets):
        message = "there is no zERT rule in it, so that nothing would ever happen"
        hint = "take the file that the ZERTConfig statement of the image file names"
        yield Finding("no-rule", Severity.WARNING, message, Place(1, 1), hint)
    for rule_set in source.policy.rule_sets:
        known = [source.rules.get((rule_set.protocol.value, r.name)) for r in rule_set.rules()]
        first = next((place for place in known if place), Place(1, 1))
        for one in check(Policy((rule_set,)), around, how):
            at = source.rules.get((rule_set.protocol.value, one.place.rule), first)
            yield replace(one, place=replace(one.place, line=at.line, column=at.column))


def _of_policy_file(text: str, page: CodePage, dialect: Dialect | None) -> Source:
    found = parse(text, dialect)
    findings = found.findings
    if found.code_page and found.code_page.upper() != page:
        message = f"the file names the code page {found.code_page} and is written in {page}"
        hint = "Policy Agent would read other characters"
        findings += (Finding("code-page", Severity.WARNING, message, Place(1, 1), hint),)
    return Source(text, Form.POLICY, page, found.policy, findings, found.places)


def _of_document(text: str, page: CodePage, form: Form) -> Source:
    try:
        tree = json_tree(text) if form is Form.JSON else yaml_tree(text)
        policy = from_tree(tree)
    except DocumentError as error:
        findings = tuple(_faults(error, Places(text)))
        return Source(text, form, page, Policy(), findings, {})
    return Source(text, form, page, policy, (), _rules(tree, Places(text)))


def _faults(error: DocumentError, places: Places) -> Iterator[Finding]:
    for path, message in error.faults:
        at = Place(error.line, error.column) if error.line else places.of(path)
        said = f"{path}: {message}" if path.strip("/") else message
        yield Finding("document", Severity.ERROR, said, replace(at, field=path))


def _rules(tree: object, places: Places) -> Rules:
    found: dict[tuple[str, str], Place] = {}
    sets = tree["rule_sets"] if isinstance(tree, dict) else []
    for number, one in enumerate(sets):
        parts = [("general", one.get("general")), ("catch_all", one.get("catch_all"))]
        parts += [(f"specific/{n}", rule) for n, rule in enumerate(one.get("specific", []))]
        for path, rule in parts:
            if rule:
                at = places.of(f"/rule_sets/{number}/{path}")
                found[one["protocol"], rule["name"]] = at
    return found
