"""What the sections of subtype 11 say beyond those of subtype 12."""

from __future__ import annotations

from collections.abc import Sequence

from smf.encode.values import Values
from smf.sample_site.catalog import Role
from smf.sample_site.sessions import Guard, Session

_OBSERVED = 1
_FULL, _FAILED = 1, 3
_CLIENT, _SERVER, _SERVER_WITH_CLIENT_AUTHENTICATION = 1, 2, 3
_FAILED_STATUS = 0x80
_DYNAMIC, _ACTIVE, _TUNNEL_IPV6 = 2, 1, 0x80
_PERMIT, _IPSEC = 1, 2
_OBSERVATION = "Observation"


def detail_section(guard: Guard, session: Session) -> Values:
    """Return the values of the guard's TLS, SSH or IPsec section in a subtype 11 record."""
    values = guard.protection.values
    more = {"TLS": _tls, "SSH": _ssh, "IPSEC": _ipsec}[guard.protection.protocol]
    return {**values, **more(guard, session)}


def filter_section(guards: Sequence[Guard]) -> Values:
    """Return the IP filter section: the rule that lets the connection pass."""
    tunnel = any(guard.protection.protocol == "IPSEC" for guard in guards)
    action, rule = (_IPSEC, "Partner-VPN") if tunnel else (_PERMIT, "Permit-Site")
    return {"out_action": action, "in_action": action, "out_rule": rule, "in_rule": rule}


def _tls(guard: Guard, session: Session) -> Values:
    if session.life.failing:
        return {"provider": _provider(guard), "handshake": _FAILED}
    role = _CLIENT if session.ends.service.role is Role.CLIENT else _SERVER
    if role == _SERVER and guard.profile and guard.profile.client:
        role = _SERVER_WITH_CLIENT_AUTHENTICATION
    return {"provider": _provider(guard), "handshake": _FULL, "role": role}


def _ssh(guard: Guard, session: Session) -> Values:
    if session.life.failing:
        return {"provider": _provider(guard), "status": _FAILED_STATUS}
    client = session.ends.service.role is Role.CLIENT
    return {"provider": _provider(guard), "component": "SFTPC" if client else "SSHD"}


def _ipsec(guard: Guard, session: Session) -> Values:
    number = 1 + session.ends.partner
    return {
        "ike_tunnel_id": number,
        "ike_rule": "Partner-IKE",
        "ike_lifetime": 480,
        "tunnel_id": 1_000 + number,
        "tunnel_flags": _TUNNEL_IPV6 if session.ends.service.ipv6 else 0,
        "tunnel_type": _DYNAMIC,
        "tunnel_state": _ACTIVE,
        "lifetime": 240,
    }


def _provider(guard: Guard) -> str:
    observed = guard.protection.values["source"] == _OBSERVED
    return _OBSERVATION if observed or guard.profile is None else guard.profile.provider
