"""A policy file as bytes, in the code page that is asked for."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

from analyzer.api.frame.asked import refuse_unknown
from analyzer.api.frame.described import described, query
from analyzer.api.frame.errors import ParameterError
from designer import installing, rulesets
from designer.api.frame import PolicyView, found_or_404, person, version_or_404
from designer.content.encoding import TEXT_PAGE
from designer.queries import stacks as reads
from policy.code_page import CodePage


class PolicyFileRenderer(BaseRenderer):
    """Says that an address answers with a file; the answer itself is one."""

    media_type = "application/octet-stream"
    format = "bytes"

    def render(self, data: Any, *args: Any, **more: Any) -> bytes:
        """Nothing: an answer with data is a file or an error, which have forms of their own."""
        return b""


_ANSWERS: Final = {(200, PolicyFileRenderer.media_type): OpenApiTypes.BINARY}
_CODE_PAGES: Final = [page.value for page in CodePage]
_PAGE: Final = query(
    "code_page",
    "UTF-8 (to be converted on its way) unless given; IBM-1047 goes to z/OS byte for byte and has "
    "a `Codepage` statement.",
    enum=_CODE_PAGES,
)
_DIALECT: Final = query("dialect", "Id of a dialect; the usual one unless given.")


class VersionFile(PolicyView):
    """The rule set of a version alone."""

    renderer_classes = [PolicyFileRenderer, JSONRenderer]

    @described(
        "read_policy_version_file",
        summary="The policy file of a version, byte for byte",
        answers=_ANSWERS,
        parameters=(_PAGE, _DIALECT),
        refusals=(400, 404, 409),
    )
    def get(self, request: Request, pk: int) -> HttpResponse:
        refuse_unknown(request.query_params, ("code_page", "dialect"))
        version, page = version_or_404(pk), _page(request)
        dialect = request.query_params.get("dialect", "")
        return _file(request, str(version), rulesets.version_file(version, page, dialect=dialect))


class StackFile(PolicyView):
    """The policy file of a stack, all protocols in it."""

    renderer_classes = [PolicyFileRenderer, JSONRenderer]

    @described(
        "read_policy_stack_file",
        summary="The policy file of a stack, byte for byte",
        answers=_ANSWERS,
        parameters=(_PAGE, _DIALECT),
        refusals=(400, 404, 409),
    )
    def get(self, request: Request, pk: int) -> HttpResponse:
        refuse_unknown(request.query_params, ("code_page", "dialect"))
        stack, page = found_or_404(reads.stack(pk), "stack"), _page(request)
        dialect = request.query_params.get("dialect", "")
        return _file(request, str(stack), rulesets.stack_file(stack, page, dialect=dialect))


def _page(request: Request) -> CodePage:
    asked = request.query_params.get("code_page", TEXT_PAGE.value)
    if asked not in _CODE_PAGES:
        named = ", ".join(f"`{one}`" for one in _CODE_PAGES)
        raise ParameterError({"code_page": f"`code_page` is one of {named}"})
    return CodePage(asked)


def _file(request: Request, target: str, found: rulesets.Encoded) -> HttpResponse:
    who = person(request)
    installing.note_fetch(target=target, file=found, by=who, now=timezone.now())
    headers = {"ETag": f'"{found.digest}"'}
    return HttpResponse(found.data, content_type=PolicyFileRenderer.media_type, headers=headers)
