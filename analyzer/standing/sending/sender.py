"""One attempt of one delivery: taken, sent, marked."""

from __future__ import annotations

from django.utils import timezone

from analyzer.models import Delivery
from analyzer.standing import deliveries
from analyzer.standing.deliveries import Outcome
from analyzer.standing.sending import mail, webhook

_BY_CHANNEL = {Delivery.Channel.MAIL: mail.send, Delivery.Channel.WEBHOOK: webhook.post}


def send(delivery_id: int) -> bool:
    """Send a delivery if it is due and free; False when it is not."""
    taken = deliveries.claim(delivery_id=delivery_id, now=timezone.now())
    if taken is None:
        return False
    outcome = _BY_CHANNEL[Delivery.Channel(taken.channel)](taken)
    return deliveries.mark(delivery=taken, outcome=outcome, now=timezone.now())


def too_slow(delivery_id: int) -> None:
    """The time limit of the attempt was reached."""
    ours = deliveries.ours(delivery_id)
    if ours is not None:
        outcome = Outcome("the attempt took longer than its time limit")
        deliveries.mark(delivery=ours, outcome=outcome, now=timezone.now())
