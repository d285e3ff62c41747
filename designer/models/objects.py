"""What rules refer to by name, as policy.documents has it; `shipped` ones never change."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from policy.values.names import NAME_LIMIT
from policy.vocabulary import Protocol

PROTOCOLS = [
    (Protocol.TLS.value, "TLS"),
    (Protocol.SSH.value, "SSH"),
    (Protocol.IPSEC.value, "IPsec"),
    (Protocol.NONE.value, "no recognized protection"),
]


class Confidence(models.TextChoices):
    """How sure a shipped object's basis is; a site's own has no mark."""

    CONFIRMED = "confirmed", "confirmed"
    RECALLED = "recalled", "recalled"
    INFERRED = "inferred", "inferred"
    PROVISIONAL = "provisional", "provisional"


class ReusableObject(models.Model):
    """`content` is a document without its name, which is `name`; `basis` is what it rests on.

    A shipped object has the key of its entry in designer.shipped, a site's own has none. Each
    change of an own one moves its `revision`.
    """

    name = models.CharField(max_length=NAME_LIMIT)
    description = models.CharField(max_length=500, blank=True)
    content = models.JSONField()
    basis = models.CharField(max_length=500, blank=True)
    confidence = models.CharField(max_length=11, choices=Confidence.choices, blank=True)
    shipped = models.BooleanField(default=False)
    key = models.CharField(max_length=64, blank=True)
    revision = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by_name = models.CharField(max_length=150, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(Lower("name"), name="%(class)s_name_once"),
            models.UniqueConstraint(
                "key", condition=Q(shipped=True), name="%(class)s_shipped_once"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="%(class)s_has_name"),
            models.CheckConstraint(
                condition=Q(confidence__in=["", *Confidence.values]),
                name="%(class)s_known_confidence",
            ),
            models.CheckConstraint(
                condition=Q(shipped=True) & ~Q(key="") | Q(shipped=False, key=""),
                name="%(class)s_key_if_shipped",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AddressGroup(ReusableObject):
    """`{"members": [...]}`: addresses, prefixes and ranges."""


class TrafficDescriptor(ReusableObject):
    """Ports, job, user and direction: a document's `traffic` without its addresses."""


class SecurityDescriptor(ReusableObject):
    """A document's `requirement` for one protocol."""

    protocol = models.CharField(max_length=5, choices=PROTOCOLS[:3])

    class Meta(ReusableObject.Meta):
        constraints = [
            *ReusableObject.Meta.constraints,
            models.CheckConstraint(
                condition=Q(protocol__in=["TLS", "SSH", "IPsec"]),
                name="securitydescriptor_known_protocol",
            ),
        ]


class ActionDescriptor(ReusableObject):
    """A document's `action`: syslogd level, console, audit, reset."""
