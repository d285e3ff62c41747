"""Watch folders: list, add, read, change, remove."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.frame.asked import refuse_unknown
from analyzer.api.frame.described import described
from analyzer.api.frame.errors import ParameterError
from analyzer.api.frame.guard import IMPORT, ApiView
from analyzer.ingest.errors import IntakeError
from analyzer.models import WatchFolder
from analyzer.queries.data import watching as reads
from analyzer.serializers.data import (
    FolderDraftSerializer,
    WatchedFileSerializer,
    WatchFolderSerializer,
)
from analyzer.watching import folders


class WatchFolderFilesSerializer(serializers.Serializer[Any]):
    """A watch folder and the files that were seen last in it."""

    folder = WatchFolderSerializer()
    files = WatchedFileSerializer(many=True)


class WatchFolders(ApiView):
    """All watch folders."""

    rights = {"GET": IMPORT, "POST": IMPORT}

    @described(
        "read_watch_folders",
        summary="Watch folders, by path",
        answers={200: WatchFolderSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params)
        return Response(WatchFolderSerializer(reads.folders(), many=True).data)

    @described(
        "add_watch_folder",
        summary="Watch a folder or pattern",
        answers={201: WatchFolderSerializer},
        request=FolderDraftSerializer,
    )
    def post(self, request: Request) -> Response:
        refuse_unknown(request.query_params)
        given = _given(request)
        active = given.pop("active")
        try:
            made = folders.add(by=request.user, now=timezone.now(), **given)
        except IntakeError as error:
            raise ParameterError({"path": str(error)}) from error
        if not active:
            folders.switch(folder=made, active=False, by=request.user, now=timezone.now())
        return Response(WatchFolderSerializer(_folder_or_404(made.pk)).data, status=201)


class OneWatchFolder(ApiView):
    """One watch folder."""

    rights = {"GET": IMPORT, "PUT": IMPORT, "DELETE": IMPORT}

    @described(
        "read_watch_folder",
        summary="A watch folder and what was seen in it",
        answers={200: WatchFolderFilesSerializer},
        refusals=(400, 404),
    )
    def get(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        found = {"folder": _folder_or_404(pk), "files": reads.files(pk)}
        return Response(WatchFolderFilesSerializer(found).data)

    @described(
        "change_watch_folder",
        summary="Replace what a watch folder says; `active` pauses it or goes on",
        answers={200: WatchFolderSerializer},
        refusals=(400, 404),
        request=FolderDraftSerializer,
    )
    def put(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        folder = _folder_or_404(pk)
        given = _given(request)
        active, now = given.pop("active"), timezone.now()
        try:
            folders.change(folder=folder, by=request.user, now=now, **given)
        except IntakeError as error:
            raise ParameterError({"path": str(error)}) from error
        if active != folder.active:
            folders.switch(folder=folder, active=active, by=request.user, now=now)
        return Response(WatchFolderSerializer(_folder_or_404(pk)).data)

    @described(
        "remove_watch_folder",
        summary="Watch a folder no longer; its imports stay",
        answers={204: None},
        refusals=(400, 404),
    )
    def delete(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        folders.remove(folder=_folder_or_404(pk), by=request.user, now=timezone.now())
        return Response(status=204)


def _given(request: Request) -> dict[str, Any]:
    form = FolderDraftSerializer(data=request.data)
    form.is_valid(raise_exception=True)
    return dict(form.validated_data)


def _folder_or_404(pk: int) -> WatchFolder:
    found = reads.folder(pk)
    if found is None:
        raise Http404("there is no such watch folder")
    return found
