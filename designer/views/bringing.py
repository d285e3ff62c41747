"""Bring in a policy file: what it says and would do, the decisions, and the deed, on one page.

Nothing is kept between looking and doing but what comes again in the form; a digest tells whether
the person still decides about what they saw.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from designer import checking, rulesets
from designer.bringing import (
    MODELS,
    MOST_BYTES,
    ChangedMeanwhileError,
    FoundObject,
    Item,
    Way,
    bring_in,
    plan,
)
from designer.content.errors import ContentError, DesignerError
from designer.forms.bringing import BringForm
from designer.models import Stack, Version
from designer.queries import stacks as stack_reads
from designer.queries.objects import WORDS
from designer.views.found import AUTHOR, tabs
from policy.findings import Finding, Severity
from policy.model import Kind, Policy, Requirement, Traffic
from policy.sources import Source
from policy.words import sentences, subject, using
from web.gate import gate
from web.uploads import DiskFullError, LimitedUpload

MOST_SHOWN: Final = 100
"""Findings, differences and rules beyond these are counted, not listed."""
_LINE: Final = 160
_WAY: Final = "way:"


@dataclass(frozen=True, slots=True)
class Said:
    """A finding with its line: what stands before its column, and from there on."""

    finding: Finding
    before: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was sent, as the form shows it again."""

    form: BringForm
    source: Source
    stack: Stack | None


@dataclass(frozen=True, slots=True)
class Undone:
    """Why nothing was brought in: a reason, and what is wrong with the decisions, by key."""

    why: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)


@csrf_exempt  # asked for below: the token is read only when it is known who may send files
@gate(AUTHOR)
@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _show(request, BringForm(stacks=stack_reads.stacks()))
    limit = LimitedUpload(request, MOST_BYTES)
    request.upload_handlers = [limit]
    return _posted(request, limit)


@csrf_protect
def _posted(request: HttpRequest, limit: LimitedUpload) -> HttpResponse:
    rows = list(stack_reads.stacks())
    form = BringForm(request.POST, request.FILES, stacks=rows)
    if limit.disk_full:
        form.refuse_file(f"{str(DiskFullError()).capitalize()}.")
    elif limit.too_large:
        form.refuse_file(f"The file is not taken: it is larger than {MOST_BYTES // 1024:,} KiB.")
    if not form.is_valid() or form.source is None:
        return _show(request, form, status=422)
    source, stack = form.source, _stack(form.cleaned_data["against"], rows)
    known = {
        "text": source.text,
        "page": source.page.value,
        "dialect": form.cleaned_data["dialect"],
        "against": stack.pk if stack else "",
    }
    asked = Asked(BringForm(stacks=rows, initial=known), source, stack)
    return _bring(request, asked) if request.POST.get("do") == "bring" else _look(request, asked)


def _bring(request: HttpRequest, asked: Asked) -> HttpResponse:
    user: Any = request.user
    given = {
        key.removeprefix(_WAY): str(value)
        for key, value in request.POST.items()
        if key.startswith(_WAY) and value
    }
    seen = request.POST.get("seen", "")
    try:
        made = bring_in(source=asked.source, choices=given, seen=seen, by=user, now=timezone.now())
    except ChangedMeanwhileError as error:
        return _look(request, asked, Undone(str(error)), status=HTTPStatus.CONFLICT)
    except ContentError as error:
        wrong = {where: message for where, _, message in error.faults}
        return _look(request, asked, Undone("", given, wrong), status=422)
    except DesignerError as error:
        return _look(request, asked, Undone(str(error), given), status=422)
    return _done(request, made)


def _done(request: HttpRequest, made: list[Version]) -> HttpResponse:
    names = ", ".join(str(one) for one in made)
    messages.success(
        request, f"Brought in as {'a draft' if len(made) == 1 else 'drafts'}: {names}."
    )
    if len(made) == 1:
        return redirect("policy_review", made[0].pk)
    return redirect("policy_rule_sets")


