"""z/OS groups, systems and stacks by hand: made, changed, moved, tagged, deleted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from designer import workspace
from designer.content.errors import ChangedError, ContentError, DesignerError, InUseError
from designer.forms.places import GroupForm, PlaceForm, StackChangeForm, StackForm, SystemForm
from designer.models import System, Tag, ZosGroup, needed_for
from designer.queries import places as standing
from designer.queries import stacks as reads
from designer.views.found import AUTHOR, VIEW, get_stack_or_404, require_for, tabs
from designer.views.wizard.start import add_faults
from web.gate import gate

METHODS = ["GET", "HEAD", "POST"]
Given = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page of a form says beside its fields."""

    title: str
    sentence: str
    one: workspace.Place | None = None
    parts: Sequence[tuple[str, str]] = ()
    """What stands on it: words and address."""
    add: tuple[str, str] = ("", "")
    delete: str = ""


@gate(AUTHOR)
@require_http_methods(METHODS)
def group_new(request: HttpRequest) -> HttpResponse:
    form = GroupForm(_data(request))
    shown = Shown("New z/OS group", "Systems that belong together, such as a sysplex or a site.")
    user: Any = request.user

    def save(given: Given) -> workspace.Place:
        return workspace.make_group(**given, by=user, now=timezone.now())

    return _answer(request, form, shown, save)


@gate(AUTHOR)
@require_http_methods(METHODS)
def group(request: HttpRequest, pk: int) -> HttpResponse:
    """Name and description of a group, with its systems."""
    row = _group_or_404(pk)
    form = GroupForm(_data(request), initial={"name": row.name, "description": row.description})
    parts = [
        (str(one), reverse("policy_system", args=[one.pk])) for one in standing.systems_of(row)
    ]
    add = ("New system", f"{reverse('policy_system_new')}?group={pk}")
    delete = reverse("policy_group_delete", args=[pk])
    shown = Shown(row.name, "A z/OS group with its systems.", row, parts, add, delete)
    user: Any = request.user

    def save(given: Given) -> workspace.Place:
        seen = request.POST.get("seen", "")
        return workspace.change_group(group=row, **given, seen=seen, by=user, now=timezone.now())

    return _answer(request, form, shown, save)


@gate(AUTHOR)
@require_http_methods(METHODS)
def system_new(request: HttpRequest) -> HttpResponse:
    choices = {"group": standing.group_choices()}
    form = SystemForm(_data(request), initial=_known(request, "group"), choices=choices)
    shown = Shown("New system", "A z/OS image of a group.")
    user: Any = request.user

    def save(given: Given) -> workspace.Place:
        into = _group_or_404(int(given.pop("group")))
        return workspace.make_system(group=into, **given, by=user, now=timezone.now())

    return _answer(request, form, shown, save)


@gate(VIEW)
@require_http_methods(METHODS)
def system(request: HttpRequest, pk: int) -> HttpResponse:
    """A system's group and names; with PROD stacks on it, its names are an approver's to change."""
    row = _system_or_404(pk)
    _require_either(request)
    initial = {"group": row.group_id, "name": row.name, "sysplex": row.sysplex}
    form = SystemForm(_data(request), initial=initial, choices={"group": standing.group_choices()})
    parts = [
        (f"{one.name} ({one.tag})", reverse("policy_stack", args=[one.pk]))
        for one in standing.stacks_of(row)
    ]
    add = ("New stack", f"{reverse('policy_stack_new')}?system={pk}")
    may_delete = request.user.has_perm(AUTHOR)
    delete = reverse("policy_system_delete", args=[pk]) if may_delete else ""
    words = f"A system of the group {row.group}, with its stacks."
    shown = Shown(str(row), words, row, parts, add, delete)
    user: Any = request.user

    def save(given: Given) -> workspace.Place:
        group = _group_or_404(int(given["group"]))
        require_for(request, *reads.tags_touched(row, group, given["sysplex"], given["name"]))
        placed = workspace.Placed(group, given["name"], given["sysplex"])
        seen = request.POST.get("seen", "")
        return workspace.change_system(
            system=row, placed=placed, seen=seen, by=user, now=timezone.now()
        )

    return _answer(request, form, shown, save)


@gate(VIEW)
@require_http_methods(METHODS)
def stack_new(request: HttpRequest) -> HttpResponse:
    choices = {"system": standing.system_choices(), "tag": _tags(request)}
    form = StackForm(_data(request), initial=_known(request, "system"), choices=choices)
    shown = Shown("New stack", "A TCP/IP stack of a system; it is tied to the records of its name.")
    user: Any = request.user

    def save(given: Given) -> workspace.Place:
        require_for(request, given["tag"])
        on = _system_or_404(int(given.pop("system")))
        return workspace.make_stack(system=on, **given, by=user, now=timezone.now())

    return _answer(request, form, shown, save)


