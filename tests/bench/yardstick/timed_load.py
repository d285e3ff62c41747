"""A child of the figure of ingest: loads some days into the database of its environment.

Sessions are made known first; then it prints the seconds for the rest, and its rows.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import date
from itertools import islice
from pathlib import Path

import django

from config.embedded import provide

provide()
django.setup()

from tests.bench.yardstick.loading import load  # noqa: E402 -- needs Django
from tests.bench.yardstick.site import Site  # noqa: E402


def main() -> None:
    name, first, days = Path(sys.argv[1]), date.fromisoformat(sys.argv[2]), int(sys.argv[3])
    site = Site(days=days, first=first)
    batches = site.batches()
    load(name, site.head, islice(batches, 1))
    rest = list(batches)
    began = time.perf_counter()
    rows = load(name, site.head, rest)
    sys.stdout.write(json.dumps({"seconds": time.perf_counter() - began, "rows": rows}))


if __name__ == "__main__":
    main()
