"""`make demo`: a sample site, users with fresh passwords, web and worker running."""

from __future__ import annotations

import contextlib
import secrets
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command

from config import processes, serve
from config.embedded import EmbeddedError
from config.env import EnvironmentVariableError

SESSIONS, DAYS = 400, 30
USERS = {"viewer": "viewer", "analyst": "analyst", "admin": "administrator"}


def make_users() -> dict[str, str]:
    """The three users, once; returns name -> password of those made now."""
    user_model, group_model = apps.get_model("auth", "User"), apps.get_model("auth", "Group")
    made = {}
    for name, role in USERS.items():
        if not user_model.objects.filter(username=name).exists():
            password = secrets.token_urlsafe(12)
            user = user_model.objects.create_user(name, password=password)
            user.groups.add(group_model.objects.get(name=role))
            made[name] = password
    return made


def submit_sample() -> None:
    """Make the sample dump and hand it to the workers, once."""
    imports = apps.get_model("analyzer", "Import")
    if imports.objects.exists():
        return
    directory = Path(settings.VAR) / "demo"
    directory.mkdir(parents=True, exist_ok=True)
    dump = directory / "sample-site.smf"
    serve.say(f"Making a sample dump: {SESSIONS} security sessions over {DAYS} days ...")
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    call_command(
        "make_sample_dump",
        str(dump),
        sessions=SESSIONS,
        days=DAYS,
        end=yesterday.isoformat(),
        detail=True,
    )
    call_command("ingest", str(dump), detach=True, comment="sample site, made by make demo")


def introduce(made: dict[str, str]) -> None:
    """Who may sign in; a password is said once, where it was made."""
    if not made:
        serve.say(
            "Users: as before. A new password: .venv/bin/python manage.py changepassword NAME"
        )
        return
    serve.say("\nUsers, printed this once:")
    for name, password in made.items():
        serve.say(f"  {name:<10} {password}")


def main() -> int:
    """Prepare, introduce, serve."""
    try:
        serve.prepare()
        made = make_users()
        submit_sample()
        introduce(made)
        serve.run()
    except (processes.ServeError, EmbeddedError, EnvironmentVariableError) as error:
        sys.stderr.write(f"zertify: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
