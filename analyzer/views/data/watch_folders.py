"""Watch folders: add, change, pause, remove; what was seen in each."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from analyzer.forms.data import WatchFolderForm
from analyzer.ingest.errors import IntakeError
from analyzer.models import WatchFolder
from analyzer.queries.data import watching as reads
from analyzer.watching import folders
from web import htmx
from web.gate import gate

RIGHT = "analyzer.import_dump"
_METHODS = ["GET", "HEAD", "POST"]


@gate(RIGHT)
@require_http_methods(_METHODS)
def watch_folders(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _list(request, WatchFolderForm())
    form = WatchFolderForm(request.POST)
    if form.is_valid():
        try:
            made = folders.add(by=request.user, now=timezone.now(), **form.cleaned_data)
        except IntakeError as error:
            form.add_error("path", str(error))
        else:
            messages.success(request, f"{made.path} is watched from now on.")
            return redirect("data_watch")
    return _list(request, form, status=422)


@gate(RIGHT)
@require_http_methods(_METHODS)
def watch_folder(request: HttpRequest, pk: int) -> HttpResponse:
    folder = _folder_or_404(pk)
    if request.method != "POST":
        given = {"path": folder.path, "skip": folder.skip, "comment": folder.comment}
        return _one(request, folder, WatchFolderForm(initial=given))
    form = WatchFolderForm(request.POST)
    if form.is_valid():
        try:
            folders.change(folder=folder, by=request.user, now=timezone.now(), **form.cleaned_data)
        except IntakeError as error:
            form.add_error("path", str(error))
        else:
            messages.success(request, "Saved.")
            return redirect("data_watch_folder", pk)
    return _one(request, folder, form, status=422)


@gate(RIGHT)
@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    folder = _folder_or_404(pk)
    folders.switch(folder=folder, active=not folder.active, by=request.user, now=timezone.now())
    return redirect("data_watch_folder", pk)


@gate(RIGHT)
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    folder = _folder_or_404(pk)
    folders.remove(folder=folder, by=request.user, now=timezone.now())
    messages.success(request, f"{folder.path} is watched no longer; its imports stay.")
    return redirect("data_watch")


def _folder_or_404(pk: int) -> WatchFolder:
    found = reads.folder(pk)
    if found is None:
        raise Http404
    return found


def _list(request: HttpRequest, form: WatchFolderForm, *, status: int = 200) -> HttpResponse:
    context = {
        "folders": reads.folders(),
        "form": form,
        "roots": settings.IMPORT_ROOTS,
        "quiet_s": settings.WATCH_QUIET_S,
    }
    return render(request, "analyzer/watch_folders.html", context, status=status)


def _one(
    request: HttpRequest, folder: WatchFolder, form: WatchFolderForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "folder": folder,
        "files": reads.files(folder.pk),
        "most": reads.SHOWN_FILES,
        "form": form,
        "quiet_s": settings.WATCH_QUIET_S,
    }
    return htmx.render_part(
        request,
        "analyzer/watch_folder.html",
        "analyzer/_watched_files.html",
        context,
        status=status,
    )
