"""A rule in one sentence: "TN3270 on local port 992 may use TLS 1.1 until 2027-03-31"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policy.attributes import Direction
from policy.model import Kind, Requirement, Rule, RuleSet, Traffic
from policy.values import members
from policy.values.actions import Action
from policy.values.addresses import AddressSet
from policy.values.ports import PortSet
from policy.vocabulary import Attribute, Protocol, choices

_PLAIN = {
    "SSLv2": "SSL 2.0",
    "SSLv3": "SSL 3.0",
    "TLSv1.0": "TLS 1.0",
    "TLSv1.1": "TLS 1.1",
    "TLSv1.2": "TLS 1.2",
    "TLSv1.3": "TLS 1.3",
    "SSHv1": "SSH 1",
    "SSHv2": "SSH 2",
    "None-or-AEAD": "none or AEAD",
}
_FIELDS = {
    Attribute.ENCRYPTION: "encryption",
    Attribute.ENCRYPTION_IN: "inbound encryption",
    Attribute.ENCRYPTION_OUT: "outbound encryption",
    Attribute.AUTHENTICATION: "message authentication",
    Attribute.AUTHENTICATION_IN: "inbound message authentication",
    Attribute.AUTHENTICATION_OUT: "outbound message authentication",
    Attribute.KEY_EXCHANGE: "key exchange",
    Attribute.PHASE1_ENCRYPTION: "phase 1 encryption",
    Attribute.PHASE1_AUTHENTICATION: "phase 1 message authentication",
    Attribute.PHASE2_ENCRYPTION: "phase 2 encryption",
    Attribute.PHASE2_AUTHENTICATION: "phase 2 message authentication",
}
_REST = "everything else"
MOST_WORDS = 4
"""More alternatives than these are counted, not named."""


def sentence(rule: Rule, protocol: Protocol, kind: Kind) -> str:
    """Return what a rule says, without a full stop."""
    who = subject(rule.traffic, kind)
    until = f" until {rule.expires.isoformat()}" if rule.expires else ""
    does = predicate(rule.action, using(rule.requirement, protocol), one=who == _REST)
    return f"{who} {does}{until}"


def sentences(rule_set: RuleSet) -> tuple[str, ...]:
    """Return the sentence of each rule in the order of evaluation."""
    return tuple(
        sentence(rule, rule_set.protocol, rule_set.kind(place))
        for place, rule in enumerate(rule_set.rules())
    )


def subject(traffic: Traffic, kind: Kind) -> str:
    """Return whose connections a rule speaks of."""
    if traffic.is_any:
        return _REST if kind is Kind.CATCH_ALL else "all connections"
    way = "" if traffic.direction is Direction.BOTH else f"{traffic.direction.value.lower()} "
    local, remote = traffic.local_ports, traffic.remote_ports
    if local:
        head = f"{way}connections of {_servers(local)}" if way else _servers(local)
        head += f" with remote {_ports(remote)}" if remote else ""
    else:
        head = f"{way}connections" + (f" to {_servers(remote)}" if remote else "")
    return " ".join([head, *_others(traffic)])


def _others(traffic: Traffic) -> Iterator[str]:
    if traffic.job:
        yield f"of job {traffic.job}"
    if traffic.user:
        yield f"of user {traffic.user}"
    if traffic.local:
        yield f"at {_group(traffic.local)}"
    if traffic.remote:
        yield f"with {_group(traffic.remote)}"


def using(requirement: Requirement | None, protocol: Protocol) -> str:
    """Return the protection that a rule asks for."""
    any_of = "no recognized protection" if protocol is Protocol.NONE else f"any {protocol}"
    if requirement is None or requirement.is_empty:
        return any_of
    named = dict(requirement.wanted)
    version = named.pop(Attribute.VERSION, ())
    head = _version(version, protocol) if version else str(protocol)
    rest = [f"{_any_of(words)} as {_FIELDS[key]}" for key, words in named.items()]
    if requirement.min_key_bits is not None:
        rest.append(f"a key of at least {requirement.min_key_bits} bits")
    return f"{head} with {_all_of(rest)}" if rest else head


def predicate(action: Action, what: str, *, one: bool = False) -> str:
    """Return what happens to connections that use `what`; `one`: the subject is singular."""
    if action.is_silent:
        return f"may use {what}"
    done = []
    if action.syslog_level is not None or action.console:
        places = (("syslogd", action.syslog_level is not None), ("the console", action.console))
        done.append(f"logged to {_all_of([name for name, given in places if given])}")
    done += ["audited"] if action.audit else []
    done += ["reset"] if action.reset else []
    verb, be = ("uses", "is") if one else ("use", "are")
    return f"that {verb} {what} {be} {_all_of(done)}"


def _version(words: tuple[str, ...], protocol: Protocol) -> str:
    """All versions from one on read as "TLS 1.2 or later"."""
    known = [one.name for one in choices(protocol, Attribute.VERSION)]
    if len(words) > 1 and tuple(known[-len(words) :]) == words:
        return f"{_plain(words[0])} or later"
    return _any_of(words)


def _any_of(words: Iterable[str]) -> str:
    named = [_plain(one) for one in words]
    if len(named) > MOST_WORDS:
        return f"one of {len(named)} algorithms"
    return _joined(named, "or")


def _all_of(words: list[str]) -> str:
    return _joined(words, "and")


def _joined(words: list[str], last: str) -> str:
    return f" {last} ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _plain(word: str) -> str:
    return _PLAIN.get(word, word)


def _servers(ports: PortSet) -> str:
    return f"{ports.name} servers on {_ports(ports)}".lstrip()


def _ports(ports: PortSet) -> str:
    one = len(ports.members) == 1 and ports.members[0].first == ports.members[0].last
    return f"{'port' if one else 'ports'} {members.named(ports.members)}"


def _group(addresses: AddressSet) -> str:
    written = members.named(addresses.members)
    return f"{addresses.name} ({written})" if addresses.name else written
