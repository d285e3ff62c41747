"""(g) Rules against the lives of connections: subtype 11 records, against decoding the same.

And an exact run over the same records in the store, against the engine alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from analyzer.models import Stack
from enforcement.engine.choices import settings_from, settings_tree
from enforcement.engine.engine import Engine
from enforcement.histories import work
from enforcement.models import HistoryRun
from policy.attributes import Direction
from policy.documents import to_tree
from policy.model import Policy, Requirement, Rule, RuleSet, Traffic
from policy.values.actions import Action
from policy.values.addresses import AddressSet
from policy.values.ports import PortSet
from policy.vocabulary import Protocol
from smf.encode.connection import INITIATION, TERMINATION, ConnectionRecord, encode_connection
from smf.encode.records import Stamp
from smf.encode.values import Values
from smf.reader import Batch, DumpReader
from tests.bench import store
from tests.bench.figures import Figure
from tests.builders.enforcement.records import NOON, SSH2, TLS11, TLS12, TUNNEL, ident

CONNECTIONS, CLIENTS, RULES, ROUNDS = 60_000, 20_000, 50, 3
FLOOR_RATE, FLOOR_RATIO, FLOOR_EXACT = 50_000.0, 3.0, 0.3
KINDS: tuple[dict[str, Values], ...] = (
    {"TLS": TLS12},
    {"TLS": TLS12},
    {"SSH": SSH2},
    {},
    {"TLS": TLS11, "IPSEC": TUNNEL},
)
ACTION = Action("Audit", syslog_level=4, audit=True)


def measure(directory: Path) -> Iterator[Figure]:
    """Records a second of the engine alone, four rule sets with 50 rules each, one in 25 acts."""
    path = directory / "connections.smf"
    with path.open("wb") as file:
        for number in range(CONNECTIONS):
            file.writelines(_records(number))
    start = time.perf_counter()
    with DumpReader(path) as reader:
        batches = list(reader)
    decoding = 2 * CONNECTIONS / (time.perf_counter() - start)
    rates, acted = [], 0
    for _ in range(ROUNDS):
        start = time.perf_counter()
        acted = _run(batches)
        rates.append(2 * CONNECTIONS / (time.perf_counter() - start))
    rate = max(rates)
    notes: dict[str, object] = {"records": 2 * CONNECTIONS, "rules": 4 * RULES, "acted": acted}
    yield Figure("engine_records", rate, "records/s", None, rate, FLOOR_RATE, notes=notes)
    yield Figure(
        "engine_against_decoding", rate, "records/s", decoding, rate / decoding, FLOOR_RATIO
    )
    store.empty()
    store.ingest(path)
    yield _exact_run(batches)


def _exact_run(batches: list[Batch]) -> Figure:
    """Both in the time of this process, in turns: what the database does is on another core."""
    pairs = [(_rate_of(lambda: _run(batches)), _rate_of(_over_the_store)) for _ in range(ROUNDS)]
    alone, exact = (max(side) for side in zip(*pairs, strict=True))
    notes: dict[str, object] = {"records": 2 * CONNECTIONS, "rules": 4 * RULES}
    return Figure(
        "exact_run", exact, "records/cpu-s", alone, exact / alone, FLOOR_EXACT, notes=notes
    )


def _rate_of(work_on: Callable[[], object]) -> float:
    start = time.process_time()
    work_on()
    return 2 * CONNECTIONS / (time.process_time() - start)


def _over_the_store() -> None:
    """An exact run as a worker does it, from the claim to the last stored row."""
    part = {"stacks": [], "versions": [], "digest": "", "document": to_tree(_policy())}
    run = HistoryRun.objects.create(
        title="bench",
        parts=[part],
        choices=settings_tree(settings_from({})),
        stacks=list(Stack.objects.values_list("pk", flat=True)),
        first=NOON - timedelta(hours=12),
        until=NOON + timedelta(hours=12),
        submitted_at=timezone.now(),
    )
    work.run(run.pk)
    run.refresh_from_db()
    if run.state != HistoryRun.State.COMPLETE or run.totals["evaluated"] != CONNECTIONS:
        raise RuntimeError(run.error)
    run.delete()


def _run(batches: list[Batch]) -> int:
    engine = Engine(_policy())
    acted = sum(1 for one in batches for _ in engine.run(one.connections, one.coverage))
    if engine.tally.records != 2 * CONNECTIONS or engine.tally.evaluated != CONNECTIONS:
        raise AssertionError(f"the engine has evaluated {engine.tally.evaluated} connections")
    return acted


def _records(number: int) -> Iterator[bytes]:
    start = NOON + timedelta(milliseconds=number)
    client = number * 7_919 % CLIENTS
    common: Values = {
        "flags": 0x10,
        "ip_proto": 6,
        "job": f"JOB{number % 40}",
        "user": f"USER{number % 40}",
        "local_ip": f"10.1.2.{number % 8}",
        "remote_ip": f"10.{client % RULES}.{client // 256}.{client % 256}",
        "local_port": 1_000 + number % 25,
        "remote_port": 1_024 + number % 60_000,
        "conn_id": number + 1,
    }
    kinds = KINDS[number % len(KINDS)]
    if "TLS" in kinds:
        kinds = {**kinds, "TLS": {**kinds["TLS"], "session_id": f"{number:064x}"}}
    for event, seconds in ((INITIATION, 10), (TERMINATION, 12)):
        at = start + timedelta(seconds=seconds)
        record = ConnectionRecord(
            Stamp(at, "SYSA"),
            ident(),
            {**common, "event": event},
            start=start,
            end=at if event == TERMINATION else None,
            protections=kinds,
        )
        yield encode_connection(record)


def _policy() -> Policy:
    return Policy(tuple(_rule_set(protocol) for protocol in Protocol))


def _rule_set(protocol: Protocol) -> RuleSet:
    wanted = {Protocol.TLS: {"version": "TLSv1.3"}, Protocol.SSH: {"version": "SSHv1"}}
    asked = wanted.get(protocol)
    general = Rule("general", requirement=Requirement.of(protocol, **asked)) if asked else None
    rules = tuple(
        Rule(
            f"rule {n}",
            ACTION if n == 0 else Action(),
            Traffic(
                remote=AddressSet.parse(f"10.{n}.0.0/16") if n else None,
                local_ports=PortSet.parse("1000") if n == 0 else None,
                direction=Direction.INBOUND,
            ),
        )
        for n in range(RULES)
    )
    return RuleSet(str(protocol), protocol, general, rules, Rule("rest"))
