"""System check: no address without a gate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.urls import URLPattern, URLResolver, get_resolver

from web.gate import gate_of


def every_url_has_a_gate(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: object
) -> list[checks.CheckMessage]:
    """Return one error per URL pattern whose view has no gate.

    Class-based API views guard themselves and are left out; so are the path prefixes in the
    setting `GATE_EXEMPT` (default: none).
    """
    exempt = tuple(getattr(settings, "GATE_EXEMPT", ()))
    return [
        checks.Error(
            f"the address `/{path}` has no gate",
            hint="Wrap the view in web.gate.gate, signed_in or open_to_all.",
            obj=pattern.callback,
            id="web.E001",
        )
        for path, pattern in url_patterns()
        if not path.startswith(exempt or ("\0",)) and _is_bare(pattern.callback)
    ]


def url_patterns(
    resolver: URLResolver | None = None, prefix: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """Yield (path, pattern) of each address the site answers, in the order of the URL tables."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from url_patterns(entry, path)
        else:
            yield path, entry


def _is_bare(view: object) -> bool:
    return gate_of(view) is None and not hasattr(view, "cls")
