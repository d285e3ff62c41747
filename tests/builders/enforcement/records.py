"""Connections of one stack as real subtype 11 records, and what the engine makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from enforcement.engine.engine import Engine
from enforcement.engine.outcome import Outcome
from enforcement.engine.settings import DEFAULTS, Settings
from policy.checks import UNKNOWN_SURROUNDINGS, Surroundings
from policy.model import Policy, Rule, RuleSet
from policy.values.actions import Action
from policy.vocabulary import Protocol
from smf.encode.connection import ConnectionRecord, encode_connection
from smf.encode.records import Stamp
from smf.encode.values import Values
from smf.reader import Batch, DumpReader

NOON = datetime(2026, 1, 15, 12, 0)
TLS12: Values = {
    "version": 0x0303, "source": 1, "handshake": 1, "role": 2, "cipher": "C030",
    "enc": 0x0013, "mac": 1, "kex": 0x0014,
}  # fmt: skip
TLS11: Values = {**TLS12, "version": 0x0302}
SSH2: Values = {
    "version": 2, "source": 1, "component": "SSHD", "kex": 0x0002,
    "in_enc": 0x0011, "in_mac": 0x0006, "out_enc": 0x000F, "out_mac": 0x0008,
}  # fmt: skip
TUNNEL: Values = {
    "major": 2, "p1_enc": 0x000E, "p1_mac": 0x000C, "p2_enc": 0x0013, "p2_mac": 1,
    "ike_rule": "Partner", "lcl": "10.1.2.3", "rmt": "10.9.8.7", "tunnel_type": 2,
}  # fmt: skip
TCP, UDP = 6, 17
SERVER = 0x10
NOTHING: Mapping[str, Values] = {}


@dataclass(frozen=True)
class Connection:
    """One connection; `after` seconds behind noon it began."""

    number: int = 0x1A2B
    after: float = 0
    job: str = "FTPD1"
    local_port: int = 21
    remote_ip: str = "10.9.8.7"
    remote_port: int = 40_000
    flags: int = SERVER
    ip_proto: int = TCP
    system: str = "SYSA"
    more: Values = field(default_factory=dict)

    def at(
        self,
        event: int,
        seconds: float,
        protections: Mapping[str, Values] = NOTHING,
        **more: int,
    ) -> bytes:
        """The record of an event so many seconds behind noon; its clock is an hour ahead of UTC."""
        time = NOON + timedelta(seconds=seconds)
        hour = timedelta(hours=1)
        record = ConnectionRecord(
            Stamp(time, self.system),
            ident(self.system),
            {
                "event": event,
                "flags": self.flags,
                "ip_proto": self.ip_proto,
                "job": self.job,
                "job_id": "STC00042",
                "user": "FTPUSER",
                "local_ip": "10.1.2.3",
                "remote_ip": self.remote_ip,
                "local_port": self.local_port,
                "remote_port": self.remote_port,
                "conn_id": self.number,
                **self.more,
                **more,
            },
            start=NOON + timedelta(seconds=self.after) - hour,
            end=time - hour if event in (3, 4) else None,
            protections=protections,
        )
        return encode_connection(record)


def ident(system: str = "SYSA") -> Values:
    return {"system": system, "sysplex": "PLEXA", "stack": "TCPIP", "component": "STACK"}


def switched(event: int, seconds: float) -> bytes:
    """zERT switched on (5) or off (6)."""
    stamp = Stamp(NOON + timedelta(seconds=seconds), "SYSA")
    return encode_connection(ConnectionRecord(stamp, ident(), {"event": event}))


def policy(**actions: Action) -> Policy:
    """Rule sets with one rule that fits all, by protocol: `policy(tls=..., none=...)`."""
    protocols = {one.value.lower(): one for one in Protocol}
    return Policy(
        tuple(
            RuleSet(f"{name} set", protocols[name], catch_all=Rule(f"{name}-rest", action))
            for name, action in actions.items()
        )
    )


def read(directory: Path, records: Sequence[bytes], name: str = "dump") -> list[Batch]:
    path = directory / name
    path.write_bytes(b"".join(records))
    with DumpReader(path) as reader:
        batches = list(reader)
    assert not [reject for batch in batches for reject in batch.rejects]
    return batches


def outcomes(engine: Engine, batches: Sequence[Batch]) -> Iterator[Outcome]:
    for batch in batches:
        yield from engine.run(batch.connections, batch.coverage)


@dataclass
class Stage:
    """A directory for dumps, and one engine that has seen what was played."""

    directory: Path
    engine: Engine

    def play(self, *records: bytes) -> list[Outcome]:
        return list(outcomes(self.engine, read(self.directory, records)))


def stage(
    directory: Path,
    rules: Policy,
    settings: Settings = DEFAULTS,
    around: Surroundings = UNKNOWN_SURROUNDINGS,
) -> Stage:
    return Stage(directory, Engine(rules, settings, around))


def texts(found: Sequence[Outcome]) -> list[str]:
    """Messages to syslogd."""
    return [message.text for outcome in found for message in outcome.syslog]


def ids(found: Sequence[Outcome]) -> list[str]:
    return [text.split()[0] for text in texts(found)]
