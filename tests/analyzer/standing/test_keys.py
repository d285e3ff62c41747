"""A message whose worker is lost between sending and marking comes again, and is known again."""

from __future__ import annotations

import json
from email import message_from_bytes
from uuid import UUID

import pytest
from django.utils import timezone

from analyzer import saved
from analyzer.models import Delivery, SavedQuery, Watch
from analyzer.standing import deliveries
from analyzer.standing.deliveries import Outcome
from analyzer.standing.sending import mail, sender, webhook
from tests.analyzer.standing import given
from tests.analyzer.standing.given import mail_server, receiver
from tests.analyzer.standing.test_sending import news
from tests.builders.saved_queries import draft

pytestmark = pytest.mark.django_db


def claimed(watch: Watch) -> Delivery:
    """The message of a watch, taken by a worker that is lost before it marks it."""
    (one,) = given.deliveries(watch)
    taken = deliveries.claim(delivery_id=one.pk, now=timezone.now())
    assert taken is not None
    Delivery.objects.filter(pk=one.pk).update(worker="elsewhere@1/1/1/a")  # nobody can look there
    return taken


def sent_again(taken: Delivery) -> bool:
    """Nobody else takes it while its worker may still be sending; then one does, once."""
    assert not sender.send(taken.pk)
    given.make_due()
    return [sender.send(taken.pk) for _ in range(2)] == [True, False]


def rename(query: SavedQuery, watch: Watch) -> None:
    """What was said stays said, whatever changes between two attempts."""
    Watch.objects.filter(pk=watch.pk).update(name="Renamed")
    saved.change(query=query, draft=draft("Other", "port=21"), by=query.owner, now=given.NOW)


def test_a_webhook_gets_the_same_message_under_the_same_key(query: SavedQuery) -> None:
    with receiver() as heard:
        watch = news(query, webhook=heard.url)
        taken = claimed(watch)
        assert webhook.post(taken) == Outcome(code=204)
        rename(query, watch)
        assert sent_again(taken)
    (first, body), (second, again) = heard.requests
    assert first["idempotency-key"] == second["idempotency-key"] == str(taken.key)
    assert first["zertify-signature"] == second["zertify-signature"]
    assert body == again
    assert json.loads(body)["key"] == str(UUID(first["idempotency-key"]))
    one = Delivery.objects.get()
    assert (one.state, one.attempts, one.code) == ("sent", 2, 204)


def test_a_receiver_that_remembers_keys_has_each_message_once(query: SavedQuery) -> None:
    with receiver() as heard:
        watch = news(query, webhook=heard.url)
        assert webhook.post(claimed(watch)) == Outcome(code=204)
        given.make_due()
        given.session("10.0.0.3")
        given.run(watch, timezone.now())
        assert [sender.send(one.pk) for one in given.deliveries(watch)] == [True, True]
    remembered = {headers["idempotency-key"]: body for headers, body in heard.requests}
    assert len(heard.requests) == 3
    told = [json.loads(body)["sample"][0]["client_ip"] for body in remembered.values()]
    assert told == ["10.0.0.2", "10.0.0.3"]


def test_a_mail_comes_again_under_its_message_id(query: SavedQuery, settings: object) -> None:
    with mail_server() as (box, port):
        settings.EMAIL_PORT = port  # type: ignore[attr-defined]
        watch = news(query, mail_to=["ops@site.example"])
        taken = claimed(watch)
        assert mail.send(taken) == Outcome(code=250)
        rename(query, watch)
        assert sent_again(taken)
    first, second = (message_from_bytes(bytes(one.original_content or b"")) for one in box.mails)
    for name in ("Message-ID", "Zertify-Key", "Subject"):
        assert first[name] == second[name]
    assert first["Zertify-Key"] == str(taken.key)
    assert first.get_payload() == second.get_payload()
