"""What a run found: distinct verdicts, never a row for each record."""

from __future__ import annotations

from django.db import models

from enforcement.models.runs import Run


class Verdict(models.Model):
    """Sessions of one server with one protection that met the same rule.

    `kind` is the rule's place (general, specific, catch-all), or why there is none: `no rule`,
    `undecided` (the record names a range of ports in which rules differ), `no rule set` (one side
    of a comparison). `other_` is what the compared policy says. `session` is the lowest key of
    the sessions, as an example. Servers and sessions are keys of the analyzer, which may prune
    them: their words are kept here.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="verdicts")
    sysplex = models.CharField(max_length=8)
    system = models.CharField(max_length=8)
    stack = models.CharField(max_length=8)
    role = models.CharField(max_length=8)
    server = models.BigIntegerField()
    server_ip = models.CharField(max_length=45)
    port_start = models.IntegerField()
    port_end = models.IntegerField()
    job = models.CharField(max_length=32)
    user = models.CharField(max_length=32)
    protection_id = models.BigIntegerField()
    protection = models.TextField()
    strength = models.CharField(max_length=32)
    session = models.BigIntegerField()
    sessions = models.BigIntegerField()
    connections = models.BigIntegerField()
    protocol = models.CharField(max_length=5)
    rule_set = models.CharField(max_length=64)
    version = models.CharField(max_length=200)
    place = models.IntegerField(null=True)
    rule = models.CharField(max_length=64)
    kind = models.CharField(max_length=12)
    action = models.CharField(max_length=200)
    resets = models.BooleanField()
    other_rule_set = models.CharField(max_length=64)
    other_place = models.IntegerField(null=True)
    other_rule = models.CharField(max_length=64)
    other_kind = models.CharField(max_length=12)
    other_action = models.CharField(max_length=200)
    changed = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "run",
                "protocol",
                "server",
                "protection_id",
                "place",
                "other_place",
                name="verdict_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule or self.kind}: {self.connections}"


class UnmetRule(models.Model):
    """A rule that no session met, with one rule that took what it would have matched.

    One row without a `taker` where nothing would have matched it. `finding` is what the rules alone
    say of it, whatever the data (the checks of `policy`), else empty. `session` is an example.
    `other`: of the side that is compared.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="unmet")
    part = models.PositiveIntegerField()
    other = models.BooleanField(default=False)
    protocol = models.CharField(max_length=5)
    rule_set = models.CharField(max_length=64)
    version = models.CharField(max_length=200)
    place = models.IntegerField()
    rule = models.CharField(max_length=64)
    kind = models.CharField(max_length=12)
    action = models.CharField(max_length=200)
    finding = models.TextField()
    taker_place = models.IntegerField(null=True)
    taker = models.CharField(max_length=64)
    taker_kind = models.CharField(max_length=12)
    taker_action = models.CharField(max_length=200)
    session = models.BigIntegerField(null=True)
    sessions = models.BigIntegerField()
    connections = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                *("run", "part", "other", "protocol", "place", "taker_place"),
                name="unmet_rule_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} behind {self.taker}" if self.taker else self.rule
