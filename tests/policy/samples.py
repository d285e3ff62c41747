"""The article's scenario: TLS 1.2 or later; TN3270 may use 1.1; the rest is audited."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from policy.attributes import Direction
from policy.model import Policy, Requirement, Rule, RuleSet, Traffic
from policy.values.actions import Action
from policy.values.addresses import AddressSet
from policy.values.names import NamePattern
from policy.values.ports import PortSet
from policy.vocabulary import Protocol

DATA = Path(__file__).parents[1] / "data" / "policy"
ALLOW, AUDIT = Action("Allow"), Action("Audit", syslog_level=5, audit=True)
GENERAL = Rule(
    "TLS 1.2 or later",
    ALLOW,
    requirement=Requirement.of(Protocol.TLS, "TLS12plus", version="TLSv1.2 TLSv1.3"),
    comments=("Ask the help desk",),
)
TN3270 = Rule(
    "TN3270",
    ALLOW,
    Traffic(
        remote=AddressSet.parse("10.1.1.1", "10.20.0.0/16"),
        local_ports=PortSet.parse("992"),
        job=NamePattern("TN3270*"),
        direction=Direction.INBOUND,
    ),
    Requirement.of(Protocol.TLS, version="TLSv1.1"),
    owner="Net team",
    expires=date(2027, 3, 31),
)
REST = Rule("Rest", AUDIT)
TLS = RuleSet(
    "Company TLS", Protocol.TLS, GENERAL, (TN3270,), REST, "TLS 1.2 or higher, TN3270 excepted"
)
ARTICLE = Policy((TLS,))


def overlapping(count: int, shift: int) -> RuleSet:
    """Rules that cut each other's conditions to pieces; those of the other `shift` do the opposite.

    120 of them are more than is worked out.
    """
    rules = []
    for number in range(1, count + 1):
        net, far = number * 37 % 250, number * 91 % 250
        port, other = number * 7919 % 60_000 + 1, number * 4871 % 60_000 + 1
        traffic = Traffic(
            AddressSet.parse(f"10.0.{net}.0-10.0.{net + 5}.255") if number % 4 else None,
            AddressSet.parse(f"10.0.{far}.0-10.0.{far + 5}.255") if (number + 1) % 4 else None,
            PortSet.parse(f"{port}-{port + 2500}") if (number + 2) % 4 else None,
            PortSet.parse(f"{other}-{other + 2500}") if (number + 3) % 4 else None,
        )
        rules.append(Rule(f"r{number}", AUDIT if (number + shift) % 2 else ALLOW, traffic))
    rest = Rule("rest", ALLOW if shift else AUDIT)
    return RuleSet("overlapping", Protocol.TLS, None, tuple(rules), rest)
