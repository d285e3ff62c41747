"""Logs: one line an event, on standard error, without secrets."""

from __future__ import annotations

import logging
import re
from typing import Any

import structlog

SECRET_KEYS = re.compile(r"passw|secret|token|authorization|cookie|api_key", re.IGNORECASE)
# A search ends where the next address may begin: no text costs more than its length.
URL_PASSWORD = re.compile(r"(://[^:/@\s]*:)(?:(?!://)[^@\s])+@")
HIDDEN = "[hidden]"
# They write whole addresses, and that of a webhook is a secret.
SILENT_BELOW_WARNING = ("httpx", "httpcore")


def hide_secrets(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Blank values whose name says secret, and passwords inside addresses."""
    for key, value in event.items():
        if SECRET_KEYS.search(key):
            event[key] = HIDDEN
        elif isinstance(value, str):
            event[key] = URL_PASSWORD.sub(rf"\1{HIDDEN}@", value)
    return event


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
    hide_secrets,
]


def logging_settings(*, level: str, as_json: bool) -> dict[str, Any]:
    """Django's LOGGING: everything goes through structlog's processors."""
    _configure(level)
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": SHARED,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"plain": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {
            "django.server": {"handlers": [], "propagate": True},
            **{name: {"level": "WARNING"} for name in SILENT_BELOW_WARNING},
        },
    }


def _configure(level: str) -> None:
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
        ),
        cache_logger_on_first_use=True,
    )
