"""What all steps have in common: the way, the draft, and what happens when it has gone on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from designer import checking
from designer.content.errors import (
    ContentError,
    DesignerError,
    NotReadyError,
    StaleDraftError,
)
from designer.content.facts import Around
from designer.content.resolving import Head, Shelf, resolve
from designer.content.rules import Content
from designer.models import Version
from designer.queries.around import around_version
from designer.queries.contents import content_at, content_of, head_of, rule_set_of, shelf
from designer.views.found import AUTHOR, tabs
from designer.views.wizard.merging import revision_of, stale
from designer.wizard.steps import EDITED, TITLES, address, after, before, steps
from policy.findings import Finding
from policy.model import Kind, RuleSet
from policy.words import sentence

Save = Callable[[int], Version]
FORMS = {
    **dict.fromkeys(("start", "stacks", "submit"), "step-form"),
    **dict.fromkeys(("general", "rest", "rule"), "rule-form"),
}
"""The form that a step saves, by its id; the page of one rule has one too."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A version on the page: what it says as content and as the rule set that policy knows."""

    version: Version
    content: Content
    shelf: Shelf
    rule_set: RuleSet
    findings: Sequence[Finding]
    around: Around

    @property
    def head(self) -> Head:
        return head_of(self.version.rule_set)

    @property
    def order(self) -> list[tuple[str, dict[str, Any]]]:
        """All rules in the order in which they are looked at, each behind its kind."""
        kinds = (Kind.GENERAL, Kind.SPECIFIC, Kind.CATCH_ALL)
        return [(kind.value, line) for kind in kinds for line in self.lines(kind)]

    @property
    def at_large(self) -> list[Finding]:
        """What checks find of the whole."""
        return [one for one in self.findings if not one.place.rule]

    def lines(self, kind: Kind) -> list[dict[str, Any]]:
        """The rules of a kind with their sentences and what checks say of them."""
        found = []
        rules = self.rule_set.rules()
        for place, rule in enumerate(rules):
            if self.rule_set.kind(place) is kind:
                found.append(
                    {
                        "rule": rule,
                        "sentence": sentence(rule, self.rule_set.protocol, kind),
                        "findings": [one for one in self.findings if one.place.rule == rule.name],
                    }
                )
        return found


def read(version: Version) -> Draft:
    """Return a version with all that the steps look at."""
    rule_set, around = rule_set_of(version), around_version(version, timezone.localdate())
    found = checking.findings(rule_set, around)
    return Draft(version, content_of(version), shelf(), rule_set, found, around)


def opened(request: HttpRequest, version: Version) -> Draft:
    """Return a draft with what it said when the page was made that is sent: what it changes."""
    draft = read(version)
    if request.method != "POST":
        return draft
    with suppress(DesignerError):  # a revision that nobody knows is refused when it is saved
        return replace(draft, content=content_at(version, revision_of(request)))
    return draft


def show(
    request: HttpRequest,
    key: str,
    draft: Draft,
    context: Mapping[str, object],
    *,
    status: int = HTTPStatus.OK,
    page: str = "",
) -> HttpResponse:
    """Render a step, or a page that belongs to it, with the way at its left."""
    version = draft.version
    planned = version.planned.count()
    way = steps(version, draft.content, draft.findings, planned=planned, here=key)
    step = next(one for one in way if one.here)
    back = next((one for one in way if one.key == before(key)), None)
    following = next((one for one in way if one.key == after(key)), None)
    is_edited = version.state == Version.State.DRAFT and request.user.has_perm(AUTHOR)
    form_id = FORMS.get(page or key, "") if is_edited else ""
    to = asked(request)
    common = {
        "form_id": form_id,
        "leaving": next((one for one in way if one.key == to), None),
        "is_kept": not page or page == "rule",
        "tabs": tabs("policy_rule_sets"),
        "steps": way,
        "step": step,
        "back": None if page else back,
        "following": following if following and following.key != key else None,
        "version": version,
        "draft": draft,
        "is_draft": version.state == Version.State.DRAFT,
    }
    template = f"designer/step_{page or key}.html"
    return render(request, template, {**common, **context}, status=status)


def asked(request: HttpRequest) -> str:
    """Return the key of the step that a form was left for; empty for the usual one."""
    key = request.POST.get("go", "")
    return key if key in TITLES else ""


def go_on(request: HttpRequest, version: Version, usual: str) -> HttpResponse:
    """Lead to the step that was asked for, else to the usual one."""
    return redirect(address(asked(request) or usual, version.pk))


def leaves_unchanged(request: HttpRequest, form: forms.Form) -> bool:
    """Whether somebody goes to another step with nothing typed: then nothing is saved."""
    return bool(asked(request)) and not set(form.changed_data) - {"revision"}


def not_edited(request: HttpRequest, key: str, version: Version) -> HttpResponse | None:
    """Lead away from a step that only drafts have; None for a draft."""
    if version.state == Version.State.DRAFT or key not in EDITED:
        return None
    messages.warning(request, f"{version} is {version.state}: only drafts are edited.")
    return redirect("policy_review", version.pk)


def keep(request: HttpRequest, version: Version, save: Save) -> HttpResponse | None:
    """Save a change; None when it is saved. A draft that has gone on leads to the merge page.

    Raises ContentError and NotReadyError, for the page to show.
    """
    try:
        save(revision_of(request))
    except StaleDraftError as error:
        return stale(request, version, error)
    except (ContentError, NotReadyError):
        raise
    except DesignerError as error:
        return refused(request, version, error)
    return None


def refused(request: HttpRequest, version: Version, error: DesignerError) -> HttpResponse:
    """Say why nothing is saved, and lead to where one can look."""
    messages.error(request, f"{error}.")
    return redirect("policy_review", version.pk)


def resolved(draft: Draft, content: Content) -> RuleSet:
    """Return the rule set that changed content means. Raises ContentError."""
    return resolve(draft.head, content, draft.shelf)
