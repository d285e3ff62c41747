"""Messages to real servers that fail first, refuse, redirect, or die after they received."""

from __future__ import annotations

import email
import email.policy
import hmac
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given as forall
from hypothesis import strategies as st

from analyzer.models import AuditEntry, Delivery, SavedQuery, Watch
from analyzer.standing import deliveries, watches
from analyzer.standing.sending import sender
from analyzer.standing.sending.messages import plain
from analyzer.standing.sending.webhook import secret_of
from tests.analyzer.standing import given
from tests.analyzer.standing.given import die, mail_server, receiver

pytestmark = pytest.mark.django_db


def news(query: SavedQuery, **targets: Any) -> Watch:
    """A watch that has found one new session."""
    watch = given.watch(query, **targets)
    given.run(watch)
    given.session("10.0.0.2")
    given.run(watch, timezone.now())
    return watch


def send_all(watch: Watch) -> list[bool]:
    return [sender.send(one.pk) for one in given.deliveries(watch)]


def states(watch: Watch) -> list[tuple[str, int]]:
    return [(one.state, one.attempts) for one in given.deliveries(watch)]


def test_a_webhook_gets_one_signed_message_with_what_is_new(query: SavedQuery) -> None:
    with receiver() as heard:
        watch = news(query, webhook=heard.url)
        assert send_all(watch) == [True]
        assert send_all(watch) == [False]
    ((headers, body),) = heard.requests
    (delivery,) = given.deliveries(watch)
    run = delivery.run
    assert run
    assert (delivery.state, delivery.attempts, delivery.code) == ("sent", 1, 204)
    assert headers["idempotency-key"] == str(delivery.key)
    signed = hmac.new(secret_of(watch).encode(), body, sha256).hexdigest()
    assert headers["zertify-signature"] == f"sha256={signed}"
    (said,) = heard.bodies
    assert (said["event"], said["new"], said["found"]) == ("watch.news", 1, 1)
    assert said["watch"] == {"id": watch.pk, "name": "Guard"}
    assert said["sample"][0]["client_ip"] == "10.0.0.2"
    assert said["link"] == f"https://zertify.example/queries/watches/{watch.pk}/runs/{run.pk}/"


def test_a_server_that_fails_first_gets_the_same_message_again_and_marks_once(
    query: SavedQuery,
) -> None:
    with receiver(503, 500) as heard:
        watch = news(query, webhook=heard.url)
        for _ in range(4):
            given.make_due()
            send_all(watch)
    assert len(heard.requests) == 3
    assert len(set(heard.keys)) == 1
    assert len({body for _, body in heard.requests}) == 1
    assert states(watch) == [("sent", 3)]


def test_a_server_that_dies_after_it_received_gets_the_same_key_once_more(
    query: SavedQuery,
) -> None:
    with receiver(die) as heard:
        watch = news(query, webhook=heard.url)
        send_all(watch)
        (failed,) = given.deliveries(watch)
        assert failed.state == "failed"
        assert failed.error.startswith("the server cannot be reached, or it hung up")
        given.make_due()
        send_all(watch)
    assert len(heard.keys) == 2
    assert len(set(heard.keys)) == 1
    assert states(watch) == [("sent", 2)]


def test_a_failed_attempt_waits_before_the_next(query: SavedQuery) -> None:
    with receiver(500) as heard:
        watch = news(query, webhook=heard.url)
        send_all(watch)
        assert send_all(watch) == [False]
        (one,) = given.deliveries(watch)
        assert one.next_try_at
        wait = one.next_try_at - timezone.now()
        assert timedelta(seconds=20) < wait < timedelta(seconds=38)
    assert len(heard.requests) == 1


