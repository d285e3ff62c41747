"""The site's own baselines: copied from another, renamed, deleted, taken away and brought in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analyzer import own_baselines as verbs
from analyzer.baselines.profile import Profile
from analyzer.baselines.reading import LONGEST, ProfileError
from analyzer.forms.baselines import DetailsForm, ProfileFileForm
from analyzer.serializers.profile_file import MOST_BYTES, file_of, profile_of
from analyzer.views.baselines.found import EXPORT, SAVE, get_own_or_404, get_profile_or_404
from analyzer.views.baselines.listing import show_baselines
from analyzer.views.report.scope import BASELINES, read_scope, tabs
from web.gate import gate
from web.revisions import Conflict, conflict_of

_COPY = "Copy of "


@gate(SAVE)
@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: HttpRequest, key: str) -> HttpResponse:
    """A baseline of the site that says what this one says, until it is changed."""
    basis = get_profile_or_404(key)
    note = f"Copied from {basis.name}" + (f", version {basis.version}" if basis.version else "")
    if request.method == "POST":
        form = DetailsForm(request.POST)
        if form.is_valid():
            profile = _told(replace(basis, key="", basis=basis.key), form)
            return _kept(request, profile, form, form.cleaned_data["note"] or f"{note}.")
        return _details(request, form, basis, copied=True, status=422)
    initial = _initial(basis) | {"name": f"{_COPY}{basis.name}"[: LONGEST["name"]]}
    return _details(request, DetailsForm(initial=initial), basis, copied=True)


@gate(SAVE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """Name, words and protocols of a baseline of the site."""
    row, profile = get_own_or_404(key)
    if request.method != "POST":
        initial = _initial(profile) | {"revision": profile.version}
        return _details(request, DetailsForm(initial=initial, key=key), profile)
    form = DetailsForm(request.POST, key=key)
    if not form.is_valid():
        return _details(request, form, profile, status=422)
    user: Any = request.user
    note = form.cleaned_data["note"] or "Details changed."
    seen = form.cleaned_data["revision"]
    try:
        verbs.require_unchanged(baseline=row, profile=profile, version=seen)
        verbs.change(
            baseline=row, profile=_told(profile, form), note=note, by=user, now=timezone.now()
        )
    except verbs.OutdatedError as error:
        _, now = get_own_or_404(key)
        conflict = conflict_of(form, error, _initial(now), href=request.path)
        return _details(request, form, now, status=409, conflict=conflict)
    except verbs.OwnBaselineError as error:
        form.add_error(None, f"{error}.")
        return _details(request, form, profile, status=422)
    messages.success(request, f"The baseline {profile.name} is changed.")
    return redirect("report_baseline", key)


@gate(SAVE)
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, key: str) -> HttpResponse:
    row, profile = get_own_or_404(key)
    if request.method == "POST":
        user: Any = request.user
        verbs.delete(baseline=row, by=user, now=timezone.now())
        messages.success(request, f"The baseline {profile.name} is deleted.")
        return redirect("report_baselines")
    scope = read_scope(request)
    context = {"profile": profile, "tabs": tabs(request, scope, BASELINES)}
    return render(request, "analyzer/baseline_delete.html", context)


@gate(EXPORT)
@require_safe
def export(request: HttpRequest, key: str) -> HttpResponse:
    """The profile itself as a file."""
    profile = get_profile_or_404(key)
    if request.method == "GET":
        verbs.note_export(profile=profile, what="export", by=request.user, now=timezone.now())
    headers = {
        "Content-Disposition": f'attachment; filename="zertify_baseline_{profile.key}.json"',
        "Cache-Control": "no-store",
    }
    return HttpResponse(file_of(profile), content_type="application/json", headers=headers)


@gate(SAVE)
@require_POST
def bring_in(request: HttpRequest) -> HttpResponse:
    """The profile of a file becomes one of the site, or the reasons why not."""
    form = ProfileFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return show_baselines(request, form=form, status=422)
    user: Any = request.user
    try:
        profile = profile_of(form.cleaned_data["file"].read(MOST_BYTES + 1))
        made = verbs.make(profile=profile, note="Imported.", by=user, now=timezone.now())
    except ProfileError as error:
        return show_baselines(request, form=form, status=422, reasons=error.reasons)
    except verbs.OwnBaselineError as error:
        return show_baselines(request, form=form, status=422, reasons=(str(error),))
    messages.success(request, f"The baseline {made.name} is imported.")
    return redirect("report_baseline", made.key)


def _kept(request: HttpRequest, profile: Profile, form: DetailsForm, note: str) -> HttpResponse:
    user: Any = request.user
    try:
        made = verbs.make(profile=profile, note=note, by=user, now=timezone.now())
    except verbs.OwnBaselineError as error:
        form.add_error(None, f"{error}.")
        return _details(request, form, profile, copied=True, status=422)
    messages.success(request, f"The baseline {made.name} is yours to change.")
    return redirect("report_baseline", made.key)


def _told(profile: Profile, form: DetailsForm) -> Profile:
    given = form.cleaned_data
    return replace(
        profile,
        name=given["name"],
        document=given["document"],
        about=given["about"],
        covers=tuple(given["covers"]),
    )


def _initial(profile: Profile) -> dict[str, Any]:
    return {
        "name": profile.name,
        "document": profile.document,
        "about": profile.about,
        "covers": list(profile.covers),
    }


def _details(
    request: HttpRequest,
    form: DetailsForm,
    profile: Profile,
    *,
    copied: bool = False,
    status: int = 200,
    conflict: Conflict | None = None,
) -> HttpResponse:
    scope = read_scope(request)
    context = {
        "form": form,
        "profile": profile,
        "copied": copied,
        "conflict": conflict,
        "tabs": tabs(request, scope, BASELINES),
    }
    return render(request, "analyzer/baseline_details.html", context, status=status)
