"""What readers report as wrong on the site (我为网站找错)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.states import ReportState
from marketplace.registry.crypto import EncryptedTextField


class ErrorReport(models.Model):
    """A reader says what is wrong on a page; an operator answers.

    ``contact`` is personal data: encrypted, shown to operators only. Retention: two years.
    """

    page_path = models.CharField(_("页面地址"), max_length=500)
    description = models.TextField(_("问题描述"), max_length=2000)
    contact = EncryptedTextField(_("联系方式"), blank=True, default="")
    reported_at = models.DateTimeField()
    state = models.CharField(_("状态"), max_length=12, choices=ReportState.choices, default=ReportState.OPEN)
    reply = models.TextField(_("答复"), max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-reported_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="open", answered_at__isnull=True)
                | models.Q(state="answered", answered_at__isnull=False),
                name="report_answered_has_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.page_path} {self.reported_at:%Y-%m-%d}"
