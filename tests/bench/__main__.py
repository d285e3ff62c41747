"""`make bench`: runs every `figure_*.py` beside it and prints what its `measure()` yields.

Arguments choose figures by file: `python -m tests.bench ingest memory`. Exit code 1 when one
misses its floor. State goes to `var/bench`, made anew.
"""

from __future__ import annotations

import os
import shutil
import sys
from importlib import import_module
from pathlib import Path

import django
from django.core.management import call_command

from config.embedded import provide

HERE = Path(__file__).resolve().parent
STATE = HERE.parents[1] / "var" / "bench"


def main() -> int:
    """Run the chosen figures, each file on an empty store."""
    shutil.rmtree(STATE / "work", ignore_errors=True)
    (STATE / "work").mkdir(parents=True)
    os.environ["ZERTIFY_VAR"] = str(STATE)
    os.environ["ZERTIFY_LOG_LEVEL"] = "WARNING"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    provide()
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    wanted = sys.argv[1:] or sorted(
        path.stem.removeprefix("figure_") for path in HERE.glob("figure_*.py")
    )
    good = True
    for name in wanted:
        for figure in import_module(f"tests.bench.figure_{name}").measure(STATE / "work"):
            sys.stdout.write(figure.line() + "\n")
            sys.stdout.flush()
            good &= figure.ok
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
