"""What a policy does to connections as they are recorded: a growing file or a named pipe."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from designer.management.policy_inputs import dialect_of, sources, unusable
from enforcement.delivery.errors import SpoolError
from enforcement.delivery.sender import Sender
from enforcement.feeds import inbox, making
from enforcement.feeds.errors import FeedError
from enforcement.feeds.plans import Plans
from enforcement.feeds.service import Service
from enforcement.feeds.session import GRACE_S, Delivery, Session
from enforcement.live.errors import StateError
from enforcement.live.following import Following
from enforcement.live.sources import open_feed
from enforcement.management.enforce_inputs import add_policy_arguments, policy_of
from enforcement.management.enforce_report import faults
from enforcement.management.follow_inputs import (
    add_feed_arguments,
    add_output_arguments,
    server_of,
    wanted_of,
)
from enforcement.management.follow_work import Manner
from enforcement.models import Feed
from policy.model import Policy


class Command(BaseCommand):
    help = (
        "Run a zERT policy on connection records (SMF 119 subtype 11, each behind its RDW) as they"
        " come, and deliver what it says. Opens the database with --installed or --store alone."
        " Goes on where it was left, also after a kill. Ends with 0 on SIGTERM, with 2 when"
        " something can't be read or used."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH", help="growing file or named pipe")
        add_feed_arguments(parser)
        add_policy_arguments(parser, required=False)
        add_output_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["files"]) == options["installed"]:
            raise unusable("say which policy: --policy FILE..., or --installed")
        asked: list[int] = []
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda one, _: asked.append(one))
        manner = Manner.of(options, None if options["installed"] else self._policy(options))
        server = server_of(options)
        delivery = Delivery(server, options["rate"]) if server else None
        try:
            if options["installed"]:
                Plans().read()
            work = partial(self._stored if options["store"] else self._plain, manner, delivery)
            work(options, lambda: bool(asked))
        except (DatabaseError, InterfaceError) as error:
            raise unusable(f"the database can't be used: {error}".rstrip()) from error
        except (StateError, SpoolError, FeedError) as error:
            raise unusable(str(error)) from error
        except OSError as error:
            raise unusable(f"{error.filename or options['path']}: {error.strerror}") from error

    def _policy(self, options: dict[str, Any]) -> Policy:
        named = sources(options, dialect_of(options))
        if found := list(faults(named)):
            raise unusable("\n".join(found))
        return policy_of(named)

    def _plain(
        self,
        manner: Manner,
        delivery: Delivery | None,
        options: dict[str, Any],
        is_asked: Callable[[], bool],
    ) -> None:
        """Follow without the store."""
        state: Path = options["state"]
        following = manner.following(state, wanted_of(options))
        sender = None
        try:
            if delivery:
                kept = following.kept_segment
                sender = Sender(delivery.server, state, delivery.rate, self._say, kept)
                sender.start()
            opened = partial(open_feed, options["path"], say=self._say)
            following.begin(opened, _wake(sender))
            following.run(lambda: is_asked() or bool(sender and not sender.is_alive()))
        finally:
            if sender:
                sender.finish(GRACE_S)
            following.close()
        if not is_asked():
            raise unusable("delivery to the syslog server has ended")
        self._told(following)

    def _stored(
        self,
        manner: Manner,
        delivery: Delivery | None,
        options: dict[str, Any],
        is_asked: Callable[[], bool],
    ) -> None:
        """Follow, and keep records and messages in the store."""
        feed = making.followed(options["store"], now=timezone.now())
        wanted = wanted_of(options, records=inbox.records_of(feed))
        last: list[Following] = []

        def opened(feed: Feed) -> Session:
            session = manner.session(feed, options["state"], wanted)
            last[:] = [session.following]
            try:
                source = partial(open_feed, options["path"], say=self._say)
                session.begin(source, delivery, self._say)
            except BaseException:
                session.close(0)
                raise
            return session

        Service(lambda: [feed], opened, self._say, strict=True).run(is_asked)
        if last:
            self._told(last[0])

    def _told(self, following: Following) -> None:
        tally = following.engines.tally
        self.stdout.write(
            f"{tally.records} records, {following.rejects} rejects, {tally.evaluated} evaluations,"
            f" {tally.audits} audit records, {tally.resets} resets,"
            f" {tally.forgotten} connections forgotten"
        )

    def _say(self, text: str) -> None:
        self.stderr.write(text)


def _wake(sender: Sender | None) -> Callable[[], None]:
    return sender.wake.set if sender else lambda: None
