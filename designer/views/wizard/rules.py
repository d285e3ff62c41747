"""Steps 2 to 4: the general rule, specific rules, the catch-all rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from designer import drafts
from designer.content.errors import ContentError
from designer.content.rules import Content, RuleContent
from designer.forms.comments import LinesForm
from designer.forms.covering import Covering
from designer.forms.rules import RuleForm
from designer.forms.taken import taken
from designer.models import Version
from designer.views.found import AUTHOR, get_version_or_404
from designer.views.wizard import said
from designer.views.wizard.frame import (
    Draft,
    go_on,
    keep,
    leaves_unchanged,
    not_edited,
    opened,
    read,
    show,
)
from designer.views.wizard.live import of_lines
from designer.views.wizard.merging import merge, revision_of
from designer.views.wizard.start import add_faults
from policy.model import Kind
from web.gate import gate

_STEP = {Kind.GENERAL: "general", Kind.SPECIFIC: "rule", Kind.CATCH_ALL: "rest"}
_NEXT = {Kind.GENERAL: "rules", Kind.SPECIFIC: "rules", Kind.CATCH_ALL: "review"}
_USUAL = {
    Kind.GENERAL: {"name": "Generally acceptable", "action": "Allow"},
    Kind.SPECIFIC: {"action": "Allow"},
    Kind.CATCH_ALL: {"name": "Everything else", "action": "Audit"},
}
NO_RULE = "none"
LOOK = "look"
"""Sent with the form to get it back as it is, with the objects that are there by now."""


@gate(AUTHOR)
@require_http_methods(["GET", "HEAD", "POST"])
def general(request: HttpRequest, pk: int) -> HttpResponse:
    return _single(request, pk, Kind.GENERAL)


@gate(AUTHOR)
@require_http_methods(["GET", "HEAD", "POST"])
def rest(request: HttpRequest, pk: int) -> HttpResponse:
    return _single(request, pk, Kind.CATCH_ALL)


@gate(AUTHOR)
@require_http_methods(["GET", "HEAD"])
def rules(request: HttpRequest, pk: int) -> HttpResponse:
    """The specific rules in their order."""
    version = get_version_or_404(pk)
    draft = read(version)
    away = not_edited(request, "rules", version)
    above = LinesForm(None, draft.content.comments)
    context = {"lines": draft.lines(Kind.SPECIFIC), "above": above, "live": of_lines(above)}
    return away or show(request, "rules", draft, context)


@gate(AUTHOR)
@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, pk: int) -> HttpResponse:
    """One specific rule: a new one, or the one that `name` in the address names."""
    version = get_version_or_404(pk)
    away = not_edited(request, "rules", version)
    if away:
        return away
    draft, was = opened(request, version), request.GET.get("name", "")
    old = draft.content.rule(was) if was else None
    if was and (old is None or old.kind is not Kind.SPECIFIC):
        raise Http404("there is no such rule")
    known = Covering() if old else taken(request.GET, draft.rule_set.protocol)
    initial = {} if old else {**_USUAL[Kind.SPECIFIC], **known.fields}
    form = _form(request, draft, Kind.SPECIFIC, old, initial)
    if LOOK in request.POST:
        return _show_again(request, "rules", draft, form, was)
    if leaves_unchanged(request, form):
        return go_on(request, version, "rules")
    if request.method == "POST" and form.is_valid():
        answer = _kept(request, draft, form, was)
        if answer:
            return answer
    if form.is_bound or was:
        return _show_form(request, "rules", draft, form, was)
    begun = said.of_offered(draft, form) if known.fields else {"sentence": ""}
    return _show_form(request, "rules", draft, form, was, begun | {"known": known})


@gate(AUTHOR)
@require_POST
def words(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The sentence of the rule as it is typed, and what checks would say of it."""
    version = get_version_or_404(pk)
    if kind not in set(Kind):
        raise Http404("there is no such kind of rule")
    draft, of = opened(request, version), Kind(kind)
    was = request.POST.get("was", "")
    old = draft.content.rule(was) if was else None
    form = _form(request, draft, of, old, {})
    form.is_valid()
    context = {"what": "rule", **said.of_typed(draft, form, was)}
    return render(request, "designer/_said.html", context)


@gate(AUTHOR)
@require_POST
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """Move one rule by a button (`up`, `down`), or put all into the order that was dragged."""
    version = get_version_or_404(pk)
    user: Any = request.user
    names = [one.name for one in opened(request, version).content.of_kind(Kind.SPECIFIC)]
    wanted = request.POST.getlist("name") or names
    for key, by in (("up", -1), ("down", 1)):
        moved = request.POST.get(key)
        if moved in names:
            place = names.index(moved)
            wanted = [one for one in names if one != moved]
            wanted.insert(max(0, place + by), moved)
    stop = keep(
        request,
        version,
        lambda revision: drafts.order_rules(
            version=version, revision=revision, names=wanted, by=user, now=timezone.now()
        ),
    )
    return stop or redirect("policy_rules", pk)


