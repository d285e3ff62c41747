"""Runs Zertify on one machine: `python -m config.serve`."""

from __future__ import annotations

import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import django
from django.conf import settings
from django.core.management import CommandError, call_command

from config import processes
from config.embedded import EmbeddedError, leave, provide, renew
from config.env import EnvironmentVariableError
from web import static_files


def say(line: str) -> None:
    """One line for whoever waits; at once, also into a pipe."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def prepare() -> None:
    """Servers up, tables and static files as the code wants them."""
    processes.require_free_port()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    say("Starting the servers and bringing the tables up to date ...")
    provide()
    django.setup()
    with ThreadPoolExecutor(1) as aside:
        # Compressing keeps one processor at work, and making the tables another.
        collected = aside.submit(static_files.collect)
        call_command("migrate", verbosity=0, interactive=False)
        call_command("relabel", verbosity=0)
        call_command("take_shipped", verbosity=0)
        collected.result()


def run(*first: str) -> None:
    """Start web, workers and beat and keep them; return when asked to end.

    Only what is first takes the processors until the first page can be asked for.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, processes.interrupt)
    children = processes.Children(processes.commands())
    try:
        children.start(*first)
        url = processes.wait_until_ready(children, settings.ALLOWED_HOSTS)
        children.start()
        say(f"\nZertify is at {url}  (Ctrl-C ends it)")
        while True:
            time.sleep(0.5)
            children.mend()
            renew()
    except KeyboardInterrupt:
        say("\nending ...")
    finally:
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not leave children behind
        children.stop()
        leave()


def main() -> int:
    """Exit code 1 with one plain line when it can't be done."""
    try:
        prepare()
        run("web")
    except (CommandError, processes.ServeError, EmbeddedError, EnvironmentVariableError) as error:
        sys.stderr.write(f"zertify: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main())
