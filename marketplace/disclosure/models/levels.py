"""Which field may be seen by whom: data, not code."""

from django.db import models

from marketplace.disclosure.states import Disclosure, NoticeKind
from marketplace.kernel.trade import TradeType


class FieldDisclosure(models.Model):
    """One field of a dataset of 《公共资源交易平台系统数据规范》 and who may see it.

    A row with a ``kind`` or a ``trade_type`` overrides the general row of the same field and
    must name its law. A field without a row is internal. ``source`` says where the value
    comes from: ``form`` (the editor), a column of the notice, or ``exchange`` (made when the
    data leave for the province). ``needs`` is the condition under which it is required
    ("PRICE_FORM_CODE=1"). ``choices`` is "1=是|0=否".
    """

    dataset = models.CharField(max_length=6)
    key = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, choices=NoticeKind.choices, blank=True)
    trade_type = models.CharField(max_length=20, choices=TradeType.choices, blank=True)
    label = models.CharField(max_length=120)
    format = models.CharField(max_length=30, blank=True)
    required = models.BooleanField(default=False)
    needs = models.CharField(max_length=80, blank=True)
    source = models.CharField(max_length=20, blank=True)
    choices = models.CharField(max_length=300, blank=True)
    disclosure = models.CharField(max_length=10, choices=Disclosure.choices, default=Disclosure.INTERNAL)
    law = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["dataset", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                name="disclosure_level_once", fields=["dataset", "key", "kind", "trade_type"]
            ),
            models.CheckConstraint(
                name="disclosure_override_names_its_law",
                condition=models.Q(kind="", trade_type="") | ~models.Q(law=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dataset}.{self.key}"

    @property
    def choice_map(self) -> dict[str, str]:
        """Codes and the words for them; empty for free text."""
        return dict(pair.split("=", 1) for pair in self.choices.split("|") if pair)
