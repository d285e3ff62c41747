"""Settings of systems: the time zone and the code page of their records."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from analyzer import systems as verbs
from analyzer.forms.systems import SystemForm
from analyzer.models import SystemSettings
from analyzer.queries import settings as reads
from web.gate import gate


@gate("analyzer.view_report")
@require_safe
def systems(request: HttpRequest) -> HttpResponse:
    rows = [_row(found) for found in reads.systems()]
    return render(request, "analyzer/systems.html", {"systems": rows})


@gate("analyzer.administer")
@require_http_methods(["GET", "HEAD", "POST"])
def system(request: HttpRequest, pk: int) -> HttpResponse:
    found = reads.system(pk)
    if found is None:
        raise Http404
    initial = {"time_zone": found.time_zone, "code_page": found.code_page}
    zones = reads.time_zones()
    data = request.POST if request.method == "POST" else None
    form = SystemForm(data, initial=initial, zones=zones)
    if form.is_bound and form.is_valid():
        _save(request, found, form)
        return redirect("settings_systems")
    context = {
        "system": found,
        "form": form,
        "proposal": proposal(found),
        "zones": zones,
    }
    return render(request, "analyzer/system.html", context, status=422 if form.errors else 200)


def proposal(found: SystemSettings) -> str:
    """`UTC+02:00` as connection records of the system suggest it; empty without any."""
    minutes = found.proposed_offset_min
    if minutes is None:
        return ""
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _save(request: HttpRequest, found: SystemSettings, form: SystemForm) -> None:
    zone, code_page = form.cleaned_data["time_zone"], form.cleaned_data["code_page"]
    if "time_zone" in form.changed_data:
        verbs.set_time_zone(settings=found, zone=zone, by=request.user, now=timezone.now())
    if "code_page" in form.changed_data:
        verbs.set_code_page(
            settings=found, code_page=code_page, by=request.user, now=timezone.now()
        )
    messages.success(request, f"{found}: times are in {zone}, text in {code_page}.")


def _row(found: SystemSettings) -> dict[str, object]:
    offset = found.proposed_offset_min
    return {
        "pk": found.pk,
        "sysplex": found.sysplex,
        "system": found.system,
        "stack_names": ", ".join(sorted(stack.stack for stack in found.stacks.all())),
        "time_zone": found.time_zone,
        "get_zone_source_display": found.get_zone_source_display(),
        "proposal": proposal(found),
        "contradicts": offset is not None and not _fits(found.time_zone, offset),
        "code_page": found.code_page,
    }


def _fits(zone: str, offset_min: int) -> bool:
    """True when the zone has that offset in winter or in summer: records don't say which."""
    year = timezone.now().replace(month=1, day=15)
    offsets = {
        moment.astimezone(ZoneInfo(zone)).utcoffset() for moment in (year, year.replace(month=7))
    }
    return timedelta(minutes=offset_min) in offsets
