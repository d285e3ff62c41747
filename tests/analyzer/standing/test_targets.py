"""Where messages may go: only what the settings allow, however it is written."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.standing.errors import TargetError
from analyzer.standing.sending.targets import checked_mail, checked_webhook, host_of

HOSTS = ["hooks.example", "hooks.example:8443", "[::1]:9000"]


@pytest.mark.parametrize(
    "address",
    [
        "https://hooks.example/x",
        "https://HOOKS.example/x",
        "https://hooks.example:443/x?y=1",
        "https://hooks.example:8443/",
        "https://[::1]:9000/",
    ],
)
def test_allowed_hosts_may_be_asked(address: str, settings: Any) -> None:
    settings.WEBHOOK_HOSTS, settings.WEBHOOK_HTTP = HOSTS, False
    assert checked_webhook(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "http://hooks.example/x",
        "https://hooks.example:9999/x",
        "https://evil.example/x",
        "https://hooks.example.evil.example/x",
        "https://evil.example/hooks.example",
        "https://hooks.example@evil.example/",
        "https://evil.example\\@hooks.example/",
        "https://evil.example#@hooks.example/",
        "https://user:password@hooks.example/",
        "https://hooks.example/#part",
        "https://hooks.example /x",
        "https://hooks.example\n/x",
        "https://hooks.exаmple/x",
        "https://127.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::1/",
        "https://hooks.example:port/",
        "https://hooks.example:99999/",
        "https:///x",
        "file:///etc/passwd",
        "gopher://hooks.example/",
        "//hooks.example/",
        "hooks.example",
        "",
        "https://hooks.example/" + "x" * 1000,
    ],
)
def test_everything_else_may_not(address: str, settings: Any) -> None:
    settings.WEBHOOK_HOSTS, settings.WEBHOOK_HTTP = HOSTS, False
    with pytest.raises(TargetError):
        checked_webhook(address)


def test_without_a_list_there_are_no_webhooks(settings: Any) -> None:
    settings.WEBHOOK_HOSTS = []
    with pytest.raises(TargetError, match="webhooks are off"):
        checked_webhook("https://hooks.example/x")


def test_http_only_where_it_is_allowed(settings: Any) -> None:
    settings.WEBHOOK_HOSTS, settings.WEBHOOK_HTTP = ["hooks.example"], True
    assert checked_webhook("http://hooks.example/x")
    with pytest.raises(TargetError):
        checked_webhook("http://hooks.example:8443/x")


@pytest.mark.parametrize("address", ["ops@site.example", "o.p-s+x@SITE.example"])
def test_addresses_of_the_allowed_domains(address: str, settings: Any) -> None:
    settings.MAIL_DOMAINS = ["site.example"]
    assert checked_mail(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "ops@evil.example",
        "ops@site.example.evil.example",
        "ops",
        "a@site.example,b@evil.example",
        "a@site.example\nBcc: b@evil.example",
        "<a@site.example>",
        "ä@site.example",
        "",
    ],
)
def test_no_other_addresses(address: str, settings: Any) -> None:
    settings.MAIL_DOMAINS = ["site.example"]
    with pytest.raises(TargetError):
        checked_mail(address)


def test_without_a_mail_server_there_is_no_mail(settings: Any) -> None:
    settings.EMAIL_HOST = ""
    with pytest.raises(TargetError, match="mail is off"):
        checked_mail("ops@site.example")


def test_a_host_is_shown_without_what_may_be_secret() -> None:
    assert host_of("https://hooks.example:8443/services/T0/secret?x=y") == "hooks.example:8443"
