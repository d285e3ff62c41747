"""Deliveries: written with their run, taken by one worker at a time, tried again, given up.

A worker takes a row by a conditional UPDATE that moves its next try behind the time that sending
may take. It sends, then marks the row. If it is killed in between, nobody can know whether the
message arrived: the next one sends it again, under the same key.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Final

import structlog
from django.db import transaction
from django.db.models import F

from analyzer import audit
from analyzer.ingest import workers
from analyzer.ingest.broker import hand_over
from analyzer.ingest.waking import QUEUE
from analyzer.models import Delivery, Watch, WatchRun
from analyzer.models.standing.trigger import LONGEST_ERROR

TASK: Final = "analyzer.send_delivery"
MOST_TRIES: Final = 16
LEASE_S: Final = 150
"""Longer than the time limit of the task that sends."""
FIRST_DELAY_S, MOST_DELAY_S, JITTER = 30, 7200, 0.25
State: Final = Delivery.State
_CHANCE: Final = SystemRandom()

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt: nothing wrong, or an error in words; `final` errors stay."""

    error: str = ""
    code: int | None = None
    final: bool = False


def write(*, run: WatchRun, now: datetime) -> list[int]:
    """Write a delivery for each target of the watch of a run, in the run's transaction."""
    return _write(run.watch, run, now)


@transaction.atomic
def write_test(*, watch: Watch, by: audit.Actor, now: datetime) -> list[int]:
    """Write a test message for each target."""
    audit.record(by=by, action="watch.test", target=watch.name, now=now)
    ids = _write(watch, None, now)
    transaction.on_commit(lambda: send_soon(ids))
    return ids


@transaction.atomic
def retry(*, delivery: Delivery, by: audit.Actor, now: datetime) -> bool:
    """Try one again that was given up or waits for its next try; False when it is sent by now."""
    again = Delivery.objects.filter(pk=delivery.pk, state__in=[State.GIVEN_UP, State.FAILED])
    done = again.update(state=State.FAILED, next_try_at=now, tries_left=MOST_TRIES)
    if done:
        data = {"channel": delivery.channel, "key": str(delivery.key)}
        audit.record(by=by, action="watch.retry", target=delivery.watch.name, data=data, now=now)
        transaction.on_commit(lambda: send_soon([delivery.pk]))
    return bool(done)


def send_soon(ids: Sequence[int]) -> None:
    """Hand deliveries to the workers; what the broker loses, beat finds again."""
    for delivery_id in ids:
        hand_over(TASK, delivery_id, queue=QUEUE)


def claim(*, delivery_id: int, now: datetime) -> Delivery | None:
    """Take a delivery that is due, or one whose worker is gone; None when there is nothing."""
    found = Delivery.objects.filter(pk=delivery_id).first()
    if found is None or not _is_due(found, now):
        return None
    ours = Delivery.objects.filter(pk=found.pk, state=found.state, attempts=found.attempts)
    if not found.tries_left:
        ours.update(state=State.GIVEN_UP, next_try_at=None)
        return None
    name = workers.new_name()
    taken = ours.filter(worker=found.worker).update(
        state=State.SENDING,
        attempts=F("attempts") + 1,
        tries_left=F("tries_left") - 1,
        worker=name,
        tried_at=now,
        next_try_at=now + timedelta(seconds=LEASE_S),
    )
    if not taken:
        return None
    return Delivery.objects.select_related("run", "watch__query").get(pk=delivery_id)


def mark(*, delivery: Delivery, outcome: Outcome, now: datetime) -> bool:
    """Write down what came of the attempt; False when the delivery is no longer ours."""
    ours = Delivery.objects.filter(
        pk=delivery.pk, state=State.SENDING, worker=delivery.worker, attempts=delivery.attempts
    )
    given_up = outcome.final or not delivery.tries_left
    log.info(
        "delivery.tried",
        delivery_id=delivery.pk,
        channel=delivery.channel,
        attempts=delivery.attempts,
        error=outcome.error,
    )
    if not outcome.error:
        return bool(
            ours.update(
                state=State.SENT, sent_at=now, next_try_at=None, error="", code=outcome.code
            )
        )
    tries = MOST_TRIES - delivery.tries_left
    delay = timedelta(seconds=delay_s(tries, chance=_CHANCE.random()))
    return bool(
        ours.update(
            state=State.GIVEN_UP if given_up else State.FAILED,
            next_try_at=None if given_up else now + delay,
            error=outcome.error[:LONGEST_ERROR],
            code=outcome.code,
        )
    )


def delay_s(tries: int, *, chance: float) -> float:
    """Seconds until the next try: doubled each time up to two hours, a quarter more or less."""
    doubled = float(FIRST_DELAY_S << min(tries - 1, 20))
    return min(doubled, MOST_DELAY_S) * (1 - JITTER + 2 * JITTER * chance)


def _is_due(found: Delivery, now: datetime) -> bool:
    if found.next_try_at is None:
        return False
    gone = found.state == State.SENDING and workers.is_gone(found.worker)
    return found.next_try_at <= now or gone


def _write(watch: Watch, run: WatchRun | None, now: datetime) -> list[int]:
    targets = [(Delivery.Channel.MAIL, address) for address in watch.mail_to]
    targets += [(Delivery.Channel.WEBHOOK, watch.webhook)] if watch.webhook else []
    made = Delivery.objects.bulk_create(
        Delivery(
            watch=watch,
            run=run,
            channel=channel,
            target=target,
            key=uuid.uuid4(),
            tries_left=MOST_TRIES,
            made_at=now,
            next_try_at=now,
        )
        for channel, target in targets
    )
    return [one.pk for one in made]


def ours(delivery_id: int) -> Delivery | None:
    """The delivery, if this very process is sending it."""
    found = Delivery.objects.filter(pk=delivery_id, state=State.SENDING).first()
    return found if found is not None and workers.is_ours(found.worker) else None