@gate(VIEW)
@require_http_methods(METHODS)
def stack(request: HttpRequest, pk: int) -> HttpResponse:
    """The name of a stack and what it is for."""
    row = get_stack_or_404(pk)
    form = StackChangeForm(
        _data(request),
        initial={"name": row.name, "tag": row.tag},
        choices={"tag": _tags(request, row.tag)},
    )
    words = f"A stack of the system {row.system}; its files bear its name."
    shown = Shown(str(row), words, row, delete=reverse("policy_stack_delete", args=[pk]))
    user: Any = request.user

    def save(given: Given) -> workspace.Place:
        require_for(request, row.tag, given["tag"])
        seen = request.POST.get("seen", "")
        return workspace.change_stack(stack=row, **given, seen=seen, by=user, now=timezone.now())

    return _answer(request, form, shown, save)


@gate(AUTHOR)
@require_http_methods(METHODS)
def group_delete(request: HttpRequest, pk: int) -> HttpResponse:
    return _delete(request, _group_or_404(pk), "z/OS group")


@gate(AUTHOR)
@require_http_methods(METHODS)
def system_delete(request: HttpRequest, pk: int) -> HttpResponse:
    return _delete(request, _system_or_404(pk), "system")


@gate(VIEW)
@require_http_methods(METHODS)
def stack_delete(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_stack_or_404(pk)
    require_for(request, row.tag)
    return _delete(request, row, "stack")


def _answer(
    request: HttpRequest,
    form: PlaceForm,
    shown: Shown,
    save: Callable[[Given], workspace.Place],
) -> HttpResponse:
    """Save a valid form, else show the page; what was typed is kept."""
    status = HTTPStatus.OK
    if form.is_bound and form.is_valid():
        try:
            made = save(dict(form.cleaned_data))
        except ContentError as error:
            add_faults(form, error)
        except ChangedError:
            status = HTTPStatus.CONFLICT
            again = "Save again to put what stands below in its place."
            form.add_error(None, f"Meanwhile somebody has saved: {_says(shown.one)}. {again}")
        except DesignerError as error:
            messages.error(request, f"{error}.")
            return redirect("policy_stacks")
        else:
            messages.success(request, f"{made} is saved.")
            return redirect("policy_stacks")
    if shown.one is not None:
        shown.one.refresh_from_db()
    context = {
        "form": form,
        "shown": shown,
        "seen": workspace.mark(shown.one) if shown.one else "",
        "tabs": tabs("policy_stacks"),
    }
    if form.errors and status == HTTPStatus.OK:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "designer/place.html", context, status=status)


def _delete(request: HttpRequest, row: workspace.Place, what: str) -> HttpResponse:
    """Ask for the name; say what stands on it and has to go first."""
    wrong, stands = "", standing.on(row)
    if request.method == "POST" and not stands.holding:
        user: Any = request.user
        if request.POST.get("name", "").strip() == row.name:
            seen = request.POST.get("seen", "")
            try:
                workspace.delete(one=row, seen=seen, by=user, now=timezone.now())
            except (InUseError, ChangedError) as error:
                messages.error(request, f"{error}.")
                return redirect(request.path)
            except DesignerError as error:
                messages.error(request, f"{error}.")
                return redirect("policy_stacks")
            messages.success(request, f"The {what} {row} is deleted.")
            return redirect("policy_stacks")
        wrong = f"That is not its name: {row.name}."
    context = {"row": row, "what": what, "stands": stands, "wrong": wrong}
    context["seen"] = workspace.mark(row)
    status = 422 if request.method == "POST" else 200
    page = context | {"tabs": tabs("policy_stacks")}
    return render(request, "designer/place_delete.html", page, status=status)


def _says(one: workspace.Place | None) -> str:
    """What is saved now, in words."""
    if one is None:
        return "nothing"
    one.refresh_from_db()
    if isinstance(one, ZosGroup):
        return f"{one.name}, {one.description or 'no description'}"
    if isinstance(one, System):
        return f"{one} in the group {one.group}"
    return f"{one.name}, {one.tag}"


def _data(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _known(request: HttpRequest, name: str) -> dict[str, str]:
    return {name: request.GET[name]} if name in request.GET else {}


def _require_either(request: HttpRequest) -> None:
    if not _tags(request):
        raise PermissionDenied


def _tags(request: HttpRequest, now: str = "") -> list[tuple[str, str]]:
    """The tags that somebody may give a stack that has the tag `now`; PermissionDenied for none."""
    found = [
        (str(key), str(words))
        for key, words in Tag.choices
        if request.user.has_perm(needed_for(key, now))
    ]
    if not found:
        raise PermissionDenied
    return found


def _group_or_404(pk: int) -> ZosGroup:
    found = reads.group(pk)
    if found is None:
        raise Http404("there is no such z/OS group")
    return found


def _system_or_404(pk: int) -> System:
    found = reads.system(pk)
    if found is None:
        raise Http404("there is no such system")
    return found
