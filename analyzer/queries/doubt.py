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
MANY_TEXT: Final = "of these connections are perhaps failed handshakes, not clear text"

LOOKS_FAILED: Final = f"""(p.protocol = 'NONE' AND sv.role <> 'peer' AND a.failed IS NULL
    AND a.connections > 0 AND a.short * 100 >= a.connections * {SHORT_SHARE_PERCENT}
    AND a.in_bytes + a.out_bytes <= a.connections * {BYTES_PER_CONNECTION})"""

# Refers to nothing outside: it is computed once, and only when some session looks failed.
SPEAKS_TLS: Final = """sv.id IN (
    SELECT v.id FROM analyzer_server v
    JOIN analyzer_server o USING (stack_id, role, ip_proto, server_ip, port_start)
    WHERE EXISTS (SELECT FROM analyzer_securitysession os
        JOIN analyzer_protection op ON op.id = os.protection_id
        WHERE os.server_id = o.id AND op.protocol IN ('TLS', 'SSH')))"""
