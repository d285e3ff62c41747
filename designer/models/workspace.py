"""Where rule sets go: z/OS groups, their systems, the stacks of a system."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class Tag(models.TextChoices):
    """What a stack is for; versions are promoted in this order."""

    DEV = "DEV", "development"
    TEST = "TEST", "test"
    PROD = "PROD", "production"


class Release(models.TextChoices):
    """Releases of z/OS that enforce, in their order; from 3.2 on failed handshakes are known."""

    V2R5 = "V2R5", "z/OS 2.5"
    V3R1 = "V3R1", "z/OS 3.1"
    V3R2 = "V3R2", "z/OS 3.2 or later"


class ZosGroup(models.Model):
    """Systems that belong together, such as a sysplex or a site.

    `dialect` spells the files of its stacks; empty: the site's.
    """

    name = models.CharField(max_length=32)
    description = models.CharField(max_length=500, blank=True)
    dialect = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), name="zos_group_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="zos_group_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class System(models.Model):
    """A z/OS image; `sysplex` is empty when it is not known."""

    group = models.ForeignKey(ZosGroup, on_delete=models.PROTECT, related_name="systems")
    sysplex = models.CharField(max_length=8, blank=True)
    name = models.CharField(max_length=8)

    class Meta:
        constraints = [
            models.UniqueConstraint("group", "sysplex", "name", name="system_once"),
            models.CheckConstraint(condition=~Q(name=""), name="system_has_name"),
        ]

    def __str__(self) -> str:
        return f"{self.sysplex} {self.name}".strip()


class Stack(models.Model):
    """A TCP/IP stack; `recorded` is the stack of the analyzer whose records are its own.

    `zert_is_on` to `release` are what people have told of it, null and empty where nobody has:
    checks look at them. `dialect` spells its files; empty: that of its group, or the site's.
    """

    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="stacks")
    name = models.CharField(max_length=8)
    tag = models.CharField(max_length=4, choices=Tag.choices, default=Tag.DEV)
    recorded = models.OneToOneField(
        "analyzer.Stack", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    zert_is_on = models.BooleanField(null=True, blank=True)
    audits_to_smf = models.BooleanField(null=True, blank=True)
    audits_to_nmi = models.BooleanField(null=True, blank=True)
    trmd_runs = models.BooleanField(null=True, blank=True)
    release = models.CharField(max_length=4, choices=Release.choices, blank=True)
    told_by_name = models.CharField(max_length=150, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    dialect = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(release__in=["", "V2R5", "V3R1", "V3R2"]),
                name="designer_stack_known_release",
            ),
            models.UniqueConstraint("system", "name", name="designer_stack_once"),
            models.CheckConstraint(condition=~Q(name=""), name="designer_stack_has_name"),
            models.CheckConstraint(
                condition=Q(tag__in=["DEV", "TEST", "PROD"]), name="designer_stack_known_tag"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.name}"
