"""Rule sets and their versions: drafts are edited, what was submitted or published stays."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Lower
from django.db.models.lookups import IsNull

from designer.models.objects import PROTOCOLS
from policy.values.names import NAME_LIMIT

OPEN = ("draft", "submitted")
RELEASED = ("published", "superseded")


class RuleSet(models.Model):
    """The rules of one protocol under a name; what they are stands in its versions.

    `revision` counts the changes of name, description and owner.
    """

    name = models.CharField(max_length=NAME_LIMIT)
    protocol = models.CharField(max_length=5, choices=PROTOCOLS)
    description = models.CharField(max_length=500, blank=True)
    owner = models.CharField(max_length=100, blank=True)
    revision = models.PositiveIntegerField(default=1)
    changed_by_name = models.CharField(max_length=150, blank=True)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), name="rule_set_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="rule_set_has_name"),
            models.CheckConstraint(
                condition=Q(protocol__in=["TLS", "SSH", "IPsec", "None"]),
                name="rule_set_known_protocol",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Version(models.Model):
    """One state of a rule set.

    `document` (a policy of this one rule set, as policy.documents has it) and `digest` (SHA-256
    of its canonical JSON) are frozen when it is submitted: what is approved is what was read.
    `revision` counts the saves of a draft. `editors` are the keys of all who changed it; nobody of
    them, nor who submitted it, decides on it. `comments` are lines of its file above the rules.
    `restored_at` marks what came from a backup: it may wait for approval beside the version that is
    open, and its `decided_by` is empty before somebody here has decided on it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "draft"
        SUBMITTED = "submitted", "submitted"
        PUBLISHED = "published", "published"
        REJECTED = "rejected", "rejected"
        SUPERSEDED = "superseded", "superseded"

    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    based_on = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="followers"
    )
    comment = models.CharField(max_length=500, blank=True)
    revision = models.PositiveIntegerField(default=1)
    test_results = models.JSONField(default=list)
    comments = models.JSONField(default=list, blank=True)

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    author_name = models.CharField(max_length=150)
    made_at = models.DateTimeField()
    editors = ArrayField(models.IntegerField(), default=list)
    edited_by_name = models.CharField(max_length=150)
    edited_at = models.DateTimeField()
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    submitted_by_name = models.CharField(max_length=150, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_by_name = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_comment = models.CharField(max_length=500, blank=True)

    document = models.JSONField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    restored_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("rule_set", "number", name="version_number_once"),
            models.UniqueConstraint(
                "rule_set",
                condition=Q(state__in=OPEN, restored_at=None),
                name="version_one_open_draft",
            ),
            models.UniqueConstraint(
                "rule_set", condition=Q(state="published"), name="version_one_published"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["draft", "submitted", "published", "rejected", "superseded"]
                ),
                name="version_known_state",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", document__isnull=True, digest="", submitted_at=None)
                | (
                    ~Q(state="draft")
                    & Q(document__isnull=False, submitted_at__isnull=False)
                    & Q(digest__regex=r"^[0-9a-f]{64}$")
                ),
                name="version_frozen_once_submitted",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, decided_at=None, decided_by=None)
                | (
                    ~Q(state__in=OPEN)
                    & Q(decided_at__isnull=False)
                    & (Q(decided_by__isnull=False) | Q(restored_at__isnull=False))
                ),
                name="version_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(
                    IsNull(
                        Func(
                            F("editors"),
                            F("decided_by"),
                            function="array_position",
                            output_field=models.IntegerField(),
                        ),
                        True,  # noqa: FBT003 -- a lookup takes its right side by place
                    )
                )
                & (
                    Q(decided_by=None)
                    | (
                        (Q(author=None) | ~Q(decided_by=F("author")))
                        & (Q(submitted_by=None) | ~Q(decided_by=F("submitted_by")))
                    )
                ),
                name="version_decided_by_another",
            ),
        ]
        indexes = [models.Index(fields=["state", "rule_set"], name="version_by_state")]

    def __str__(self) -> str:
        return f"{self.rule_set} version {self.number}"

    @property
    def is_open(self) -> bool:
        """Whether it still waits for an end: a draft, or one that was submitted."""
        return self.state in OPEN

    @property
    def is_released(self) -> bool:
        """Whether it was published at some time, here or where a backup is from."""
        return self.state in RELEASED

    @property
    def is_approved(self) -> bool:
        """Whether it was published here by another person, so that stacks may have it."""
        return self.is_released and self.decided_by_id is not None


class DraftSave(models.Model):
    """What a draft said at a revision: the base that two people's changes are merged on."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="saves")
    revision = models.PositiveIntegerField()
    content = models.JSONField()
    saved_by_name = models.CharField(max_length=150)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("version", "revision", name="draft_save_once"),
        ]

    def __str__(self) -> str:
        return f"{self.version} revision {self.revision}"