def test_after_the_last_try_it_is_given_up_and_a_retry_begins_anew(query: SavedQuery) -> None:
    with receiver(*[500] * deliveries.MOST_TRIES) as heard:
        watch = news(query, webhook=heard.url)
        for _ in range(deliveries.MOST_TRIES + 2):
            given.make_due()
            send_all(watch)
        (one,) = given.deliveries(watch)
        assert (one.state, one.attempts, one.code) == ("given_up", 16, 500)
        assert one.error == "the server answered with status 500"
        assert len(heard.requests) == 16
        assert deliveries.retry(delivery=one, by=query.owner, now=timezone.now())
        send_all(watch)
        assert not deliveries.retry(delivery=one, by=query.owner, now=timezone.now())
    assert states(watch) == [("sent", 17)]
    assert len(set(heard.keys)) == 1
    assert AuditEntry.objects.filter(action="watch.retry").count() == 1


def test_a_redirect_is_not_followed(query: SavedQuery) -> None:
    with receiver(302) as heard:
        watch = news(query, webhook=heard.url)
        send_all(watch)
    (one,) = given.deliveries(watch)
    assert (one.state, one.code) == ("failed", 302)
    assert one.error == "the server redirects, which is not followed"
    assert len(heard.requests) == 1


def test_an_endless_answer_is_not_read_to_its_end(query: SavedQuery) -> None:
    def flood(handler: Any) -> None:
        handler.send_response(500)
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"no " * 100_000)
        except OSError:
            handler.close_connection = True

    with receiver(flood) as heard:
        watch = news(query, webhook=heard.url)
        send_all(watch)
    (one,) = given.deliveries(watch)
    assert one.state == "failed"
    assert len(one.error) < 300


def test_a_host_that_is_allowed_no_more_is_given_up_without_a_request(
    query: SavedQuery, settings: Any
) -> None:
    with receiver() as heard:
        watch = news(query, webhook=heard.url)
        settings.WEBHOOK_HOSTS = ["hooks.example"]
        send_all(watch)
    (one,) = given.deliveries(watch)
    assert one.state == "given_up"
    assert "is not one of the hosts" in one.error
    assert heard.requests == []


def test_a_mail_says_what_is_new_to_each_address_once(query: SavedQuery, settings: Any) -> None:
    with mail_server() as (box, port):
        settings.EMAIL_PORT = port
        watch = news(query, mail_to=["a@site.example", "b@site.example"])
        send_all(watch)
        send_all(watch)
    assert [mail.rcpt_tos for mail in box.mails] == [["a@site.example"], ["b@site.example"]]
    parsed = email.message_from_bytes(box.mails[0].content, policy=email.policy.default)
    text = parsed.get_content()
    assert parsed["Subject"] == "Zertify: 1 new security session: Guard"
    assert parsed["From"] == "zertify@zertify.example"
    assert "client 10.0.0.2: NONE (none)" in text
    assert f"https://zertify.example/queries/watches/{watch.pk}/runs/" in text
    assert states(watch) == [("sent", 1), ("sent", 1)]


def test_a_mail_server_that_is_busy_gets_the_same_message_id_again(
    query: SavedQuery, settings: Any
) -> None:
    with mail_server("451 try later") as (box, port):
        settings.EMAIL_PORT = port
        watch = news(query, mail_to=["a@site.example"])
        send_all(watch)
        assert states(watch) == [("failed", 1)]
        given.make_due()
        send_all(watch)
    ids = {email.message_from_bytes(mail.content)["Message-ID"] for mail in box.mails}
    (one,) = given.deliveries(watch)
    assert len(box.mails) == 2
    assert ids == {f"<{one.key}@zertify.example>"}
    assert (one.state, one.attempts) == ("sent", 2)


def test_what_the_mail_server_refuses_for_good_is_given_up(
    query: SavedQuery, settings: Any
) -> None:
    with mail_server("550 no such person") as (_, port):
        settings.EMAIL_PORT = port
        watch = news(query, mail_to=["a@site.example"])
        send_all(watch)
    (one,) = given.deliveries(watch)
    assert (one.state, one.code) == ("given_up", 550)
    assert one.error == "the mail server refused it with 550: no such person"


