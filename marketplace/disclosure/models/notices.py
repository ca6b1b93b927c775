"""The announcement: a legal act, immutable once it is public."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from marketplace.disclosure.models.projects import Lot, TradeProject, new_public_id
from marketplace.disclosure.states import (
    STAGE_OF,
    AmountKind,
    NoticeKind,
    NoticeStage,
    NoticeState,
    Origin,
    PartyPart,
    Precision,
    WithdrawalBasis,
    kind_label,
)
from marketplace.kernel.trade import TradeType


class Notice(models.Model):
    """One published announcement (招标投标法 16, 政府采购法 11, 10号令).

    Only the columns of ``MUTABLE`` ever change; database triggers refuse the rest and any
    delete. A correction is another notice that ``corrects`` this one; a withdrawal leaves
    this row as a stub. ``base_kind`` is the kind of the announcement that a correction
    corrects, else ``kind``. Columns hold only what the public may see of the structured
    fields; ``fields`` holds all of them and is read through ``queries.public_fields``.
    """

    MUTABLE: ClassVar[tuple[str, ...]] = (
        "state",
        "withdrawn_at",
        "withdrawal_basis",
        "withdrawal_document",
        "withdrawal_reason",
        "superseded_by",
        "project",
        "lot",
        "version",
    )

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    kind = models.CharField(max_length=20, choices=NoticeKind.choices)
    base_kind = models.CharField(max_length=20, choices=NoticeKind.choices)
    trade_type = models.CharField(max_length=20, choices=TradeType.choices)
    number = models.CharField(max_length=100, blank=True)
    title = models.CharField(max_length=600)
    body_html = models.TextField()
    body_text = models.TextField()
    dataset = models.CharField(max_length=6, blank=True)
    fields = models.JSONField(default=dict, blank=True)
    codes = models.JSONField(default=list, blank=True)

    project = models.ForeignKey(
        TradeProject, null=True, blank=True, on_delete=models.PROTECT, related_name="notices"
    )
    lot = models.ForeignKey(Lot, null=True, blank=True, on_delete=models.PROTECT, related_name="notices")
    region = models.ForeignKey(
        "registry.Region", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    branch = models.ForeignKey(
        "registry.Branch", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    buyer_name = models.CharField(max_length=1000, blank=True)
    agency_name = models.CharField(max_length=1000, blank=True)
    winner_name = models.CharField(max_length=2000, blank=True)
    amount = models.DecimalField(max_digits=20, decimal_places=2, null=True, blank=True)
    amount_kind = models.CharField(max_length=10, choices=AmountKind.choices, blank=True)
    deadline_at = models.DateTimeField(null=True, blank=True)
    opening_at = models.DateTimeField(null=True, blank=True)

    published_at = models.DateTimeField()
    precision = models.CharField(max_length=6, choices=Precision.choices, default=Precision.SECOND)
    state = models.CharField(max_length=10, choices=NoticeState.choices, default=NoticeState.PUBLISHED)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_basis = models.CharField(max_length=10, choices=WithdrawalBasis.choices, blank=True)
    withdrawal_document = models.CharField(max_length=200, blank=True)
    withdrawal_reason = models.CharField(max_length=500, blank=True)
    superseded_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    corrects = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    original = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="later_versions"
    )
    sequence = models.PositiveSmallIntegerField(default=0)

    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.NATIVE)
    source = models.CharField(max_length=200, blank=True)
    source_id = models.CharField(max_length=200, blank=True)
    source_url = models.CharField(max_length=500, blank=True)
    batch = models.ForeignKey(
        "disclosure.ImportBatch", null=True, blank=True, on_delete=models.PROTECT, related_name="notices"
    )
    draft_key = models.CharField(max_length=100, null=True, blank=True, unique=True)
    responsible_person = models.CharField(max_length=100, blank=True)
    verifier = models.CharField(max_length=100, blank=True)
    author_id = models.BigIntegerField(null=True, blank=True)
    reasons = models.JSONField(default=dict, blank=True)
    rule_versions = models.JSONField(default=list, blank=True)
    digest = models.CharField(max_length=64)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-published_at", "-id"]
        indexes = [
            models.Index(F("published_at").desc(), F("id").desc(), name="disclosure_notice_newest"),
            models.Index(fields=["project", "published_at"], name="disclosure_notice_project"),
            models.Index(fields=["region", "kind"], name="disclosure_notice_region"),
            models.Index(fields=["kind", "-published_at"], name="disclosure_notice_kind"),
            models.Index(fields=["trade_type", "-published_at"], name="disclosure_notice_trade"),
            models.Index(fields=["branch", "-published_at"], name="disclosure_notice_branch"),
            models.Index(fields=["deadline_at"], name="disclosure_notice_deadline"),
            # The unique indexes below are partial: SQLite cannot use them for a bound parameter.
            models.Index(fields=["source", "source_id"], name="disclosure_notice_source"),
            models.Index(fields=["digest"], name="disclosure_notice_digest"),
        ]
        constraints = [
            models.CheckConstraint(
                name="disclosure_withdrawn_has_its_time",
                condition=Q(state=NoticeState.PUBLISHED, withdrawn_at__isnull=True, withdrawal_basis="")
                | (Q(state=NoticeState.WITHDRAWN, withdrawn_at__isnull=False) & ~Q(withdrawal_basis="")),
            ),
            models.CheckConstraint(
                name="disclosure_correction_has_its_original",
                condition=Q(sequence=0, corrects__isnull=True, original__isnull=True)
                | Q(sequence__gte=1, sequence__lte=99, corrects__isnull=False, original__isnull=False),
            ),
            models.CheckConstraint(
                name="disclosure_amount_not_negative", condition=Q(amount__isnull=True) | Q(amount__gte=0)
            ),
            models.UniqueConstraint(
                name="disclosure_correction_number",
                fields=["original", "sequence"],
                condition=Q(sequence__gte=1),
            ),
            models.UniqueConstraint(
                name="disclosure_source_id_once", fields=["source", "source_id"], condition=~Q(source_id="")
            ),
            models.UniqueConstraint(
                name="disclosure_source_digest_once",
                fields=["source", "digest"],
                condition=Q(source_id="", origin=Origin.IMPORTED),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The stable public address."""
        return f"/notices/{self.public_id}/"

    @property
    def kind_label(self) -> str:
        """The word the public reads for this kind in this trade."""
        return kind_label(self.kind, self.trade_type)

    @property
    def stage(self) -> str:
        """The tab of the project page on which this notice stands."""
        return STAGE_OF.get(NoticeKind(self.base_kind), NoticeStage.OTHER)

    @property
    def is_withdrawn(self) -> bool:
        """Only the stub may be shown."""
        return self.state == NoticeState.WITHDRAWN

    @property
    def is_superseded(self) -> bool:
        """A later correction stands in this notice's place."""
        return self.superseded_by_id is not None


class NoticeParty(models.Model):
    """A party that a notice names, by name and code as written, and its register row where known."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="parties")
    party = models.ForeignKey(
        "registry.Party", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=300)
    uscc = models.CharField(max_length=18, blank=True)
    role = models.CharField(max_length=10, choices=PartyPart.choices)
    rank = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["role", "rank", "id"]
        indexes = [
            models.Index(fields=["name"], name="disclosure_party_name"),
            models.Index(fields=["uscc"], name="disclosure_party_uscc"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.role})"
