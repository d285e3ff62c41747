"""Security sessions and the protection they have: identity, stored once."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from analyzer.models.stacks import Server


class Protection(models.Model):
    """One distinct set of cryptographic attributes, raw codes first; the names are derived."""

    class Protocol(models.TextChoices):
        NONE = "NONE", "Unprotected*"
        TLS = "TLS", "TLS"
        SSH = "SSH", "SSH"
        IPSEC = "IPSEC", "IPsec"

    class Strength(models.TextChoices):
        NONE = "none", "no recognized protection"
        DEPRECATED = "deprecated", "deprecated"
        WEAK = "weak", "weak"
        ACCEPTABLE = "acceptable", "acceptable"
        STRONG = "strong", "strong"
        UNKNOWN = "unknown", "unknown"

    digest = models.BinaryField(max_length=16, unique=True)
    protocol = models.CharField(max_length=5, choices=Protocol.choices)
    # Keys as in the record sections: tls, ssh, ipsec, dns [[type, text]], opaque.
    raw = models.JSONField()

    # Derived from `raw` by smf.describe; refreshed when the code tables change.
    tables_version = models.CharField(max_length=16)
    title = models.TextField()
    labels = models.JSONField(default=dict)  # label key -> text, the keys of smf.describe
    details = models.JSONField(
        default=list
    )  # one object per label: code, meaning, confidence, basis
    version = models.CharField(max_length=20, blank=True)
    cipher = models.CharField(max_length=6, blank=True)
    source = models.CharField(max_length=16, blank=True)
    strength = models.CharField(max_length=10, choices=Strength.choices)
    reason = models.TextField(blank=True)
    confidence = models.CharField(max_length=12)
    failed_handshake = models.BooleanField(default=False)
    mismatch = models.TextField(blank=True)
    quantum_vulnerable = models.BooleanField(null=True)
    dn_text = models.TextField(blank=True)  # all distinguished names, for the DN filter
    # For the filters of attributes (analyzer.queries.terms.facts).
    facts = ArrayField(models.TextField(), default=list)
    key_bits = ArrayField(models.IntegerField(), default=list)
    not_after = ArrayField(models.DateTimeField(), default=list)

    class Meta:
        indexes = [models.Index(fields=["protocol", "version"], name="protection_by_version")]

    def __str__(self) -> str:
        return self.title


class SecuritySession(models.Model):
    """A server and a client on a stack with one protection, as zERT aggregates them.

    Its keys are not checked one by one by the database: the loader takes them from the very rows
    that it joins, and nothing deletes servers or protections that have sessions.
    """

    digest = models.BinaryField(max_length=16, unique=True)
    server = models.ForeignKey(
        Server, on_delete=models.PROTECT, related_name="sessions", db_constraint=False
    )
    client_ip = models.GenericIPAddressField()
    protection = models.ForeignKey(
        Protection, on_delete=models.PROTECT, related_name="sessions", db_constraint=False
    )
    session_id = models.CharField(max_length=42, blank=True)
    sa_flags = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return self.session_id or f"{self.server} {self.client_ip}"
