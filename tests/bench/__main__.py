"""`make bench`: runs every `figure_*.py` beside it and prints what its `measure()` yields.

Arguments choose figures by file: `python -m tests.bench ingest memory`. Exit code 1 when one
misses its floor. State goes to `var/bench`, made anew.

`python -m tests.bench yardstick` runs those in `yardstick/`, `yardstick pages users` some of them.
Their store is large: it goes to `var/bench-yardstick`, is made when it is not there, and stays.
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
VAR = HERE.parents[1] / "var"
YARDSTICK = "yardstick"


def main() -> int:
    """Run the chosen figures: each file on an empty store, or all on the yardstick's."""
    wanted = sys.argv[1:]
    yardstick = wanted[:1] == [YARDSTICK]
    room = HERE / YARDSTICK if yardstick else HERE
    state = VAR / ("bench-yardstick" if yardstick else "bench")
    shutil.rmtree(state / "work", ignore_errors=True)
    (state / "work").mkdir(parents=True)
    _open(state)
    names = wanted[yardstick:] or sorted(
        path.stem.removeprefix("figure_") for path in room.glob("figure_*.py")
    )
    good = True
    for name in names:
        module = f"tests.bench.{YARDSTICK}." if yardstick else "tests.bench."
        for figure in import_module(f"{module}figure_{name}").measure(state / "work"):
            sys.stdout.write(figure.line() + "\n")
            sys.stdout.flush()
            good &= figure.ok
    return 0 if good else 1


def _open(state: Path) -> None:
    """Servers of a state directory, tables as the code wants them."""
    os.environ["ZERTIFY_VAR"] = str(state)
    os.environ["ZERTIFY_LOG_LEVEL"] = "WARNING"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    provide()
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)


if __name__ == "__main__":
    sys.exit(main())
