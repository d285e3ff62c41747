"""People with pages of objects, and what each kind is made of."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from designer.models import (
    ActionDescriptor,
    AddressGroup,
    ReusableObject,
    SecurityDescriptor,
    TrafficDescriptor,
)


@pytest.fixture
def author(anna: User) -> Client:
    return signed_in(anna)


@pytest.fixture
def other(bert: User) -> Client:
    return signed_in(bert)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(page: str, kind: str, *keys: object) -> str:
    return reverse(f"policy_object_{page}" if page else "policy_object", args=[kind, *keys])


def errors(answer: Any) -> dict[str, list[str]]:
    return dict(answer.context["form"].errors)


MADE: dict[str, tuple[type[ReusableObject], dict[str, Any], dict[str, Any], str]] = {
    "address-groups": (
        AddressGroup,
        {"members": "10.1.1.1\n10.2.0.0/16, 2001:db8::/32\n\n192.0.2.1 - 192.0.2.9\n"},
        {"members": ["10.1.1.1", "10.2.0.0/16", "2001:db8::/32", "192.0.2.1-192.0.2.9"]},
        "10.1.1.1, 10.2.0.0/16, 2001:db8::/32, 192.0.2.1-192.0.2.9",
    ),
    "traffic": (
        TrafficDescriptor,
        {"local_ports": "992, 2023-2030", "job": "tn3*", "direction": "Inbound"},
        {
            "local_ports": {"members": ["992", "2023-2030"]},
            "job": "TN3*",
            "direction": "Inbound",
        },
        "inbound connections of Mine servers on ports 992, 2023-2030 of job TN3*",
    ),
    "security": (
        SecurityDescriptor,
        {"want_version": ["TLSv1.2", "TLSv1.3"], "min_key_bits": "128"},
        {"version": ["TLSv1.2", "TLSv1.3"], "min_key_bits": 128},
        "TLS 1.2 or later with a key of at least 128 bits",
    ),
    "actions": (
        ActionDescriptor,
        {"syslog_level": "3", "extras": ["audit", "reset"]},
        {"syslog_level": 3, "audit": True, "reset": True},
        "log to syslogd at error, write an audit record, reset the connection",
    ),
}
