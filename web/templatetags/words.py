"""Sentences for people: the names in them stand out."""

from __future__ import annotations

import re
from typing import Final

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_NAME: Final = re.compile(r"`([^`\n]+)`")


@register.filter
def ended(sentence: object) -> str:
    """Return a sentence with a full stop, unless it asks or ends already."""
    text = str(sentence)
    return text if text.endswith((".", "?", "!")) else f"{text}."


@register.filter
def named(sentence: object) -> SafeString:
    """Return a sentence as HTML, each name that stands between backticks as an element instead.

    What is no SafeString is escaped first, so a name can't bring markup with it.
    """
    escaped = conditional_escape(sentence if isinstance(sentence, str) else str(sentence))
    return mark_safe(_NAME.sub(r'<b class="named">\1</b>', escaped))  # noqa: S308
