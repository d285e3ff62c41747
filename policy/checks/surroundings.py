"""What is known about the stack and its traffic; None where it is not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from policy.values.names import NAME_LIMIT
from policy.vocabulary import Attribute, Protocol

Recorded = Mapping[tuple[Protocol, Attribute], frozenset[int]]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Facts that checks need and a policy can't hold.

    `audits_to_smf` is ZERTDETAILBYPOLICY, `audits_to_nmi` ZERTSERVICEBYPOLICY. `knows_failures`
    says that the stack is z/OS 3.2 or later. `recorded` are the codes that rules see: what is
    not known, or does not count, is `UNKNOWN_CODE`; `has_manual`: there are manual tunnels, whose
    phase 1 is not among them. `day` is today. `name_limit` is that of the dialect to write in.
    """

    zert_is_on: bool | None = None
    audits_to_smf: bool | None = None
    audits_to_nmi: bool | None = None
    trmd_runs: bool | None = None
    knows_failures: bool | None = None
    recorded: Recorded | None = None
    has_manual: bool = False
    day: date | None = None
    name_limit: int = NAME_LIMIT


UNKNOWN_SURROUNDINGS = Surroundings()