@gate(AUTHOR)
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a rule out."""
    version = get_version_or_404(pk)
    user: Any = request.user
    name = request.POST.get("name", "")
    stop = keep(
        request,
        version,
        lambda revision: drafts.drop_rule(
            version=version, revision=revision, name=name, by=user, now=timezone.now()
        ),
    )
    return stop or redirect("policy_rules", pk)


@gate(AUTHOR)
@require_POST
def merged(request: HttpRequest, pk: int) -> HttpResponse:
    return merge(request, get_version_or_404(pk))


def _single(request: HttpRequest, pk: int, kind: Kind) -> HttpResponse:
    """The step of the one rule of a kind; `use` says whether there is one at all."""
    version, key = get_version_or_404(pk), _STEP[kind]
    away = not_edited(request, key, version)
    if away:
        return away
    draft = opened(request, version)
    old = next(iter(draft.content.of_kind(kind)), None)
    was = old.name if old else ""
    if request.method == "POST" and request.POST.get("use") == NO_RULE:
        content = draft.content.without(was) if was else draft.content
        stop = keep(request, version, _saving(request, version, content))
        return stop or go_on(request, version, _NEXT[kind])
    form = _form(request, draft, kind, old, {} if old else _USUAL[kind])
    if LOOK in request.POST:
        return _show_again(request, key, draft, form, was)
    if leaves_unchanged(request, form):
        return go_on(request, version, key)
    if request.method == "POST" and form.is_valid():
        answer = _kept(request, draft, form, was)
        if answer:
            return answer
    return _show_form(request, key, draft, form, was)


def _kept(request: HttpRequest, draft: Draft, form: RuleForm, was: str) -> HttpResponse | None:
    """Save a valid form; None when its parts do not fit, which the form then says."""
    user: Any = request.user
    version, made = draft.version, form.content()
    try:
        stop = keep(
            request,
            version,
            lambda revision: (
                drafts.put_rule(
                    version=version,
                    revision=revision,
                    rule=made,
                    by=user,
                    now=timezone.now(),
                    was=was,
                )
                if was
                else drafts.add_rule(
                    version=version, revision=revision, rule=made, by=user, now=timezone.now()
                )
            ),
        )
    except ContentError as error:
        add_faults(form, error)
        return None
    return stop or go_on(request, version, _NEXT[form.kind])


def _saving(request: HttpRequest, version: Version, content: Content) -> Any:
    user: Any = request.user
    return lambda revision: drafts.save(
        version=version, revision=revision, content=content, by=user, now=timezone.now()
    )


def _form(
    request: HttpRequest,
    draft: Draft,
    kind: Kind,
    old: RuleContent | None,
    initial: dict[str, Any],
) -> RuleForm:
    data = request.POST if request.method == "POST" else None
    protocol = draft.rule_set.protocol
    return RuleForm(
        data, kind=kind, protocol=protocol, shelf=draft.shelf, rule=old, initial=initial
    )


def _show_again(
    request: HttpRequest, key: str, draft: Draft, form: RuleForm, was: str
) -> HttpResponse:
    """What was typed, neither saved nor refused."""
    form.is_valid()
    typed = {name: form[name].value() for name in form.fields}
    kept: dict[str, Any] = {"kind": form.kind, "protocol": form.protocol, "rule": form.kept}
    again = RuleForm(None, shelf=draft.shelf, initial=typed, **kept)
    return _show_form(request, key, draft, again, was, said.of_typed(draft, form, was))


def _show_form(
    request: HttpRequest,
    key: str,
    draft: Draft,
    form: RuleForm,
    was: str,
    known: Mapping[str, object] | None = None,
) -> HttpResponse:
    context: dict[str, object] = {"form": form, "was": was, "kind": form.kind.value}
    is_sent = request.method == "POST"
    context["revision"] = revision_of(request) if is_sent else draft.version.revision
    if known is not None:
        context |= known
    elif form.is_bound:
        context |= said.of_typed(draft, form, was)
    elif was:
        context |= said.of_stored(draft, was)
    else:
        context |= said.of_offered(draft, form)
    if form.kind is Kind.SPECIFIC:
        context["page"] = "rule"
    status = 422 if form.errors else 200
    return show(request, key, draft, context, status=status)
