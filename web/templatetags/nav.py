"""Links of the bars, which know where they are."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def nav_link(context: Context, url_name: str, word: str, under: str = "") -> SafeString:
    """Return a link of a bar, marked as current when the page lies under the path `under`.

    `under` defaults to the link's own path.
    """
    href = reverse(url_name)
    request: Any = context.get("request")
    here = request is not None and request.path.startswith(under or href)
    return format_html(
        '<a class="nav-link{}" href="{}"{}>{}</a>',
        " active" if here else "",
        href,
        _current(here=here, exact=request is not None and request.path == href),
        word,
    )


def _current(*, here: bool, exact: bool) -> SafeString:
    if not here:
        return SafeString("")
    return SafeString(' aria-current="page"') if exact else SafeString(' aria-current="true"')
