"""Bodies that are taken: what a careful program sends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from analyzer import history
from analyzer.models import Server
from designer import facts, rulesets, workspace
from designer.models import Stack
from tests.policy.samples import DATA

Body = dict[str, Any]
QUERY: Final[Body] = {
    "name": "Unprotected",
    "description": "What nobody protects.",
    "shared": True,
    "filters": {"protocol": ["NONE"], "days": ["all"]},
}
RULE: Final[Body] = {
    "title": "AES-256 for TLS",
    "severity": "fails",
    "breaks": [{"tls_encryption": "*,!AES-256*"}],
    "not_judged": [{"tls_encryption": "Unknown"}],
    "clause": "House standard 12, section 4",
    "confidence": "confirmed",
    "reason": "We say so.",
}
DETAILS: Final[Body] = {
    "name": "Renamed",
    "document": "House standard 12",
    "about": "What we want.",
    "covers": ["TLS", "SSH"],
    "note": "Decided.",
}
PROFILE: Final[Body] = {
    "kind": "zertify baseline",
    "version": 1,
    "baseline": {
        "name": "From a file",
        "document": "House standard 12",
        "about": "What we want.",
        "basis": "pci-dss-4",
        "covers": ["TLS"],
        "rules": [RULE | {"id": "aes-256", "on": True}],
    },
}
OBJECTS: Final[dict[str, list[Body]]] = {
    "address-groups": [
        {"name": "Branches", "content": {"members": ["10.1.0.0/16", "10.2.0.1-10.2.0.9"]}},
        {"name": "Spare group", "content": {"members": ["2001:db8::/32"]}},
    ],
    "traffic": [
        {
            "name": "TN3270",
            "content": {"local_ports": {"members": ["992"]}, "job": "TN3270*"},
            "basis": "Ask the network team",
        },
    ],
    "security": [
        {
            "name": "TLS 1.2 or later",
            "content": {"version": ["TLSv1.2", "TLSv1.3"]},
            "protocol": "TLS",
        },
    ],
    "actions": [
        {"name": "Allow all", "content": {}},
        {"name": "Audit it", "content": {"audit": True}},
    ],
}
RULES: Final[list[Body]] = [
    {
        "name": "Good",
        "kind": "general",
        "inline_security": {"version": ["TLSv1.2", "TLSv1.3"]},
        "action": "Allow all",
    },
    {
        "name": "FTP",
        "inline_traffic": {"job": "FTPD*", "local_ports": {"members": ["21"]}},
        "expires": "2027-03-31",
        "description": "Until it is gone.",
        "owner": "Network team",
        "local": "Branches",
    },
    {"name": "Terminals", "traffic": "TN3270", "security": "TLS 1.2 or later"},
    {"name": "Rest", "kind": "catch-all", "action": "Audit it"},
]
CONNECTION: Final[Body] = {
    "local_ip": "10.1.1.1",
    "local_port": 443,
    "remote_ip": "10.2.2.2",
    "remote_port": 50000,
    "direction": "Inbound",
    "job": "FTPD1",
    "user": "FTPD",
    "protections": [{"protocol": "TLS", "version": "TLSv1.0"}],
}
_TLS: Final[Body] = {"days": ["all"], "protocol": ["TLS"]}
TEST: Final[Body] = {"name": "Old FTP", "connection": CONNECTION, "expected": ""}


def watch(query: int, name: str) -> Body:
    """A watch by mail and webhook."""
    return {
        "query": query,
        "name": name,
        "trigger": "daily",
        "at": "06:30",
        "zone": "Europe/Berlin",
        "mail_to": ["ops@site.example"],
        "webhook": "https://hooks.example/zertify",
    }


def schedule(query: int, directory: str, name: str) -> Body:
    """A scheduled export as CSV."""
    return {
        "query": query,
        "name": name,
        "trigger": "weekly",
        "weekday": 2,
        "format": "csv",
        "options": {"delimiter": "semicolon"},
        "directory": directory,
        "pattern": "{query}_{date}.csv",
        "keep": 3,
    }


def taken(keys: Mapping[str, Sequence[Any]], place: str) -> dict[str, Body]:
    """A body that is taken, by the operation that takes it; `place` is a directory."""
    named = _of_analyzer(keys, place) | _of_places(keys) | _of_versions(keys)
    return {**named, **_of_records(), **_of_parts()}


def _of_analyzer(keys: Mapping[str, Sequence[Any]], place: str) -> dict[str, Body]:
    query, system = keys["queries/"][0], keys["systems/"][0]
    folder = {"path": f"{place}/*.dump", "skip": "*.part", "comment": "x", "active": False}
    retention = {"default": 30, "systems": [{"system": system, "days": 3}]}
    days = {"first": "2026-01-01", "last": "2026-01-31", "confirm": "2026-01-01 to 2026-01-31"}
    return {
        "make_query": QUERY | {"name": "New"},
        "change_query": QUERY | {"revision": 1},
        "make_watch": watch(query, "New"),
        "change_watch": watch(query, "New") | {"revision": 1},
        "make_export_schedule": schedule(query, place, "New"),
        "change_export_schedule": schedule(query, place, "New") | {"revision": 1},
        **{
            f"switch_{what}": {"active": False}
            for what in ("watch", "export_schedule", "baseline_rule", "user")
        },
        "make_user": {"username": "new", "role": "analyst", "further": []},
        "change_user": {"role": "analyst", "further": []},
        "make_pack": {"filters": {"port": ["992"], "from": ["2026-03-01"]}, "title": "x"},
        "copy_baseline": {"copy_of": "pci-dss-4", "name": "New", "note": "x"},
        "change_baseline": DETAILS,
        "add_baseline_rule": RULE | {"title": "Another"},
        "change_baseline_rule": RULE,
        "import_baseline": PROFILE,
        "submit_import": {"path": f"{place}/*.smf", "framing": "rdw", "comment": "x"},
        "add_path": {"path": f"{place}/x.smf", "comment": "x"},
        "add_watch_folder": folder,
        "change_watch_folder": folder,
        "submit_prune": {"kind": "range", "systems": [system], **days},
        "preview_prune": {"kind": "older", "older_days": 30, "confirm": "older than 30 days"},
        "set_retention": retention,
        "preview_retention": retention,
        "change_system": {"time_zone": "Europe/Berlin", "code_page": "cp1047"},
    }


def _of_places(keys: Mapping[str, Sequence[Any]]) -> dict[str, Body]:
    group, system = keys["policy/groups/"][0], keys["policy/systems/"][0]
    placed = {"group": group, "name": "SYS#", "sysplex": "PLEX"}
    content = {"members": ["10.1.0.0/16", "10.2.0.1-10.2.0.9"]}
    named = {"name": "New", "content": content, "description": "x", "basis": "y"}
    stack = Stack.objects.select_related("system__group").get(pk=keys["policy/stacks/"][0])
    file = rulesets.files(stack).digest
    seen = [workspace.mark(one) for one in (stack.system.group, stack.system, stack)]
    return {
        "make_policy_group": {"name": "New", "description": "x"},
        "change_policy_group": {"name": "New", "description": "x", "seen": seen[0]},
        "make_policy_system": placed,
        "change_policy_system": placed | {"seen": seen[1]},
        "make_policy_stack": {"system": system, "name": "TCP#", "tag": "DEV"},
        "change_policy_stack": {"name": "TCP#", "tag": "TEST", "seen": seen[2]},
        "assign_policy_version": {
            "version": keys["policy/versions/"][3],
            "seen": keys["policy/versions/"][1],
        },
        "tell_policy_stack": {"zert_is_on": True, "release": "V3R1", "seen": facts.mark(stack)},
        "record_policy_installation": {"digest": file, "comment": "x", "dialect": ""},
        "make_policy_object": named | {"protocol": ""},
        "change_policy_object": named | {"revision": 1},
        "copy_policy_object": {"name": "New"},
    }


def _of_records() -> dict[str, Body]:
    tls = Server.objects.filter(role="server", ip_proto=6, sessions__protection__protocol="TLS")
    said = {"revision": 1, "name": "New", "filters": _TLS}
    return {
        "make_intervals": {
            "from_day": "2026-03-01",
            "to_day": "2026-03-02",
            "stack": [" ".join(one) for one in history.stack_keys()][:1],
            "intval": 4,
            "syncval": "08:00",
        },
        "make_policy_rule_from_rows": said,
        "make_policy_rule_from_server": said | {"server": tls.earliest("pk").pk},
    }


def _of_parts() -> dict[str, Body]:
    """Of the rules and tests of a draft, one by one."""
    made = {"connection": CONNECTION, "name": "Made", "serves": "local"}
    return {
        "put_policy_rule": {"revision": 1, "rule": RULES[1], "was": "FTP"},
        "put_policy_test": {"revision": 1, "test": TEST, "was": ""},
        "order_policy_rules": {"revision": 1, "names": ["Terminals", "FTP"]},
        "make_policy_rule_from_connection": {"revision": 1, **made},
    }


def _of_versions(keys: Mapping[str, Sequence[Any]]) -> dict[str, Body]:
    query, stacks = keys["queries/"][0], list(keys["policy/stacks/"][:2])
    whole = {"revision": 1, "rules": RULES, "tests": [TEST]}
    proposed = {"query": query, "protocol": "TLS", "name": "New"}
    text = (DATA / "article.policy").read_text()
    draft, published = keys["policy/versions/"][:2]
    return {
        "start_run": {
            "from_day": "2026-03-01",
            "to_day": "2026-03-31",
            "versions": [published],
            "against": [draft],
            "stacks": stacks,
        },
        "start_exact_run": {"days": 30, "versions": [published], "settings": {}},
        "make_rule_set": {"name": "New", "protocol": "TLS", "description": "x", "owner": "y"},
        "describe_rule_set": {"revision": 1, "name": "New", "description": "x", "owner": "y"},
        "retire_rule_set": {"retired": True, "revision": 1},
        "copy_policy_version": {"name": "New"},
        "submit_policy_draft": {"revision": 1, "comment": "x"},
        "publish_policy_version": {"revision": 5, "comment": "x", "stacks": []},
        "reject_policy_version": {"revision": 5, "comment": "x"},
        "roll_back_policy_version": {"comment": "x"},
        "promote_policy_version": {
            "to": "TEST",
            "stacks": [{"stack": stacks[1], "seen": published}],
        },
        "plan_policy_version": {"revision": 1, "stacks": stacks},
        "save_policy_draft": whole,
        "merge_policy_draft": whole | {"seen": 1, "choices": {"Rest/action": "mine"}},
        "note_policy_draft": {"comment": "x", "seen": ""},
        "explain_policy_connection": {"connection": CONNECTION, "scope": "all"},
        "preview_policy_proposal": proposed,
        "take_policy_proposal": proposed | {"seen": "x"},
        "preview_policy_file": {"text": text},
        "bring_policy_file_in": {"text": text, "seen": "x", "choices": {"rule-set TLS": "new"}},
    }
