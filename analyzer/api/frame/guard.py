"""What every address has in common: who may, which form the answer has, how errors look."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Final

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import SAFE_METHODS, BasePermission, IsAuthenticated
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analyzer.api.frame.errors import ParameterError, answer_error
from analyzer.api.frame.parsing import BoundedJson
from analyzer.api.frame.tokens import require_scope

VIEW: Final = "analyzer.view_report"
IMPORT: Final = "analyzer.import_dump"
EXPORT: Final = "analyzer.export"
ADMINISTER: Final = "analyzer.administer"
NOT_KEPT: Final = {"Cache-Control": "private, no-store"}
"""What a browser got may not be found in it after the sign-out."""


class HasRight(BasePermission):
    """The permission that the address names for the method, and the token's scope for it."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        rights: Mapping[str, str] = getattr(view, "rights", {})
        right = rights.get(str(request.method), VIEW)
        scopes: Mapping[str, str] = getattr(view, "scopes", {})
        require_scope(request, right, scopes.get(str(request.method), ""))
        return request.user.has_perm(right)


class FormatNegotiation(DefaultContentNegotiation):
    """`?format=` decides, else the Accept header, else JSON."""

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        asked = request.query_params.get("format")
        if asked is None:
            found: tuple[BaseRenderer, str] = super().select_renderer(request, renderers)
            return found
        for renderer in renderers:
            if renderer.format == asked:
                return renderer, str(renderer.media_type)
        known = ", ".join(str(renderer.format) for renderer in renderers)
        raise ParameterError({"format": f"`{asked}` is none of {known}"})


class ApiView(APIView):
    """`rights` names the permission of each method; reading needs that of the report.

    `scopes` names the scope of a token where it is not that of the right.
    """

    rights: ClassVar[Mapping[str, str]] = {}
    scopes: ClassVar[Mapping[str, str]] = {}
    permission_classes = [IsAuthenticated, HasRight]
    parser_classes = [BoundedJson]
    renderer_classes = [JSONRenderer]
    content_negotiation_class = FormatNegotiation
    metadata_class = None

    def get_renderers(self) -> list[BaseRenderer]:
        """What was written is told as JSON; a method that there is not has its own refusal."""
        found: list[BaseRenderer] = super().get_renderers()
        method = str(self.request.method)
        if method in SAFE_METHODS or not hasattr(self, method.lower()):
            return found
        return [one for one in found if isinstance(one, JSONRenderer)]

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response | None]:
        return answer_error

    def finalize_response(self, request: Request, response: Any, *args: Any, **more: Any) -> Any:
        found = super().finalize_response(request, response, *args, **more)
        for name, value in NOT_KEPT.items():
            found.headers.setdefault(name, value)
        return found

    def handle_exception(self, exc: Exception) -> Response:
        response = super().handle_exception(exc)
        # An error is JSON, also where CSV was asked for.
        self.request.accepted_renderer = JSONRenderer()
        self.request.accepted_media_type = JSONRenderer.media_type
        return response
