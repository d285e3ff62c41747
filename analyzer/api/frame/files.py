"""Files as answers: which format is asked for, and who may have one."""

from __future__ import annotations

from typing import Final

from rest_framework.exceptions import PermissionDenied
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from analyzer.api.frame.errors import ParameterError
from analyzer.api.frame.guard import EXPORT
from analyzer.api.frame.tokens import require_scope
from analyzer.exports.formats.options import OptionError
from analyzer.exports.formats.registry import BY_NAME, FORMATS, Chosen, Format, chosen


def _renderer(form: Format) -> type[BaseRenderer]:
    """Says that an address can answer in a format; the answer itself is a file."""
    names = {"media_type": form.media_type, "format": form.name}
    return type(f"{form.name.capitalize()}Renderer", (BaseRenderer,), names)


FILE_RENDERERS: Final = [_renderer(form) for form in FORMATS]


def asked_file(request: Request) -> Chosen | None:
    """The format of the file that is asked for, None for a page. Raises ParameterError."""
    name = request.accepted_renderer.format
    if name not in BY_NAME:
        return None
    params = request.query_params
    try:
        return chosen(
            name, delimiter=params.get("delimiter", ""), quoting=params.get("quoting", "")
        )
    except OptionError as error:
        raise ParameterError({error.param: str(error)}) from error


def require_export(request: Request) -> None:
    """Ask for the right to take rows away, and for a token's scope."""
    require_scope(request, EXPORT)
    if not request.user.has_perm(EXPORT):
        raise PermissionDenied
