"""Messages to the webhook: in batches, each under a key of its own, again until it is taken."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from analyzer.standing.deliveries import Outcome
from analyzer.standing.errors import TargetError
from analyzer.standing.sending.targets import checked_webhook
from analyzer.standing.sending.webhook import send_once, signature_of
from enforcement.feeds.locks import alone
from enforcement.models import HookBatch, LiveMessage, Progress

MOST_MESSAGES: Final = 200
LOOK_S: Final = 1.0
FIRST_DELAY_S, MOST_DELAY_S = 2, 300
_FIELDS: Final = (
    *("sequence", "kind", "message_id", "sysplex", "system", "stack", "protocol", "rule"),
    *("level", "text"),
)

log = structlog.get_logger(__name__)


class Hooks(threading.Thread):
    """Sends what is in the store, feed by feed in its order; it ends with `finish`."""

    def __init__(self) -> None:
        super().__init__(name="webhook", daemon=True)
        self._done = threading.Event()

    def run(self) -> None:
        try:
            while not self._done.wait(LOOK_S):
                try:
                    while send_due(now=timezone.now()) and not self._done.is_set():
                        pass
                except (OperationalError, InterfaceError):
                    connection.close()  # the worker itself says so
                except Exception:
                    log.exception("hook.failed")
                    connection.close()
                    self._done.wait(FIRST_DELAY_S)
        finally:
            connection.close()

    def finish(self) -> None:
        """End behind the message that is on its way."""
        self._done.set()
        self.join()


def secret() -> str:
    """What the receiver checks signatures with: made from the site's key, stored nowhere."""
    return salted_hmac("zertify.live.secret", "webhook", algorithm="sha256").hexdigest()


def send_due(*, now: datetime) -> int:
    """Send one batch of each feed whose turn it is; return how many were taken.

    One process sends at a time: while another does, nothing is sent here.
    """
    with alone("live webhook") as is_ours:
        return sum(_send(batch) for batch in [*_due(now)]) if is_ours else 0


def _due(now: datetime) -> Iterable[HookBatch]:
    """The batch of each feed that is to be tried now; made when there are messages behind."""
    waiting = {one.feed_id: one for one in HookBatch.objects.filter(sent_at=None)}
    for row in Progress.objects.filter(sequence__gt=F("hook_sequence")).select_related("feed"):
        found = waiting.get(row.feed_id) or _make(row, now)
        if found and (found.next_try_at is None or found.next_try_at <= now):
            yield found


def _make(progress: Progress, now: datetime) -> HookBatch | None:
    rows = LiveMessage.objects.filter(
        feed=progress.feed, sequence__gt=progress.hook_sequence
    ).order_by("sequence")
    numbers = list(rows.values_list("sequence", flat=True)[:MOST_MESSAGES])
    if not numbers:  # removed by age before they could be sent
        Progress.objects.filter(pk=progress.pk).update(hook_sequence=progress.sequence)
        return None
    return HookBatch.objects.create(
        feed=progress.feed, first=numbers[0], last=numbers[-1], key=uuid.uuid4(), made_at=now
    )


def body_of(batch: HookBatch) -> bytes:
    """Return the same for each try, as long as the messages are in the store."""
    rows = LiveMessage.objects.filter(
        feed=batch.feed, sequence__gte=batch.first, sequence__lte=batch.last
    ).order_by("sequence")
    found: dict[str, Any] = {
        "event": "live.messages",
        "key": str(batch.key),
        "feed": batch.feed.name,
        "first": batch.first,
        "last": batch.last,
        "messages": list(rows.values(*_FIELDS)),
    }
    return json.dumps(found, sort_keys=True, ensure_ascii=False).encode()


def _send(batch: HookBatch) -> bool:
    outcome = _try(batch)
    now = timezone.now()
    log.info("hook.tried", feed=batch.feed_id, first=batch.first, error=outcome.error)
    with transaction.atomic():
        mine = HookBatch.objects.filter(pk=batch.pk, sent_at=None)
        if outcome.error:
            delay = min(FIRST_DELAY_S << min(batch.attempts, 20), MOST_DELAY_S)
            mine.update(
                attempts=F("attempts") + 1,
                next_try_at=now + timedelta(seconds=delay),
                error=outcome.error,
                code=outcome.code,
            )
            return False
        mine.update(attempts=F("attempts") + 1, sent_at=now, error="", code=outcome.code)
        behind = Progress.objects.filter(feed=batch.feed_id, hook_sequence__lt=batch.last)
        behind.update(hook_sequence=batch.last)
    return True


def _try(batch: HookBatch) -> Outcome:
    try:
        address = checked_webhook(settings.LIVE.webhook)
    except TargetError as error:
        return Outcome(str(error))
    body = body_of(batch)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Zertify",
        "Idempotency-Key": str(batch.key),
        "Zertify-Signature": signature_of(secret(), body),
    }
    return send_once(address, body, headers)
