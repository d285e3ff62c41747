"""Imports: submit, look, cancel; the records that could not be read."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils import timezone
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.frame.answers import page_body
from analyzer.api.frame.asked import refuse_unknown
from analyzer.api.frame.described import PAGE, described
from analyzer.api.frame.errors import ConflictError, ParameterError, TooLargeError
from analyzer.api.frame.guard import IMPORT, ApiView
from analyzer.api.frame.listing import read_listing
from analyzer.api.frame.parsing import BoundedForm, BoundedJson
from analyzer.ingest import intake
from analyzer.ingest.errors import IntakeError
from analyzer.models import Import
from analyzer.queries.data import imports as reads
from analyzer.renewal import renew_all
from analyzer.serializers.imports import ImportSerializer, RejectSerializer, SubmitSerializer
from analyzer.serializers.shapes import page_shape
from web.uploads import DiskFullError, LimitedUpload, disk_room

_PAGE: Final = page_shape("Import", ImportSerializer(many=True))
_REJECTS: Final = page_shape("Reject", RejectSerializer(many=True))


class SubmittedSerializer(serializers.Serializer[Any]):
    """The imports that were made: one for each file that a pattern matches."""

    imports = ImportSerializer(many=True)


class Imports(ApiView):
    """All imports."""

    rights = {"POST": IMPORT}
    parser_classes = [MultiPartParser, BoundedForm, BoundedJson]
    arriving: LimitedUpload

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        # Here, because the check of a browser's CSRF token reads the whole request.
        # Who is signed in without the right is not listened to; a token's user is known later.
        user = getattr(request, "user", None)  # the schema is made from a request without one
        hears = user is None or not user.is_authenticated or user.has_perm(IMPORT)
        limit_bytes = settings.UPLOAD_MAX_BYTES if hears else 0
        self.arriving = LimitedUpload(request, limit_bytes, at_once=True)
        request.upload_handlers = [self.arriving]
        return super().initialize_request(request, *args, **kwargs)

    @described(
        "read_imports", summary="Imports, the latest first", answers={200: _PAGE}, parameters=PAGE
    )
    def get(self, request: Request) -> Response:
        page = read_listing(request, reads.history)
        found = reads.by_ids([row["id"] for row in page.rows])
        return Response(page_body(page, list(ImportSerializer(found, many=True).data)))

    @described(
        "submit_import",
        summary="Submit a dump",
        description="A file as multipart, or a path or pattern on the server.",
        answers={201: SubmittedSerializer},
        refusals=(400, 413, 507),
        request=SubmitSerializer,
    )
    def post(self, request: Request) -> Response:
        refuse_unknown(request.query_params)
        form = SubmitSerializer(data=_received(request, self.arriving))
        form.is_valid(raise_exception=True)
        if len(request.FILES.getlist("file")) > 1:
            raise ParameterError({"file": "one file a request"})
        taken = _submit(request, form.validated_data)
        body = {"imports": ImportSerializer(taken, many=True).data}
        return Response(body, status=201)


class OneImport(ApiView):
    """One import."""

    @described(
        "read_import", summary="An import", answers={200: ImportSerializer}, refusals=(400, 404)
    )
    def get(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        return Response(ImportSerializer(get_import_or_404(pk)).data)


class Cancel(ApiView):
    """Stop an import; whole batches stay."""

    rights = {"POST": IMPORT}

    @described(
        "cancel_import",
        summary="Cancel an import",
        answers={200: ImportSerializer},
        refusals=(400, 404, 409),
        request=None,
    )
    def post(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        imported = get_import_or_404(pk)
        if not intake.cancel(imported=imported, by=request.user, now=timezone.now()):
            raise ConflictError("the import has ended already")
        return Response(ImportSerializer(get_import_or_404(pk)).data)


class Renew(ApiView):
    """Read again what an older decoder has read, where the dump is still there."""

    rights = {"POST": IMPORT}

    @described(
        "renew_imports",
        summary="Read imports of an older decoder again",
        answers={201: SubmittedSerializer},
        request=None,
    )
    def post(self, request: Request) -> Response:
        refuse_unknown(request.query_params)
        found = renew_all(by=request.user, now=timezone.now())
        return Response({"imports": ImportSerializer(found.taken, many=True).data}, status=201)


class Rejects(ApiView):
    """The records of an import that could not be read."""

    @described(
        "read_rejects",
        summary="Rejected records, by their place in the file",
        answers={200: _REJECTS},
        parameters=PAGE,
        refusals=(400, 404),
    )
    def get(self, request: Request, pk: int) -> Response:
        get_import_or_404(pk)
        page = read_listing(request, partial(reads.rejects, pk))
        rows = [{**row, "head": bytes(row["head"]).hex()} for row in page.rows]
        return Response(page_body(page, rows))


def _received(request: Request, arriving: LimitedUpload) -> Any:
    """The body of the request. Raises TooLargeError as early as that is known, DiskFullError."""
    limit = f"the limit of {arriving.max_bytes} bytes"
    said = str(request.META.get("CONTENT_LENGTH", ""))
    size_bytes = int(said) if said.isdecimal() else 0
    # What is not the file has a limit of its own.
    if size_bytes > arriving.max_bytes + settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise TooLargeError(f"the request is larger than {limit}")
    data = request.data
    if arriving.too_large:
        raise TooLargeError(f"`{arriving.too_large[0]}` is larger than {limit}")
    if arriving.disk_full:
        raise DiskFullError
    return data


def _submit(request: Request, given: dict[str, Any]) -> list[Import]:
    said: Any = {
        "by": request.user,
        "now": timezone.now(),
        "source": Import.Source.API,
        "comment": given.get("comment", ""),
        "forced_framing": given.get("framing", ""),
    }
    field = "file" if "file" in given else "path"
    try:
        if field == "file":
            file = given["file"]
            with disk_room():
                return [intake.submit_upload(file=file, name=file.name, **said)]
        return intake.submit_path(path=given["path"], **said)
    except IntakeError as error:
        raise ParameterError({field: str(error)}) from error


def get_import_or_404(pk: int) -> Import:
    try:
        return reads.get(pk)
    except Import.DoesNotExist as missing:
        raise Http404("there is no such import") from missing
