"""What is shipped is whole, and the template of IBM's article gives the article's verdicts."""

from __future__ import annotations

from importlib import resources
from ipaddress import ip_address

import pytest

from designer import shipped
from designer.shipped import FILES, ShippedError
from policy.attributes import Connection, Direction, Protection
from policy.checks import check
from policy.documents import SCHEMA_NAME, from_tree
from policy.findings import Severity
from policy.matcher import evaluate
from policy.model import Policy
from policy.parser import parse
from policy.vocabulary import Attribute, Protocol
from policy.writer import write

TEXTS = {name: (resources.files(shipped) / name).read_text("utf-8") for name in FILES}
ALL = shipped.load()
TEMPLATES = sorted(ALL.templates)
VERSIONS = {"1.0": 0x0301, "1.1": 0x0302, "1.2": 0x0303, "1.3": 0x0304, "unknown": 0}


def tls(version: str, port: int, direction: Direction = Direction.INBOUND) -> Connection:
    """A connection to a server here, or from here to a server at `port`."""
    ports = (port, 50_000) if direction is Direction.INBOUND else (50_000, port)
    return Connection(
        ip_address("10.0.0.1"),
        ports[0],
        ip_address("198.51.100.7"),
        ports[1],
        direction=direction,
        protections=(Protection(Protocol.TLS, {Attribute.VERSION: VERSIONS[version]}),),
    )


@pytest.mark.parametrize(
    ("connection", "rule", "is_audited"),
    [
        (tls("1.2", 443), "TLS 1.2 or later", False),
        (tls("1.3", 443), "TLS 1.2 or later", False),
        (tls("1.2", 992), "TLS 1.2 or later", False),
        (tls("1.1", 992), "TN3270 with TLS 1.1", False),
        (tls("1.1", 23), "TN3270 with TLS 1.1", False),
        (tls("1.0", 992), "Other TLS", True),
        (tls("1.1", 443), "Other TLS", True),
        (tls("1.1", 992, Direction.OUTBOUND), "Other TLS", True),
        (tls("unknown", 992), "Other TLS", True),
    ],
)
def test_the_articles_template_gives_its_verdicts(
    connection: Connection, rule: str, is_audited: bool
) -> None:
    policy = Policy((ALL.templates["tls-1.2-tn3270-excepted"].rule_set,))
    outcome = evaluate(policy, connection)
    (result,) = outcome.results
    assert result.rule
    assert result.rule.name == rule
    assert outcome.action.effect == (None, False, is_audited, False)


@pytest.mark.parametrize("key", TEMPLATES)
def test_a_template_has_no_error_and_goes_through_file_and_document(key: str) -> None:
    template = ALL.templates[key]
    policy = Policy((template.rule_set,))
    assert [one for one in check(policy) if one.severity is Severity.ERROR] == []
    assert parse(write(policy)).policy == policy
    assert from_tree({"schema": SCHEMA_NAME, "rule_sets": [template.document]}) == policy


def test_no_template_is_doubtful_before_anything_is_known() -> None:
    assert {
        key: check(Policy((ALL.templates[key].rule_set,))) for key in TEMPLATES
    } == dict.fromkeys(TEMPLATES, ())


def test_every_protocol_has_a_template_that_audits_everything() -> None:
    audits = [one for key, one in ALL.templates.items() if key.startswith("audit-all")]
    assert {one.protocol for one in audits} == set(Protocol)
    for one in audits:
        (rule,) = one.rule_set.rules()
        assert rule.is_any
        assert rule.action.audit


def test_documents_of_parts_are_those_of_rules() -> None:
    template = ALL.templates["tls-1.2-tn3270-excepted"]
    (rule,) = template.document["specific"]  # type: ignore[misc]
    assert rule["traffic"] == ALL.traffic["tn3270"].document
    assert rule["requirement"] == ALL.security["tls-1.1"].document
    assert ALL.addresses["ipv6-ula"].document == {
        "name": "IPv6 unique local",
        "members": ["fc00::/7"],
    }
    assert ALL.actions["log"].document == {"name": "Log", "syslog_level": 4}
    assert template.uses == (
        ("action", "allow"),
        ("security", "tls-1.2-or-later"),
        ("traffic", "tn3270"),
        ("security", "tls-1.1"),
        ("action", "audit"),
    )


