"""`make demo`: a sample site, users with fresh passwords, web and worker running."""

from __future__ import annotations

import contextlib
import secrets
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.apps import apps
from django.core.management import CommandError, call_command

from config import processes, serve
from config.embedded import EmbeddedError
from config.env import EnvironmentVariableError, env_path, make_directories
from config.parent import die_with_parent

SESSIONS, DAYS = 400, 30
USERS = {
    "viewer": ("viewer",),
    "analyst": ("analyst",),
    "author": ("analyst", "policy author"),
    "approver": ("viewer", "policy approver"),
    "admin": ("administrator",),
}


def make_users() -> dict[str, str]:
    """The users of the demo, once; returns name -> password of those made now."""
    user_model, group_model = apps.get_model("auth", "User"), apps.get_model("auth", "Group")
    made = {}
    for name, roles in USERS.items():
        if not user_model.objects.filter(username=name).exists():
            password = secrets.token_urlsafe(12)
            user = user_model.objects.create_user(name, password=password)
            user.groups.add(*group_model.objects.filter(name__in=roles))
            made[name] = password
    return made


def make_sample(dump: Path) -> subprocess.Popen[bytes]:
    """Begin the sample dump, in a process of its own."""
    make_directories(dump.parent.parent, dump.parent, variable="ZERTIFY_VAR")
    serve.say(f"Making a sample dump: {SESSIONS} security sessions over {DAYS} days ...")
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    site = {"sessions": SESSIONS, "days": DAYS, "end": yesterday.isoformat()}
    return subprocess.Popen(
        [
            *(sys.executable, "manage.py", "make_sample_dump", str(dump), "--detail"),
            *(f"--{name}={value}" for name, value in site.items()),
        ],
        cwd=processes.ROOT,
        start_new_session=True,  # Ctrl-C is for us: it ends with us
        preexec_fn=die_with_parent(signal.SIGTERM),
    )


def submit_sample(dump: Path, made: subprocess.Popen[bytes] | None) -> bool:
    """Hand the sample dump to the workers, once; returns whether this was the time."""
    if apps.get_model("analyzer", "Import").objects.exists():
        if made:
            made.terminate()
            made.wait()
        return False
    if (made or make_sample(dump)).wait():
        raise processes.ServeError("the sample dump was not made")
    call_command("ingest", str(dump), detach=True, comment="sample site, made by make demo")
    return True


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
    serve.say("The author writes rule sets, the approver publishes them.")


def main() -> int:
    """Prepare, introduce, serve."""
    try:
        processes.require_free_port()
        dump = env_path("ZERTIFY_VAR", processes.ROOT / "var") / "demo" / "sample-site.smf"
        sample = None if dump.exists() else make_sample(dump)  # beside the servers and the tables
        serve.prepare()
        made = make_users()
        awaited = submit_sample(dump, sample)
        introduce(made)
        # The first page shows what the worker has taken in; any other needs web alone.
        serve.run(*(["web", "worker"] if awaited else ["web"]))
    except (CommandError, processes.ServeError, EmbeddedError, EnvironmentVariableError) as error:
        sys.stderr.write(f"zertify: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
