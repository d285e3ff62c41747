"""Works on feeds as long as it is let; what is lost on the way is begun again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Final

import structlog
from django.db import InterfaceError, OperationalError, connection

from enforcement.delivery.errors import SpoolError
from enforcement.feeds.session import GRACE_S, Session
from enforcement.live.errors import StateError
from enforcement.live.following import LOOK_S
from enforcement.models import Feed, Progress

FEEDS_S: Final = 1.0
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 15.0
LOST: Final = (OperationalError, InterfaceError)
BROKEN: Final = (StateError, SpoolError, OSError)

log = structlog.get_logger(__name__)


class Service:
    """Sessions of all feeds, one after the other in one thread.

    When the database is gone, all sessions are closed and begun anew as after a kill, which gives
    the same outputs. A feed that can't be worked on leaves the others alone, unless `strict`.
    """

    def __init__(
        self,
        feeds: Callable[[], Iterable[Feed]],
        open_session: Callable[[Feed], Session],
        say: Callable[[str], None],
        *,
        strict: bool = False,
    ) -> None:
        self.sessions: dict[int, Session] = {}
        self._feeds, self._open_session, self._say = feeds, open_session, say
        self._strict = strict
        self._not_before: dict[int, float] = {}
        self._troubles: dict[int, str] = {}
        self._looked_at = -FEEDS_S
        self._failures = 0

    def run(self, is_stopped: Callable[[], bool]) -> None:
        """Work until stopped, then end in order."""
        try:
            while not is_stopped():
                try:
                    did = self._turn()
                except LOST as error:
                    self._lost(error, is_stopped)
                    continue
                if self._failures:
                    self._failures = 0
                    self._say("the database answers again")
                if not did:
                    time.sleep(LOOK_S)
            self._end()
        finally:
            self._close(GRACE_S)

    def _turn(self) -> bool:
        now = time.monotonic()
        if now - self._looked_at >= FEEDS_S:
            self._looked_at = now
            for feed in self._feeds():
                if feed.pk not in self.sessions and self._not_before.get(feed.pk, 0.0) <= now:
                    self._guarded(feed, lambda feed=feed: self._open(feed))  # type: ignore[misc]
        did = False
        for session in [*self.sessions.values()]:
            did = self._guarded(session.feed, session.step) or did
        return did

    def _open(self, feed: Feed) -> bool:
        self.sessions[feed.pk] = self._open_session(feed)
        if self._troubles.pop(feed.pk, ""):
            self._say(f"the feed {feed.name} is worked on again")
        return True

    def _guarded(self, feed: Feed, work: Callable[[], bool]) -> bool:
        try:
            return work()
        except BROKEN as error:
            if self._strict:
                raise
            self._broken(feed, str(error))
            return False
        except LOST:
            raise
        except Exception as error:
            if self._strict:
                raise
            log.exception("feed.failed", feed=feed.name)
            self._broken(feed, f"a fault of Zertify, the log says more: {type(error).__name__}")
            return False

    def _broken(self, feed: Feed, why: str) -> None:
        session = self.sessions.pop(feed.pk, None)
        if session:
            session.close(0)
        self._not_before[feed.pk] = time.monotonic() + LONGEST_WAIT_S
        if self._troubles.get(feed.pk) != why:
            self._troubles[feed.pk] = why
            self._say(f"the feed {feed.name} can't be worked on: {why}")
        Progress.objects.filter(feed=feed).update(trouble=why)

    def _lost(self, error: Exception, is_stopped: Callable[[], bool]) -> None:
        if not self._failures:
            self._say(f"the database is gone, records wait: {error}".rstrip())
        self._close(0)
        connection.close()
        self._looked_at = -FEEDS_S  # a turn that does not ask the database says nothing about it
        wait = min(FIRST_WAIT_S * 2**self._failures, LONGEST_WAIT_S)
        self._failures = min(self._failures + 1, 10)
        until = time.monotonic() + wait
        while time.monotonic() < until and not is_stopped():
            time.sleep(LOOK_S)

    def _end(self) -> None:
        for session in self.sessions.values():
            try:
                session.end()
            except LOST as error:
                self._say(f"the database is gone: the next start goes on. {error}".rstrip())

    def _close(self, grace_s: float) -> None:
        while self.sessions:
            self.sessions.popitem()[1].close(grace_s)
