"""(k) A what-if run over all summaries: four rule sets of 50 rules each, on the yardstick."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.utils import timezone

from analyzer.models import Server
from enforcement.models import Run, UnmetRule, Verdict
from enforcement.runs import work
from policy import documents
from policy.model import Policy, Requirement, Rule, RuleSet, Traffic
from policy.values.actions import ALLOW, Action
from policy.values.addresses import AddressSet
from policy.values.names import NamePattern
from policy.values.ports import PortSet
from policy.vocabulary import Protocol
from tests.bench.figures import Figure
from tests.bench.yardstick import store
from tests.bench.yardstick.site import DAYS

RULES, ROUNDS, CEILING_S = 50, 3, 5.0
AUDIT, RESET = Action(audit=True), Action(syslog_level=4, reset=True)
_GOOD: Final = {
    Protocol.TLS: Requirement.of(Protocol.TLS, version="TLSv1.2 TLSv1.3"),
    Protocol.SSH: Requirement.of(Protocol.SSH, version="SSHv2"),
    Protocol.IPSEC: Requirement.of(Protocol.IPSEC, phase2_encryption="AES-256-CBC"),
}


def measure(directory: Path) -> Iterator[Figure]:
    """The least of some runs as a worker does them, from the claim to the stored verdicts."""
    store.provide(directory)
    yield figure()


def figure() -> Figure:
    """On the store as it is; a reset of all that has no protection is in it."""
    policy = _policy()
    times, run = [], _run(policy)
    for _ in range(ROUNDS):
        run = _run(policy)
        began = time.perf_counter()
        work.run(run.pk)
        times.append(time.perf_counter() - began)
        run.refresh_from_db()
        if run.state != Run.State.COMPLETE:
            raise RuntimeError(run.error)
    notes = store.described() | {
        "rules": sum(len(one.rules()) for one in policy.rule_sets),
        "connections": run.connections,
        "verdicts": Verdict.objects.filter(run=run).count(),
        "unmet": UnmetRule.objects.filter(run=run).count(),
        "reset_connections": sum(run.reset_days.values()),
        "hours": [run.reset_hours.get("first"), run.reset_hours.get("last")],
        "seconds": [round(one, 2) for one in times],
    }
    Run.objects.filter(title=_TITLE).delete()
    value = min(times)
    return Figure("yardstick_run_s", value, "s", None, value, CEILING_S, at_most=True, notes=notes)


_TITLE: Final = "bench"


def _run(policy: Policy) -> Run:
    part: dict[str, Any] = {"stacks": [], "versions": [], "digest": ""}
    part["document"] = documents.to_tree(policy)
    return Run.objects.create(
        title=_TITLE, parts=[part], days=DAYS, mode=Run.Mode.RECORDED, submitted_at=timezone.now()
    )


def _policy() -> Policy:
    """General, 48 specific and catch-all: jobs and ports of the store in every second rule."""
    servers = list(
        Server.objects.order_by("job", "port_start").values_list("job", "port_start").distinct()
    )
    sets = []
    for protocol in Protocol:
        good, is_none = _GOOD.get(protocol), protocol is Protocol.NONE
        specific = [
            Rule(f"rule {n}", AUDIT if n % 3 else ALLOW, _traffic(n, servers))
            for n in range(RULES - (1 if is_none else 2))
        ]
        general = Rule("good", ALLOW, requirement=good) if good else None
        last = Rule("rest", RESET if is_none else AUDIT)
        sets.append(RuleSet(str(protocol), protocol, general, tuple(specific), last))
    return Policy(tuple(sets))


def _traffic(number: int, servers: list[tuple[str, int]]) -> Traffic:
    job, port = servers[number * 7 % len(servers)]
    if number % 2 or not job:
        remote = AddressSet.parse(f"10.{number}.0.0/16", f"192.168.{number}.1-192.168.{number}.9")
        return Traffic(remote=remote, local_ports=PortSet.parse(f"{1_000 + number}-65535"))
    return Traffic(job=NamePattern(job), local_ports=PortSet.parse(str(max(port, 1))))