def test_no_mail_server_is_told_in_plain_words(query: SavedQuery, settings: Any) -> None:
    settings.EMAIL_PORT = 1
    watch = news(query, mail_to=["a@site.example"])
    send_all(watch)
    (one,) = given.deliveries(watch)
    assert one.error == "the mail server cannot be reached: Connection refused"
    assert one.state == "failed"


def test_hostile_names_make_no_header_and_no_line_of_their_own(
    query: SavedQuery, settings: Any
) -> None:
    with mail_server() as (box, port):
        settings.EMAIL_PORT = port
        watch = given.watch(query, mail_to=["a@site.example"])
        Watch.objects.update(name="x\r\nBcc: spy@evil.example\r\n\r\nhello")
        given.run(watch)
        title = "CN=\n.\nQUIT\n" + "x" * 5000
        given.session("10.0.0.2", title=title)
        given.run(watch, timezone.now())
        send_all(watch)
    (mail,) = box.mails
    parsed = email.message_from_bytes(mail.content, policy=email.policy.default)
    assert mail.rcpt_tos == ["a@site.example"]
    assert parsed["Bcc"] is None
    assert parsed["Subject"].endswith("x  Bcc: spy@evil.example    hello")
    assert not [line for line in parsed.get_content().splitlines() if line in {".", "QUIT"}]
    assert max(map(len, mail.content.splitlines())) <= 998
    assert states(watch) == [("sent", 1)]


def test_a_test_message_says_that_it_is_one_and_is_audited(
    query: SavedQuery, settings: Any
) -> None:
    with mail_server() as (box, port), receiver() as heard:
        settings.EMAIL_PORT = port
        watch = given.watch(query, mail_to=["a@site.example"], webhook=heard.url)
        deliveries.write_test(watch=watch, by=query.owner, now=timezone.now())
        send_all(watch)
    (mail,) = box.mails
    assert b"test of the watch Guard" in mail.content
    assert [body["event"] for body in heard.bodies] == ["watch.test"]
    assert AuditEntry.objects.filter(action="watch.test", target="Guard").count() == 1


def test_a_delivery_in_the_hands_of_another_is_left_alone_until_its_time_is_over(
    query: SavedQuery,
) -> None:
    with receiver() as heard:
        watch = news(query, webhook=heard.url)
        (one,) = given.deliveries(watch)
        now = timezone.now()
        taken = deliveries.claim(delivery_id=one.pk, now=now)
        assert taken
        Delivery.objects.update(worker="another-host@0/1/1/x")
        assert not sender.send(one.pk)
        late = deliveries.Outcome(code=200)
        assert not deliveries.mark(delivery=taken, outcome=late, now=now)
        given.make_due()
        assert sender.send(one.pk)
    assert states(watch) == [("sent", 2)]
    assert heard.keys == [str(one.key)]


def test_a_new_secret_signs_from_now_on_and_none_is_stored(query: SavedQuery) -> None:
    watch = given.watch(query, webhook="http://127.0.0.1/x")
    first = secret_of(watch)
    second = watches.new_secret(watch=watch, by=query.owner, now=timezone.now())
    watch.refresh_from_db()
    assert second != first
    assert secret_of(watch) == second
    kept = str(list(AuditEntry.objects.values("target", "data")))
    assert first not in kept
    assert second not in kept


@forall(st.integers(1, 40), st.floats(0, 1))
def test_the_wait_doubles_within_its_bounds(tries: int, chance: float) -> None:
    middle = min(30 * 2 ** (tries - 1), 7200)
    found = deliveries.delay_s(tries, chance=chance)
    assert 0.75 * middle <= found <= 1.25 * middle


@forall(st.text(max_size=300))
def test_a_plain_text_is_one_line(text: str) -> None:
    found = plain(text)
    assert len(found.splitlines()) <= 1
    assert len(found) <= 200
    found.encode()
