"""Addresses of servers as Django wants them."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from config.env import EnvironmentVariableError


def database(url: str) -> dict[str, Any]:
    """Settings from `postgresql://user:password@host:port/name?option=value`.

    The host may be the directory of a unix socket with its slashes quoted (%2F).
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise EnvironmentVariableError(
            "DATABASE_URL: only PostgreSQL is supported (postgresql://user@host:5432/name)"
        )
    _, _, place = parts.netloc.rpartition("@")
    host, _, port = place.partition(":") if not place.startswith("[") else _ipv6(place)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(host),
        "PORT": port,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def bracketed(host: str) -> str:
    """A host as it stands in an address and in a Host header."""
    return f"[{host}]" if ":" in host else host


def _ipv6(place: str) -> tuple[str, str, str]:
    host, _, rest = place[1:].partition("]")
    return host, ":", rest.lstrip(":")


def smtp_security(text: str) -> tuple[bool, bool]:
    """Whether mail goes through STARTTLS, and whether through TLS from the first byte."""
    if text not in {"starttls", "tls", "off"}:
        raise EnvironmentVariableError(
            f"ZERTIFY_SMTP_SECURITY: `{text}` is none of starttls, tls, off"
        )
    return text == "starttls", text == "tls"
