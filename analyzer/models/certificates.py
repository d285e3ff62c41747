"""Certificates that protections were agreed on with: identity, stored once."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from analyzer.models.sessions import Protection


class Certificate(models.Model):
    """One certificate as far as records tell it from others; `identity` says how far that is.

    Names of codes are those of the code tables, refreshed when these change. Several names of one
    kind stand on lines of their own.
    """

    class Identity(models.TextChoices):
        SERIAL = "serial", "serial number and issuer"
        NAMES = "names", "derived from names and key"
        LOOKS = "looks", "no subject name: all that look alike"

    digest = models.BinaryField(max_length=16, unique=True)
    identity = models.CharField(max_length=6, choices=Identity.choices)
    subject = models.TextField(blank=True)
    subject_name = models.TextField(blank=True)  # the common name in it
    issuer = models.TextField(blank=True)
    issuer_name = models.TextField(blank=True)
    serial = models.TextField(blank=True)  # in hex, as the filter `serial` has it
    not_after = models.DateTimeField(null=True)
    not_after_text = models.TextField(blank=True)  # what was recorded where it is no time
    # Signature, encryption, digest, key type, as recorded; empty where only names are recorded.
    codes = ArrayField(models.IntegerField(), default=list)
    key_bits = models.IntegerField(null=True)
    key_type = models.TextField(blank=True)
    signature = models.TextField(blank=True)
    encryption = models.TextField(blank=True)
    hash = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["not_after"], name="certificate_by_end")]

    def __str__(self) -> str:
        return self.subject_name or self.serial or "certificate without a name"


class ProtectionCertificate(models.Model):
    """Whose certificate it is in a protection."""

    class Part(models.TextChoices):
        SERVER = "server", "server"
        CLIENT = "client", "client"
        LOCAL = "local", "local IKE peer"
        REMOTE = "remote", "remote IKE peer"

    pk = models.CompositePrimaryKey("protection_id", "part")
    protection = models.ForeignKey(
        Protection, on_delete=models.CASCADE, related_name="certificates"
    )
    part = models.CharField(max_length=6, choices=Part.choices)
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="uses")

    def __str__(self) -> str:
        return f"{self.part} of protection {self.protection_id}"
