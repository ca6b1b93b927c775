"""Batches of imported announcements, and what scans found."""

from django.db import models
from django.db.models import Q

from marketplace.disclosure.models.notices import Notice
from marketplace.disclosure.states import SCAN_MOVES, ScanRule, ScanState


class ImportBatch(models.Model):
    """One run over one file; the notices it brought point here, which their pages show."""

    source = models.CharField(max_length=200)
    file_name = models.CharField(max_length=300, blank=True)
    file_digest = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    taken = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.source} {self.file_name}"


class ScanHit(models.Model):
    """Something a scan found in a published text; the excerpt is masked.

    Native releases are blocked or carry a written reason; imported text is taken in and its
    hits wait here for an editor. Kept as long as the notice.
    """

    MOVES = SCAN_MOVES

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="scan_hits")
    rule = models.CharField(max_length=10, choices=ScanRule.choices)
    excerpt = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=ScanState.choices, default=ScanState.OPEN)
    reason = models.CharField(max_length=500, blank=True)
    found_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "-id"], name="disclosure_hit_state")]
        constraints = [
            models.CheckConstraint(
                name="disclosure_hit_resolved_has_its_time",
                condition=Q(state=ScanState.OPEN, resolved_at__isnull=True)
                | (~Q(state=ScanState.OPEN) & Q(resolved_at__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.excerpt}"
