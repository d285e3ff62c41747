"""What every address has in common: who may, which form the answer has, how errors look."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Final

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analyzer.api.errors import ParameterError, answer_error

VIEW: Final = "analyzer.view_report"
IMPORT: Final = "analyzer.import_dump"
EXPORT: Final = "analyzer.export"


class HasRight(BasePermission):
    """The permission that the address names for the method."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        rights: Mapping[str, str] = getattr(view, "rights", {})
        return request.user.has_perm(rights.get(str(request.method), VIEW))


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
    """`rights` names the permission of each method; reading needs that of the report."""

    rights: ClassVar[Mapping[str, str]] = {}
    permission_classes = [IsAuthenticated, HasRight]
    renderer_classes = [JSONRenderer]
    content_negotiation_class = FormatNegotiation
    metadata_class = None

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response | None]:
        return answer_error

    def handle_exception(self, exc: Exception) -> Response:
        response = super().handle_exception(exc)
        # An error is JSON, also where CSV was asked for.
        self.request.accepted_renderer = JSONRenderer()
        self.request.accepted_media_type = JSONRenderer.media_type
        return response
