"""Signing in: the right password, wrong ones, the way back, and the lock against guessing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import F
from django.test import Client
from django.urls import reverse

from analyzer.models import AuditEntry
from analyzer.signin import source_of
from tests.analyzer.views.page import Page

pytestmark = pytest.mark.django_db
Person = Callable[[str], User]
RIGHT = {"username": "viewer", "password": "viewer-password-1"}
WRONG = {"username": "viewer", "password": "guess"}


def sign_in(given: dict[str, str], *, client: Client | None = None, **more: Any) -> Any:
    return (client or Client()).post(reverse("sign_in"), given, **more)


def guess(times: int, name: str = "viewer", **more: Any) -> list[int]:
    given = {"username": name, "password": "guess"}
    return [sign_in(given, **more).status_code for _ in range(times)]


def later(minutes: int) -> None:
    """As if that much time had gone by since all that is written down."""
    AuditEntry.objects.update(at=F("at") - timedelta(minutes=minutes))


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_the_right_password_leads_to_the_report(person: Person) -> None:
    person("viewer")
    client = Client()
    answer = sign_in(RIGHT, client=client)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get(reverse("report_servers")).status_code == 200
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.user_name, entry.target) == ("signin.success", "viewer", "viewer")
    assert entry.data == {"address": "127.0.0.1"}


def test_a_wrong_password_is_said_and_does_not_say_which_half_is_wrong(person: Person) -> None:
    person("viewer")
    told = {}
    for name in ("viewer", "unheard-of"):
        page = Page(answer := sign_in({"username": name, "password": "guess"}))
        assert answer.status_code == 422
        assert "User and password do not fit together." in page.text
        assert page.one("input", name="username")["value"] == name
        assert "value" not in page.one("input", name="password")
        told[name] = page.text.replace(name, "")
    assert told["viewer"] == told["unheard-of"]
    entry = AuditEntry.objects.earliest("pk")
    assert (entry.action, entry.user_name) == ("signin.failed", "(not signed in)")
    assert "guess" not in str(AuditEntry.objects.values_list())


def test_a_switched_off_account_is_told_only_to_who_knows_its_password(person: Person) -> None:
    person("viewer")
    User.objects.update(is_active=False)
    assert "This account is switched off." in Page(sign_in(RIGHT)).text
    page = Page(sign_in(WRONG))
    assert "switched off" not in page.text
    assert "do not fit together" in page.text


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/data/database/?x=1", "/data/database/?x=1"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\\evil.example", "/"),
    ],
)
def test_the_way_back_stays_on_this_host(person: Person, asked: str, led: str) -> None:
    person("viewer")
    page = Page(Client().get(reverse("sign_in"), {"next": asked}))
    held = page.one("input", name="next")["value"]
    assert sign_in({**RIGHT, "next": held})["Location"] == led
    assert sign_in({**RIGHT, "next": asked})["Location"] == led


def test_empty_fields_are_no_guess(person: Person) -> None:
    answer = sign_in({"username": "viewer", "password": ""})
    assert "This field is required" in Page(answer).text
    assert actions() == []


def guess_from_ten_addresses(name: str = "viewer") -> None:
    for number in range(10):
        assert guess(10, name=name, REMOTE_ADDR=f"192.0.2.{100 + number}") == [422] * 10


def test_a_stranger_at_one_address_does_not_lock_the_name(person: Person) -> None:
    person("viewer")
    guess(10, REMOTE_ADDR="192.0.2.1")
    assert sign_in(RIGHT, REMOTE_ADDR="192.0.2.1").status_code == 429
    assert sign_in(RIGHT, REMOTE_ADDR="192.0.2.2").status_code == 302


def test_a_hundred_failures_lock_the_name_also_for_the_right_password(person: Person) -> None:
    person("viewer")
    guess_from_ten_addresses()
    answer = sign_in(RIGHT, REMOTE_ADDR="192.0.2.2")
    assert answer.status_code == 429
    page = Page(answer)
    assert "Too many sign-ins have failed. Wait 15 minutes, then try again." in page.text
    assert page.one("input", name="username")["value"] == "viewer"
    blocked = AuditEntry.objects.latest("pk")
    assert blocked.data == {"name": "viewer", "address": "192.0.2.109"}


def test_nine_failures_lock_nothing_and_a_success_forgets_them(person: Person) -> None:
    person("viewer")
    guess(9, REMOTE_ADDR="192.0.2.1")
    assert sign_in(RIGHT, REMOTE_ADDR="192.0.2.1").status_code == 302
    guess(9, REMOTE_ADDR="192.0.2.2")
    assert sign_in(RIGHT, REMOTE_ADDR="192.0.2.3").status_code == 302
    assert "signin.blocked" not in actions()


def test_other_names_from_other_addresses_are_not_locked(person: Person) -> None:
    person("viewer")
    guess(10, name="someone", REMOTE_ADDR="192.0.2.1")
    assert sign_in(RIGHT, REMOTE_ADDR="192.0.2.2").status_code == 302


def test_ten_failures_of_any_names_lock_their_address(person: Person) -> None:
    person("viewer")
    for number in range(10):
        guess(1, name=f"name-{number}", REMOTE_ADDR="192.0.2.1")
    assert sign_in(RIGHT, REMOTE_ADDR="192.0.2.1").status_code == 429
    assert AuditEntry.objects.latest("pk").data == {"address": "192.0.2.1"}


def test_all_addresses_of_a_customer_are_one(person: Person) -> None:
    person("viewer")
    for number in range(10):
        guess(1, name=f"name-{number}", REMOTE_ADDR=f"2001:db8:1:2::{number}")
    assert sign_in(RIGHT, REMOTE_ADDR="2001:db8:1:2:ffff::1").status_code == 429
    assert sign_in(RIGHT, REMOTE_ADDR="2001:db8:1:3::1").status_code == 302


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::1"),
        ("unknown", "unknown"),
    ],
)
def test_whom_an_address_belongs_to(address: str, source: str) -> None:
    assert source_of(address) == source


def test_a_success_does_not_unlock_an_address(person: Person) -> None:
    """Or an own account would buy as many guesses at others as one likes."""
    person("viewer")
    for number in range(9):
        guess(1, name=f"name-{number}")
    sign_in(RIGHT)
    guess(1, name="name-9")
    assert sign_in(RIGHT).status_code == 429


def test_the_lock_ends_after_fifteen_minutes(person: Person) -> None:
    person("viewer")
    guess(10)
    later(minutes=14)
    assert sign_in(RIGHT).status_code == 429
    later(minutes=1)
    assert sign_in(RIGHT).status_code == 302


def test_slow_failures_lock_nothing(person: Person) -> None:
    person("viewer")
    guess(9)
    later(minutes=15)
    guess(9)
    assert sign_in(RIGHT).status_code == 302


def test_attempts_while_locked_are_not_counted_and_do_not_prolong_it(person: Person) -> None:
    person("viewer")
    guess(10)
    later(minutes=14)
    assert guess(3) == [429] * 3
    assert actions() == ["signin.failed"] * 10 + ["signin.blocked"]
    later(minutes=1)
    assert sign_in(RIGHT).status_code == 302


@pytest.mark.parametrize("spelling", [" viewer", "viewer ", "\uff56iewer", "viewer\u3000"])
def test_another_spelling_of_the_name_has_no_guesses_of_its_own(
    person: Person, spelling: str
) -> None:
    person("viewer")
    guess_from_ten_addresses()
    answer = sign_in({**RIGHT, "username": spelling}, REMOTE_ADDR="192.0.2.2")
    assert answer.status_code == 429


def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_saw(
    person: Person, settings: Any
) -> None:
    person("viewer")
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.CSRF_TRUSTED_ORIGINS = []
    said = {"headers": {"X-Forwarded-For": "10.9.9.9, 192.0.2.7"}}
    for number in range(10):
        guess(1, name=f"name-{number}", **said)
    blocked = AuditEntry.objects.latest("pk")
    assert blocked.data == {"address": "192.0.2.7"}
    assert sign_in(RIGHT, headers={"X-Forwarded-For": "192.0.2.8"}).status_code == 302


def test_without_a_proxy_nobody_can_name_another_address(person: Person) -> None:
    person("viewer")
    for number in range(10):
        guess(1, name=f"name-{number}", headers={"X-Forwarded-For": f"10.0.0.{number}"})
    assert sign_in(RIGHT).status_code == 429


@pytest.mark.parametrize("name", ["a\0b", "x" * 151, "\ud800", "'; DROP TABLE x; --"])
def test_odd_names_are_refused_as_any_other(name: str) -> None:
    given = {"username": name.encode("utf-8", "surrogatepass").decode("utf-8", "replace")}
    assert sign_in({**given, "password": "guess"}).status_code == 422


def test_who_is_signed_in_is_led_on_and_signing_out_ends_it(person: Person) -> None:
    person("viewer")
    client = Client()
    sign_in(RIGHT, client=client)
    assert client.get(reverse("sign_in"))["Location"] == "/"
    assert client.post(reverse("sign_out"))["Location"] == reverse("sign_in")
    assert client.get("/").status_code == 302
    assert client.get("/")["Location"].startswith(reverse("sign_in"))
