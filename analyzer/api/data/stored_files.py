"""The stored copy of an uploaded dump: fetch it again, import it again, or drop it."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.data.imports import get_import_or_404
from analyzer.api.frame.asked import refuse_unknown
from analyzer.api.frame.described import described
from analyzer.api.frame.errors import ConflictError
from analyzer.api.frame.guard import ADMINISTER, EXPORT, IMPORT, ApiView
from analyzer.ingest import intake
from analyzer.ingest.errors import IntakeError
from analyzer.models import StoredFile
from analyzer.serializers.imports import ImportSerializer


class BytesRenderer(BaseRenderer):
    """Says that an address answers with a file as it came; the answer itself is a file."""

    media_type = "application/octet-stream"
    format = "bytes"

    def render(self, data: Any, *args: Any, **more: Any) -> bytes:
        """Nothing: an answer with data is a file or an error, which have forms of their own."""
        return b""


class File(ApiView):
    """The stored copy of an upload."""

    rights = {"GET": EXPORT, "DELETE": ADMINISTER}
    renderer_classes = [BytesRenderer, JSONRenderer]

    @described(
        "read_import_file",
        summary="The stored copy of an upload, byte for byte",
        answers={(200, BytesRenderer.media_type): OpenApiTypes.BINARY},
        refusals=(400, 404, 409),
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        refuse_unknown(request.query_params)
        stored = _stored_or_404(pk)
        try:
            file = intake.fetch_file(stored=stored, by=request.user, now=timezone.now())
        except IntakeError as error:
            raise ConflictError(str(error)) from error
        return FileResponse(
            file,
            as_attachment=True,
            filename=stored.name,
            content_type=BytesRenderer.media_type,
            headers={"Cache-Control": "no-store"},
        )

    @described(
        "drop_import_file",
        summary="Drop the stored copy of an upload; what was imported from it stays",
        answers={204: None},
        refusals=(400, 404, 409),
    )
    def delete(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        stored = _stored_or_404(pk)
        try:
            intake.drop_file(stored=stored, by=request.user, now=timezone.now())
        except IntakeError as error:
            raise ConflictError(str(error)) from error
        return Response(status=204)


class Resubmit(ApiView):
    """The same dump once more, as a new import."""

    rights = {"POST": IMPORT}

    @described(
        "resubmit_import",
        summary="Import the same file again",
        answers={201: ImportSerializer},
        refusals=(400, 404, 409),
        request=None,
    )
    def post(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        found = get_import_or_404(pk)
        try:
            made = intake.resubmit(imported=found, by=request.user, now=timezone.now())
        except IntakeError as error:
            raise ConflictError(str(error)) from error
        return Response(ImportSerializer(made).data, status=201)


def _stored_or_404(pk: int) -> StoredFile:
    stored = get_import_or_404(pk).stored_file
    if stored is None or stored.dropped_at is not None:
        raise Http404("there is no stored copy of this import")
    return stored
