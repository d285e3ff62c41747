"""Settings of live feeds: how much is taken and kept, how they are enforced, where messages go."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from config.env import env_int, env_list, env_secret, env_str


@dataclass(frozen=True, slots=True)
class LiveSettings:
    """What `.env.example` says of each; `place` is the directory of inboxes and states."""

    place: Path
    post_max_bytes: int
    inbox_max_bytes: int
    spool_max_bytes: int
    import_s: int
    days: int
    mode: str
    refresh: str
    facts: tuple[str, ...]
    settings: tuple[str, ...]
    files: str
    syslog: str
    syslog_format: str
    syslog_frames: str
    syslog_rate: int
    tls_ca: str
    tls_cert: str
    tls_key: str
    webhook: str = field(repr=False)  # a secret: whoever knows it may post there


def live_settings(var: Path) -> LiveSettings:
    """Return what the environment says."""
    return LiveSettings(
        place=var / "live",
        post_max_bytes=env_int("ZERTIFY_LIVE_POST_MAX_BYTES", 16 << 20, at_least=1 << 16),
        inbox_max_bytes=env_int("ZERTIFY_LIVE_INBOX_MAX_BYTES", 4 << 30, at_least=1 << 20),
        spool_max_bytes=env_int("ZERTIFY_LIVE_SPOOL_MAX_BYTES", 1 << 30, at_least=64 << 20),
        import_s=env_int("ZERTIFY_LIVE_IMPORT_S", 60, at_least=1),
        days=env_int("ZERTIFY_LIVE_DAYS", 30, at_least=1),
        mode=env_str("ZERTIFY_LIVE_MODE", "zos"),
        refresh=env_str("ZERTIFY_LIVE_REFRESH", "next change"),
        facts=tuple(env_list("ZERTIFY_LIVE_FACTS")),
        settings=tuple(env_list("ZERTIFY_LIVE_SETTINGS")),
        files=env_str("ZERTIFY_LIVE_FILES"),
        syslog=env_str("ZERTIFY_LIVE_SYSLOG"),
        syslog_format=env_str("ZERTIFY_LIVE_SYSLOG_FORMAT", "rfc5424"),
        syslog_frames=env_str("ZERTIFY_LIVE_SYSLOG_FRAMES", "octets"),
        syslog_rate=env_int("ZERTIFY_LIVE_SYSLOG_RATE", 1000, at_least=1),
        tls_ca=env_str("ZERTIFY_LIVE_TLS_CA"),
        tls_cert=env_str("ZERTIFY_LIVE_TLS_CERT"),
        tls_key=env_str("ZERTIFY_LIVE_TLS_KEY"),
        webhook=env_secret("ZERTIFY_LIVE_WEBHOOK"),
    )
