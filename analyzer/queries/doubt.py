"""Which "unprotected" sessions are perhaps failed handshakes.

Before z/OS 3.2 zERT reported a connection whose TLS or SSH handshake failed as unprotected
(IBM Education Assistant, z/OS 3.2 zERT Monitoring Enhancements, slides 6 and 7). Nothing in the
record tells the two apart, so this is a hint by rule of thumb, never a fact:

- the session is unprotected, and its records come from before 3.2 (no count of failed handshakes);
- at least SHORT_SHARE of its connections were short, under ten seconds;
- they carried at most BYTES_PER_CONNECTION on average, both directions together: room for a hello,
  a certificate chain and an alert, hardly for work;
- TLS or SSH is known to be spoken at the same address and port of the same stack.
"""

from __future__ import annotations

from typing import Final

SHORT_SHARE_PERCENT: Final = 50
BYTES_PER_CONNECTION: Final = 8192
TEXT: Final = "perhaps a failed handshake"

LOOKS_FAILED: Final = f"""(p.protocol = 'NONE' AND sv.role <> 'peer' AND a.failed IS NULL
    AND a.connections > 0 AND a.short * 100 >= a.connections * {SHORT_SHARE_PERCENT}
    AND a.in_bytes + a.out_bytes <= a.connections * {BYTES_PER_CONNECTION})"""

SPEAKS_TLS: Final = """EXISTS (
    SELECT FROM analyzer_server o
    JOIN analyzer_securitysession os ON os.server_id = o.id
    JOIN analyzer_protection op ON op.id = os.protection_id AND op.protocol IN ('TLS', 'SSH')
    WHERE o.stack_id = sv.stack_id AND o.role = sv.role AND o.ip_proto = sv.ip_proto
      AND o.server_ip = sv.server_ip AND o.port_start = sv.port_start)"""
