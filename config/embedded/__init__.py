"""PostgreSQL and Valkey for one machine, started on demand and stopped when nobody needs them.

A guardian process owns both servers. Each process that needs them holds a lease (a locked file);
the guardian stops the servers when no lease has been held for a while. The kernel drops the locks
of a killed process, so that nothing depends on anybody cleaning up.
"""

from __future__ import annotations

import os
from pathlib import Path

from config.embedded.client import EmbeddedError, Services, ensure, leave, renew
from config.env import env_path, env_secret

__all__ = ["EmbeddedError", "Services", "ensure", "leave", "provide", "renew"]

ROOT = Path(__file__).resolve().parent.parent.parent


def provide() -> None:
    """Fill DATABASE_URL and CELERY_BROKER_URL from the embedded servers where they are not set."""
    if env_secret("DATABASE_URL") and env_secret("CELERY_BROKER_URL"):
        return
    services = ensure(env_path("ZERTIFY_VAR", ROOT / "var"))
    if not env_secret("DATABASE_URL"):
        os.environ["DATABASE_URL"] = services.database_url
    if not env_secret("CELERY_BROKER_URL"):
        os.environ["CELERY_BROKER_URL"] = services.broker_url