def test_names_fit_into_a_policy_file() -> None:
    kinds = (ALL.traffic, ALL.security, ALL.actions, ALL.addresses)
    assert [one.name for kind in kinds for one in kind.values() if len(one.name) > 32] == []


@pytest.mark.parametrize(
    ("file", "old", "new", "entry", "reason"),
    [
        ("traffic.toml", 'local_ports = ["22"]', 'local_ports = ["x"]', "ssh", "`x` is no port"),
        ("traffic.toml", 'local_ports = ["22"]', "", "ssh", "it describes no connections"),
        ("traffic.toml", 'local_ports = ["22"]', "local_ports = 22", "ssh", "no list of texts"),
        ("traffic.toml", 'direction = "Outbound"', 'direction = "Up"', "ftp-data-active", "`Up`"),
        ("traffic.toml", 'key = "https"', 'key = "http"', "http", "there twice"),
        ("traffic.toml", 'name = "HTTPS"', 'name = "http"', "https", "there twice"),
        ("traffic.toml", 'confidence = "confirmed"', 'confidence = "sure"', "tn3270", "`sure`"),
        ("traffic.toml", 'basis = "IANA service name ssh"', 'basis = ""', "ssh", "`basis`"),
        ("traffic.toml", 'key = "ssh"', "", "8", "`key` is missing"),
        ("traffic.toml", 'key = "ssh"', 'colour = "red"\nkey = "ssh"', "ssh", "`colour`"),
        ("traffic.toml", 'key = "ssh"', "job = 3\nkey = 'ssh'", "ssh", "`job` is no text"),
        ("security.toml", '"TLSv1.3"]', '"TLSv9"]', "tls-1.2-or-later", "TLSv9"),
        ("security.toml", "384", '"384"', "tls-cnsa-like", "no number"),
        ("security.toml", 'protocol = "TLS"', 'protocol = "QUIC"', "tls-1.2-or-later", "`QUIC`"),
        ("security.toml", 'version = ["SSHv1"]', "", "ssh-1", "asks for nothing"),
        ("actions.toml", "syslog_level = 4", "syslog_level = 9", "log", "`9`"),
        ("actions.toml", "reset = true", "reset = 1", "log-and-reset", "neither true nor false"),
        ("addresses.toml", '"10.0.0.0/8"', '"10.0.0.1/8"', "private-ipv4", "bits set behind"),
        ("templates.toml", 'traffic = "tn3270"', 'traffic = "x"', "tls-1.2-tn3270", "no traffic"),
        ("templates.toml", 'action = "allow" }', "}", "tls-1.2-tn3270", "TOML"),
        ("templates.toml", ', action = "allow" }', "}", "tls-1.2-tn3270", "has no action"),
        ("templates.toml", ', action = "audit" }', ', traffic = "ssh", action = "audit" }',
         "tls-1.2-tn3270", "has conditions"),
        ("templates.toml", 'catch_all = { name = "Every TLS connection", action = "audit" }', "",
         "audit-all-tls", "it has no rule"),
        ("templates.toml", 'catch_all = { name = "Every TLS connection", action = "audit" }',
         "catch_all = 3", "audit-all-tls", "no table"),
        ("templates.toml", 'catch_all = { name = "Every TLS connection", action = "audit" }',
         "specific = 3", "audit-all-tls", "no list of tables"),
        ("actions.toml", "[[entry]]", "x = 1\n[[entry]]", "", "entries and nothing else"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_file_entry_and_reason(
    file: str, old: str, new: str, entry: str, reason: str
) -> None:
    assert old in TEXTS[file]
    with pytest.raises(ShippedError) as caught:
        shipped.read({**TEXTS, file: TEXTS[file].replace(old, new, 1)})
    assert caught.value.file == file
    if reason != "TOML":
        assert caught.value.entry.startswith(entry)
        assert bool(caught.value.entry) is bool(entry)
    assert reason in caught.value.reason
