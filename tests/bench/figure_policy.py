"""(f) Four rule sets with 50 rules each over a million distinct sessions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import reduce
from operator import and_, or_
from pathlib import Path

import numpy as np
import polars as pl

from policy import vectorised
from policy.attributes import Direction
from policy.model import Policy, Requirement, Rule, RuleSet, Traffic
from policy.settings import Scope, Settings
from policy.values.addresses import AddressSet
from policy.values.names import NamePattern
from policy.values.ports import PortSet
from policy.vectorised.frame import BITS, DIRECTIONS, MAPPED, SCHEMA, column_of
from policy.vocabulary import Protocol
from tests.bench.figures import Figure

SESSIONS, RULES, JOBS, ROUNDS = 1_000_000, 50, 5_000, 3
CEILING_S, CEILING_RATIO = 3.0, 1.0
SETTINGS = Settings(scope=Scope.ALL)
WANTED = {
    Protocol.TLS: {"version": "TLSv1.2 TLSv1.3", "encryption": "AES-256-GCM AES-128-GCM"},
    Protocol.SSH: {"version": "SSHv2", "encryption_in": "AES-256-CTR AES-256-GCM"},
    Protocol.IPSEC: {"phase1_encryption": "AES-256-CBC", "phase2_encryption": "AES-256-GCM"},
}


def measure(directory: Path) -> Iterator[Figure]:
    """Time of all rule sets, and against a polars filter of the same conditions."""
    policy, frame = _policy(), _frame()
    found = vectorised.evaluate(policy, frame, SETTINGS)
    hits = sum(int((found[name] >= 0).sum()) for name in found.columns)
    seconds = _best(lambda: vectorised.evaluate(policy, frame, SETTINGS))
    expressions = [_rule(rule, one.protocol) for one in policy.rule_sets for rule in one.rules()]
    bare_hits = frame.select(pl.any_horizontal(expressions).sum()).item()
    if bare_hits != hits:
        raise AssertionError(f"the bare filter finds {bare_hits} sessions, the rules {hits}")
    bare = _best(lambda: frame.select(pl.any_horizontal(expressions).sum()))
    notes: dict[str, object] = {"sessions": SESSIONS, "rules": len(expressions), "hits": hits}
    yield Figure(
        "policy_seconds", seconds, "s", None, seconds, CEILING_S, at_most=True, notes=notes
    )
    yield Figure(
        "policy_against_bare_filter",
        seconds,
        "s",
        bare,
        seconds / bare,
        CEILING_RATIO,
        at_most=True,
    )


def _best(run: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def _policy() -> Policy:
    sets = []
    for protocol in Protocol:
        wanted = WANTED.get(protocol)
        rules = tuple(
            Rule(
                f"rule {n}",
                traffic=Traffic(
                    remote=AddressSet.parse(f"10.{n}.0.0/16", f"192.168.{n}.1-192.168.{n}.99"),
                    local_ports=PortSet.parse(str(1_000 + n), f"{2_000 + n}-{2_400 + n}"),
                    job=NamePattern(f"JOB{n}*"),
                    direction=Direction.INBOUND,
                ),
                requirement=Requirement.of(protocol, **wanted) if wanted else None,
            )
            for n in range(RULES)
        )
        sets.append(RuleSet(str(protocol), protocol, None, rules))
    return Policy(tuple(sets))


def _frame() -> pl.DataFrame:
    chance = np.random.default_rng(4)
    columns: dict[str, object] = {
        "local_hi": np.zeros(SESSIONS, np.uint64),
        "local_lo": MAPPED | chance.integers(10 << 24, (10 << 24) + 4_000, SESSIONS),
        "remote_hi": np.zeros(SESSIONS, np.uint64),
        "remote_lo": MAPPED | chance.integers(10 << 24, 11 << 24, SESSIONS),
        "local_port": chance.integers(900, 2_500, SESSIONS),
        "remote_port": chance.integers(1_024, 65_535, SESSIONS),
        "job": np.array([f"JOB{n}" for n in range(JOBS)])[chance.integers(0, JOBS, SESSIONS)],
        "user": np.array([f"USER{n}" for n in range(JOBS)])[chance.integers(0, JOBS, SESSIONS)],
        "direction": chance.integers(1, 3, SESSIONS),
        "ip_protocol": np.full(SESSIONS, 6),
        "protocols": chance.choice([0, *BITS.values()], SESSIONS),
        "failed_handshake": np.zeros(SESSIONS, bool),
    }
    for name in SCHEMA.keys() - columns.keys():
        kind = bool if name.endswith("manual") else None
        codes = chance.choice([0x0303, 0x0302] if name == "tls_version" else range(21), SESSIONS)
        columns[name] = np.zeros(SESSIONS, kind) if kind else codes
    return pl.DataFrame(columns).select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())


def _rule(rule: Rule, protocol: Protocol) -> pl.Expr:
    """The conditions of a rule as anybody would write them for polars."""
    bits = pl.col("protocols") & sum(BITS.values())
    traffic = rule.traffic
    assert traffic.remote
    assert traffic.local_ports
    assert traffic.job
    spans = [(int(one.first), int(one.last)) for one in traffic.remote.members]
    parts = [
        bits == BITS.get(protocol, 0),
        reduce(or_, (pl.col("remote_lo").is_between(MAPPED | a, MAPPED | b) for a, b in spans)),
        reduce(
            or_,
            (pl.col("local_port").is_between(p.first, p.last) for p in traffic.local_ports.members),
        ),
        pl.col("job").str.starts_with(traffic.job.stem),
        pl.col("direction") == DIRECTIONS[Direction.INBOUND],
    ]
    asked = rule.requirement.codes() if rule.requirement else ()
    parts += [pl.col(column_of(protocol, a.value)).is_in(list(codes)) for a, codes in asked]
    return reduce(and_, parts)
