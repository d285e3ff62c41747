"""The service that works on posted feeds: enforces, keeps, delivers."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from designer.management.policy_inputs import unusable
from enforcement.delivery.formats import Form
from enforcement.feeds import inbox
from enforcement.feeds.anew import begin_anew
from enforcement.feeds.errors import FeedError
from enforcement.feeds.hooks import Hooks, secret
from enforcement.feeds.service import Service
from enforcement.feeds.session import Delivery, Session
from enforcement.feeds.source import Arrivals, Inbox
from enforcement.live.errors import StateError
from enforcement.live.outputs import Wanted
from enforcement.management.enforce_inputs import MODES
from enforcement.management.follow_inputs import FRAMES, server_of
from enforcement.management.follow_work import Manner
from enforcement.models import Feed

ALIVE: Final = "alive"


class Command(BaseCommand):
    help = (
        "Work on the records that are posted to live feeds, until SIGTERM: on each stack the policy"
        " that is installed there; messages to the store, the syslog server and the webhook. The"
        " settings ZERTIFY_LIVE_... say how. Run one."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--secret",
            action="store_true",
            help="say what the webhook's receiver checks signatures with, and do nothing else",
        )

        parser.add_argument(
            "--anew",
            metavar="FEED",
            help="forget the state of a feed, and records of it that are lost; do nothing else",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["secret"]:
            self.stdout.write(secret())
            return
        if options["anew"]:
            self._begin_anew(options["anew"])
            return
        given = _options()
        manner = Manner.of(given, None)
        server = server_of(given)
        delivery = Delivery(server, settings.LIVE.syslog_rate) if server else None
        asked: list[int] = []
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda one, _: asked.append(one))
        hooks = Hooks() if settings.LIVE.webhook else None
        if hooks:
            hooks.start()
        try:
            opened = partial(self._opened, manner, delivery, Arrivals())
            Service(_feeds, opened, self._say).run(lambda: bool(asked))
        finally:
            if hooks:
                hooks.finish()

    def _begin_anew(self, name: str) -> None:
        try:
            found = begin_anew(name=name, now=timezone.now())
        except (FeedError, StateError, OSError) as error:
            raise unusable(str(error)) from error
        self.stdout.write(
            f"the feed `{name}` goes on at byte {found.place}; {found.lost_bytes} bytes of records"
            " that were not worked on are lost"
        )

    def _opened(
        self, manner: Manner, delivery: Delivery | None, arrivals: Arrivals, feed: Feed
    ) -> Session:
        state = inbox.state_of(feed)
        session = manner.session(feed, state, _wanted(feed, state, has_spool=bool(delivery)))
        try:
            session.begin(partial(Inbox, feed, arrivals), delivery, self._say)
        except BaseException:
            session.close(0)
            raise
        return session

    def _say(self, text: str) -> None:
        self.stderr.write(f"zertify live: {text}")


def _feeds() -> Iterable[Feed]:
    """The feeds to work on; asked every second, so a file tells whoever looks that we live."""
    (Path(settings.LIVE.place) / ALIVE).touch()
    return Feed.objects.filter(kind=Feed.Kind.POSTED)


def _options() -> dict[str, Any]:
    """The settings as the options of `manage.py follow`; raises `CommandError`."""
    if settings.LIVE.mode not in MODES:
        raise unusable(f"ZERTIFY_LIVE_MODE is none of {', '.join(MODES)}")
    if settings.LIVE.syslog_frames not in FRAMES:
        raise unusable(f"ZERTIFY_LIVE_SYSLOG_FRAMES is none of {', '.join(FRAMES)}")
    forms = [one.value for one in Form]
    if settings.LIVE.syslog_format not in forms:
        raise unusable(f"ZERTIFY_LIVE_SYSLOG_FORMAT is none of {', '.join(forms)}")
    files = {name: getattr(settings.LIVE, f"tls_{name}") for name in ("ca", "cert", "key")}
    return {
        "mode": settings.LIVE.mode,
        "refresh": settings.LIVE.refresh,
        "facts": settings.LIVE.facts,
        "settings_given": settings.LIVE.settings,
        "syslog": settings.LIVE.syslog,
        "frames": settings.LIVE.syslog_frames,
        **{f"tls_{name}": Path(value) if value else None for name, value in files.items()},
    }


def _wanted(feed: Feed, state: Path, *, has_spool: bool) -> Wanted:
    folder = Path(settings.LIVE.files) if settings.LIVE.files else None
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    return Wanted(
        spool=state / "spool" if has_spool else None,
        form=Form(settings.LIVE.syslog_format),
        console=folder / f"{feed.name}-console" if folder else None,
        audit=folder / f"{feed.name}-audit" if folder else None,
        records=inbox.records_of(feed),
        spool_bytes=settings.LIVE.spool_max_bytes,
        records_s=settings.LIVE.import_s,
    )
