"""Import SMF Data: uploads and the saved list of server paths."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from analyzer.forms.imports import ChosenPathsForm, SavedPathForm, UploadForm
from analyzer.ingest import intake
from analyzer.ingest.errors import IntakeError
from analyzer.models import Import
from analyzer.queries import settings as reads
from web.gate import gate
from web.uploads import DiskFullError, LimitedUpload, disk_room

RIGHT = "analyzer.import_dump"


@gate(RIGHT)
@require_safe
def import_page(request: HttpRequest) -> HttpResponse:
    return _page(request)


@csrf_exempt  # asked for below: the token is read only when it is known who may send files
@gate(RIGHT)
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    limit = LimitedUpload(request, settings.UPLOAD_MAX_BYTES)
    request.upload_handlers = [limit]
    return _upload(request, limit)


@csrf_protect
def _upload(request: HttpRequest, limit: LimitedUpload) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES, auto_id="upload-%s")
    form.refuse_large(limit.too_large, limit.max_bytes)
    if limit.disk_full:
        return _no_room(request, form, DiskFullError())
    if not form.is_valid():
        return _refused(request, form)
    try:
        taken, refused = _submit_all(request, form)
    except DiskFullError as error:
        return _no_room(request, form, error)
    if not taken:
        form.add_error("dumps", refused)
        return _refused(request, form)
    if not request.accepts("text/html"):
        return JsonResponse({"href": reverse("data_import_detail", args=[taken[0].pk])}, status=201)
    for why in refused:
        messages.error(request, f"Not taken: {why}")
    return _to_imports(request, taken)


@gate(RIGHT)
@require_POST
def import_paths(request: HttpRequest) -> HttpResponse:
    saved = {line.pk: line for line in reads.saved_paths()}
    form = ChosenPathsForm(request.POST, ids=list(saved), auto_id="chosen-%s")
    if not form.is_valid():
        return _page(request, status=422, chosen_form=form, bound_form=form)
    taken: list[Import] = []
    for pk in form.cleaned_data["chosen"]:
        try:
            taken += _submit_path(request, form, saved[pk].path)
        except IntakeError as error:
            messages.error(request, f"{saved[pk].path}: {error}")
    return _to_imports(request, taken) if taken else redirect("data_import")


@gate(RIGHT)
@require_POST
def add_path(request: HttpRequest) -> HttpResponse:
    form = SavedPathForm(request.POST, auto_id="path-%s")
    if form.is_valid():
        try:
            intake.save_path(by=request.user, now=timezone.now(), **form.cleaned_data)
        except IntakeError as error:
            form.add_error("path", str(error))
    if form.errors:
        return _page(request, status=422, path_form=form, bound_form=form)
    messages.success(request, f"{form.cleaned_data['path']} is in the list.")
    return redirect("data_import")


@gate(RIGHT)
@require_POST
def remove_path(request: HttpRequest, pk: int) -> HttpResponse:
    line = reads.saved_path(pk)
    if line is None:
        raise Http404
    intake.remove_path(saved=line, by=request.user, now=timezone.now())
    messages.success(request, f"{line.path} is no longer in the list.")
    return redirect("data_import")


def _submit_all(request: HttpRequest, form: UploadForm) -> tuple[list[Import], list[str]]:
    """The imports that were made, and why the other files were not taken.

    Raises DiskFullError when there was no room for any of them.
    """
    taken, refused = [], []
    for file in form.cleaned_data["dumps"]:
        try:
            with disk_room():
                taken.append(_submit(request, form, file))
        except IntakeError as error:
            refused.append(f"{file.name}: {error}")
        except DiskFullError as error:
            if not taken:
                raise
            refused.append(f"{file.name}: {error}")
    return taken, refused


def _submit(request: HttpRequest, form: UploadForm, file: Any) -> Import:
    return intake.submit_upload(
        file=file,
        name=file.name,
        by=request.user,
        now=timezone.now(),
        comment=form.cleaned_data["comment"],
        forced_framing=form.cleaned_data["framing"],
    )


def _submit_path(request: HttpRequest, form: ChosenPathsForm, path: str) -> list[Import]:
    return intake.submit_path(
        path=path,
        by=request.user,
        now=timezone.now(),
        source=Import.Source.PATH,
        forced_framing=form.cleaned_data["framing"],
    )


def _to_imports(request: HttpRequest, taken: list[Import]) -> HttpResponse:
    if len(taken) == 1:
        return redirect("data_import_detail", taken[0].pk)
    messages.success(request, f"{len(taken)} imports have been submitted.")
    return redirect("data_history")


def _no_room(request: HttpRequest, form: UploadForm, error: DiskFullError) -> HttpResponse:
    form.refuse_files(str(error))
    return _refused(request, form, status=HTTPStatus.INSUFFICIENT_STORAGE)


def _refused(request: HttpRequest, form: UploadForm, *, status: int = 422) -> HttpResponse:
    if request.accepts("text/html"):
        return _page(request, status=status, upload_form=form, bound_form=form)
    first = next(iter(form.errors.values()))[0]
    return JsonResponse({"error": str(first)}, status=status)


def _page(request: HttpRequest, *, status: int = 200, **forms: object) -> HttpResponse:
    saved = reads.saved_paths()
    context = {
        "saved": saved,
        "upload_form": UploadForm(auto_id="upload-%s"),
        "path_form": SavedPathForm(auto_id="path-%s"),
        "chosen_form": ChosenPathsForm(ids=[line.pk for line in saved], auto_id="chosen-%s"),
        "limit_bytes": settings.UPLOAD_MAX_BYTES,
        "roots": settings.IMPORT_ROOTS,
        **forms,
    }
    return render(request, "analyzer/import.html", context, status=status)
