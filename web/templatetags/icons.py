"""Icons from the local sprite: always beside a word, never instead of one."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
@lru_cache(1_000)
def icon(name: str, css: str = "") -> SafeString:
    """Return the icon `name` as SVG that screen readers skip."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        css,
        static("img/icons.svg"),
        name,
    )
