"""Loaded before Django's settings: gives the test run real servers of its own.

With ZERTIFY_TEST_PURE=1 nothing is started, and a test that asks for the database fails.
"""

from __future__ import annotations

import os
from pathlib import Path

from config.embedded import provide

ROOT = Path(__file__).resolve().parent.parent


def _own_broker(url: str) -> str:
    """Another Valkey database for each parallel test process."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw-1").removeprefix("gw")) + 1
    return f"{url}?virtual_host={number % 16}"


os.environ["ZERTIFY_VAR"] = os.environ.get("ZERTIFY_TEST_VAR") or str(ROOT / "var" / "test")
os.environ.setdefault("ZERTIFY_SECRET_KEY", "only-for-tests-only-for-tests-only-for-tests-only-x")
if os.environ.get("ZERTIFY_TEST_PURE") != "1" and "DATABASE_URL" not in os.environ:
    provide()
    os.environ["CELERY_BROKER_URL"] = _own_broker(os.environ["CELERY_BROKER_URL"].partition("?")[0])
elif os.environ.get("PYTEST_XDIST_WORKER"):
    os.environ["CELERY_BROKER_URL"] = _own_broker(
        os.environ.get("CELERY_BROKER_URL", "").partition("?")[0]
    )
