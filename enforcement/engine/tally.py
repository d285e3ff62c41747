"""What a run comes to, in numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from enforcement.engine.outcome import Match

RuleKey = tuple[str, str]
"""Protocol and name of a rule."""


def key_of(match: Match) -> RuleKey:
    """Return the key of a match's rule."""
    return match.protocol.value, match.rule.name


@dataclass(slots=True)
class Tally:
    """Counts of a run; `matches` and what follows are by rule.

    `evaluated` are evaluations: one for each connection and protection. Of those, `unmatched` met
    no rule, `unchecked` had no rule set to be held against (a failed handshake of z/OS 3.2), and
    of `unobserved` the attributes of TLS or SSH count as unknown, for z/OS did not observe them.
    `doubtful` are actions about unprotected connections that are perhaps failed handshakes.
    `analysis_only` is UDP, which is never enforced. `ignored` are enforcement records, and what is
    recorded of connections behind the reset by a rule. `told_resets` are records that say that
    zERT reset the connection, `agreed_resets` those of them that this run resets too. `forgotten`
    are connections whose end was not recorded, and which were not remembered for longer.
    """

    records: int = 0
    evaluated: int = 0
    unmatched: int = 0
    unchecked: int = 0
    unobserved: int = 0
    doubtful: int = 0
    ignored: int = 0
    forgotten: int = 0
    told_resets: int = 0
    agreed_resets: int = 0
    matches: Counter[RuleKey] = field(default_factory=Counter)
    analysis_only: Counter[RuleKey] = field(default_factory=Counter)
    syslog: Counter[RuleKey] = field(default_factory=Counter)
    console: Counter[RuleKey] = field(default_factory=Counter)
    suppressed: Counter[RuleKey] = field(default_factory=Counter)
    audits: int = 0
    resets: int = 0
