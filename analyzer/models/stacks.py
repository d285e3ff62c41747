"""Where records come from: systems with their settings, stacks, and the servers seen on them."""

from __future__ import annotations

from django.db import models

from analyzer.models.local_time import LocalTimeField


class SystemSettings(models.Model):
    """What the records of a system do not say: its time zone and its code page."""

    class ZoneSource(models.TextChoices):
        DEFAULT = "default", "default"
        SET = "set", "set by hand"

    sysplex = models.CharField(max_length=8)
    system = models.CharField(max_length=8)
    time_zone = models.CharField(
        max_length=64, default="UTC", help_text="IANA zone of header times"
    )
    zone_source = models.CharField(
        max_length=8, choices=ZoneSource.choices, default=ZoneSource.DEFAULT
    )
    # From the newest subtype 11 records: header time minus end time, rounded to 15 minutes.
    proposed_offset_min = models.SmallIntegerField(null=True, blank=True)
    proposed_from = LocalTimeField(null=True, blank=True)  # header time of the newest such record
    code_page = models.CharField(max_length=16, default="cp1047")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sysplex", "system"], name="system_settings_once"),
        ]

    def __str__(self) -> str:
        return f"{self.sysplex} {self.system}"


class Stack(models.Model):
    """One TCP/IP stack of one system."""

    sysplex = models.CharField(max_length=8)
    system = models.CharField(max_length=8)
    stack = models.CharField(max_length=8)
    settings = models.ForeignKey(SystemSettings, on_delete=models.PROTECT, related_name="stacks")
    release = models.CharField(max_length=8, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sysplex", "system", "stack"], name="stack_once"),
        ]

    def __str__(self) -> str:
        return f"{self.sysplex} {self.system} {self.stack}"


class Server(models.Model):
    """A row of the report: who serves, where, under which job and user, seen from one stack.

    For role `client` it is the foreign server a local client uses; for `peer` the local EE peer.
    """

    class Role(models.TextChoices):
        SERVER = "server", "TCP server"
        CLIENT = "client", "TCP client"
        PEER = "peer", "EE peer"

    stack = models.ForeignKey(Stack, on_delete=models.PROTECT, related_name="servers")
    role = models.CharField(max_length=6, choices=Role.choices)
    ip_proto = models.PositiveSmallIntegerField()
    server_ip = models.GenericIPAddressField()
    port_start = models.PositiveIntegerField()
    port_end = models.PositiveIntegerField()
    job = models.CharField(max_length=8)
    user = models.CharField(max_length=8)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "stack",
                    "role",
                    "ip_proto",
                    "server_ip",
                    "port_start",
                    "port_end",
                    "job",
                    "user",
                ],
                name="server_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.server_ip}:{self.port_start}"
