#!/usr/bin/env python
"""Django's command line; starts the embedded services for the commands that need them."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line

from config.embedded import EmbeddedError, provide
from config.env import EnvironmentVariableError

# These read code, not data.
WITHOUT_SERVICES = {
    "check",
    "collectstatic",
    "spectacular",
    "help",
    "--help",
    "make_sample_dump",
    "policy",
}


def main() -> None:
    """Run one command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    try:
        if command not in WITHOUT_SERVICES and "--help" not in sys.argv:
            provide()
        execute_from_command_line(sys.argv)
    except (EmbeddedError, EnvironmentVariableError) as error:
        sys.exit(f"zertify: {error}")


if __name__ == "__main__":
    main()