def _look(
    request: HttpRequest, asked: Asked, undone: Undone | None = None, *, status: int = 200
) -> HttpResponse:
    """The plan as it is now, with what was decided before."""
    user: Any = request.user
    undone = undone or Undone()
    against, words = _against(asked.stack)
    try:
        seen = plan(asked.source, by=user, day=timezone.localdate(), against=against)
    except DesignerError as error:
        return _show(request, asked.form, {"why": str(error)}, status=422)
    lines = asked.source.text.split("\n")
    policy, stack, day = asked.source.policy, asked.stack, timezone.localdate()
    findings = seen.preview.findings
    items = {one.key for one in (*seen.rule_sets, *seen.objects)}
    more = [message for key, message in undone.wrong.items() if key not in items]
    context = {
        "plan": seen,
        "why": undone.why or "; ".join(more),
        "wrong": len(undone.wrong) - len(more),
        "compared": words,
        "findings": [_said(one, lines) for one in findings[:MOST_SHOWN]],
        "stack": stack,
        "on_stack": checking.if_on_stack(policy, stack, day) if stack else (),
        "more_findings": max(0, len(findings) - MOST_SHOWN),
        "errors": sum(one.severity is Severity.ERROR for one in findings),
        "rule_sets": [_rule_set(one, undone) for one in seen.rule_sets],
        "objects": [_object(one, undone) for one in seen.objects],
    }
    return _show(request, asked.form, context, status=status)


def _against(stack: Stack | None) -> tuple[Policy | None, str]:
    """What a stack has: what was last put in force there, else what it is to have."""
    if stack is None:
        return None, ""
    last = rulesets.installed(stack)
    if last is not None:
        return last, f"what was last put in force on {stack}"
    return rulesets.assigned(stack), f"what {stack} is to have; nothing is recorded as in force"


def _stack(text: str, rows: list[Stack]) -> Stack | None:
    return next((one for one in rows if str(one.pk) == text), None)


def _said(finding: Finding, lines: list[str]) -> Said:
    number, column = finding.place.line, finding.place.column
    line = lines[number - 1] if 0 < number <= len(lines) else ""
    start = max(0, column - 1)
    return Said(finding, line[max(0, start - _LINE) : start], line[start : start + _LINE])


def _rule_set(item: Item, undone: Undone) -> dict[str, Any]:
    found: Any = item.found
    rules, difference = found.rule_set.rules(), found.difference
    said = list(zip(rules, sentences(found.rule_set), strict=True))
    return _decision(item, undone) | {
        "rules": said[:MOST_SHOWN],
        "more_rules": max(0, len(said) - MOST_SHOWN),
        "effects": difference.effects[:MOST_SHOWN],
        "more_effects": max(0, len(difference.effects) - MOST_SHOWN),
        "edits": difference.edits[:MOST_SHOWN],
        "more_edits": max(0, len(difference.edits) - MOST_SHOWN),
    }


def _object(item: Item, undone: Undone) -> dict[str, Any]:
    found: Any = item.found
    used = [f"{rule} ({protocol})" for protocol, rule in found.used_by]
    more = [f"{len(used) - 5} more"] if len(used) > 5 else []
    return _decision(item, undone) | {
        "kind": WORDS[MODELS[found.kind]],
        "said": _words(found),
        "used": ", ".join([*used[:5], *more]),
    }


def _decision(item: Item, undone: Undone) -> dict[str, Any]:
    return {
        "item": item,
        "field": f"{_WAY}{item.key}",
        "id": item.key.replace(" ", "-"),
        "ways": [(way.value, words) for way, words in item.ways.items()],
        "chosen": undone.given.get(item.key, item.usual),
        "is_inline": undone.given.get(item.key) == Way.INLINE,
        "wrong": undone.wrong.get(item.key, ""),
    }


def _words(found: FoundObject) -> str:
    if isinstance(found.value, Traffic):
        return subject(found.value, Kind.SPECIFIC)
    if isinstance(found.value, Requirement):
        return using(found.value, found.value.protocol)
    return str(found.value)


def _show(
    request: HttpRequest,
    form: BringForm,
    context: Mapping[str, object] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    known = {"form": form, "tabs": tabs("policy_rule_sets"), **(context or {})}
    return render(request, "designer/bring.html", known, status=status)
