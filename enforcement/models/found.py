"""What an exact run found. Only its worker writes, and the run's row is locked as it does.

So nothing here can be an orphan, and the keys of runs need no check at each row. Names of stacks
and words of protections are kept, since the analyzer may prune what they come from.
"""

from __future__ import annotations

from django.db import models

from analyzer.models.local_time import LocalTimeField
from enforcement.models.histories import HistoryRun


class Found(models.Model):
    """A row of a run, with the stack that it is about."""

    run = models.ForeignKey(
        HistoryRun, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    sysplex = models.CharField(max_length=8)
    system = models.CharField(max_length=8)
    stack = models.CharField(max_length=8)

    class Meta:
        abstract = True


class OfConnection(Found):
    """A row about one record of a connection; `number` counts in the order of time.

    `start_utc` is the connection's start in microseconds since 1970, as the record has it.
    """

    pk = models.CompositePrimaryKey("run_id", "number")
    number = models.BigIntegerField()
    written_at = LocalTimeField()
    event = models.SmallIntegerField()
    conn_id = models.BigIntegerField()
    start_utc = models.BigIntegerField(null=True)
    fingerprint = models.BigIntegerField()
    local_ip = models.GenericIPAddressField()
    local_port = models.IntegerField()
    remote_ip = models.GenericIPAddressField()
    remote_port = models.IntegerField()
    job = models.CharField(max_length=8)
    user = models.CharField(max_length=8)
    protection = models.TextField()

    class Meta:
        abstract = True


class HistoryAct(OfConnection):
    """Something happened: rules acted, or a connection that was reset has ended (`is_cut`).

    `rules` names the matching ones, `suppressed` those whose messages were held back. `reset` is
    the operator command, empty without a reset. `audit` and `last` are SMF records.
    """

    direction = models.CharField(max_length=8)
    rules = models.TextField()
    action = models.CharField(max_length=200)
    suppressed = models.TextField()
    reset = models.CharField(max_length=64)
    is_cut = models.BooleanField()
    is_doubtful = models.BooleanField()
    audit = models.BinaryField(null=True)
    last = models.BinaryField(null=True)

    class Meta:
        indexes = [models.Index(fields=["run", "conn_id"], name="history_act_connection")]

    def __str__(self) -> str:
        return f"{self.rules}: {self.action}"


class HistoryMessage(Found):
    """A message to syslogd (`level`) or the console; without a time where the stack has none."""

    pk = models.CompositePrimaryKey("run_id", "number")
    number = models.BigIntegerField()
    written_at = LocalTimeField(null=True)
    conn_id = models.BigIntegerField(null=True)
    start_utc = models.BigIntegerField(null=True)
    level = models.SmallIntegerField(null=True)
    text = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["run", "conn_id"], name="history_message_connection")]

    def __str__(self) -> str:
        return str(self.text)


class HistoryChange(OfConnection):
    """An evaluation that comes to something else with the policy that is compared."""

    mine = models.TextField()
    other = models.TextField()

    def __str__(self) -> str:
        return f"{self.mine}, compared: {self.other}"


class HistoryHit(Found):
    """Evaluations of one hour and stack that came to one rule of a version.

    `kind` is the rule's place (general, specific, catch-all), or why there is none. `other`: by the
    policy that is compared. `enforced` is False for UDP, which is looked at and never enforced.
    `resets` and `audits` say what the rule does.
    """

    hour = LocalTimeField()
    other = models.BooleanField()
    enforced = models.BooleanField()
    protocol = models.CharField(max_length=5)
    rule_set = models.CharField(max_length=64)
    version = models.CharField(max_length=200)
    place = models.IntegerField()
    rule = models.CharField(max_length=64)
    kind = models.CharField(max_length=20)
    action = models.CharField(max_length=200)
    resets = models.BooleanField()
    audits = models.BooleanField()
    evaluations = models.BigIntegerField()
    syslog = models.BigIntegerField()
    console = models.BigIntegerField()
    suppressed = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    *("run", "hour", "other", "sysplex", "system", "stack", "enforced"),
                    *("protocol", "rule_set", "version", "place", "kind"),
                ],
                name="history_hit_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule or self.kind}: {self.evaluations}"


class HistoryFall(Found):
    """Evaluations that fell through to a catch-all rule or met none, of one server.

    `role` says which end serves: `server` is the local one, `client` the remote one; `not known`
    takes the lower port for it. The last four columns name one connection as an example.
    """

    role = models.CharField(max_length=9)
    server_ip = models.GenericIPAddressField()
    port = models.IntegerField()
    job = models.CharField(max_length=8)
    user = models.CharField(max_length=8)
    protocol = models.CharField(max_length=5)
    protection = models.TextField()
    protection_key = models.UUIDField()
    rule_set = models.CharField(max_length=64)
    rule = models.CharField(max_length=64)
    kind = models.CharField(max_length=20)
    action = models.CharField(max_length=200)
    evaluations = models.BigIntegerField()
    first_at = LocalTimeField()
    last_at = LocalTimeField()
    conn_id = models.BigIntegerField()
    start_utc = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    *("run", "sysplex", "system", "stack", "role", "server_ip", "port", "job"),
                    *("user", "protocol", "rule_set", "kind", "protection_key"),
                ],
                name="history_fall_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.server_ip}:{self.port}"


class HistoryRule(Found):
    """A rule of the policies of a run, and what each earlier rule took that it would have matched.

    One row without a `taker` for each rule, whose `evaluations` met it. `finding` is what the rules
    alone say of it, whatever the data (the checks of `policy`), else empty. What was taken is
    counted as long as the rule has met nothing; stack and connection are one of those, as an
    example. `other`: of the policy that is compared.
    """

    other = models.BooleanField()
    version = models.CharField(max_length=200)
    protocol = models.CharField(max_length=5)
    rule_set = models.CharField(max_length=64)
    place = models.IntegerField()
    rule = models.CharField(max_length=64)
    kind = models.CharField(max_length=12)
    action = models.CharField(max_length=200)
    finding = models.TextField()
    taker_place = models.IntegerField(null=True)
    taker = models.CharField(max_length=64)
    taker_kind = models.CharField(max_length=12)
    taker_action = models.CharField(max_length=200)
    evaluations = models.BigIntegerField()
    conn_id = models.BigIntegerField(null=True)
    start_utc = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                *("run", "other", "version", "protocol", "rule_set", "place", "taker_place"),
                name="history_rule_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} behind {self.taker}" if self.taker else self.rule
