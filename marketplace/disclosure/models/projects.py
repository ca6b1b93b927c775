"""The identity of a traded project: one page for its whole life."""

import secrets

from django.db import models

from marketplace.disclosure.states import CodeKind
from marketplace.kernel.trade import TradeType

_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"


def new_public_id() -> str:
    """Twelve random letters and digits: addresses cannot be counted or guessed."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(12))


class TradeProject(models.Model):
    """One project, whoever announces it: traded here, in the mall, or imported.

    A merged project keeps its row and address: ``merged_into`` redirects.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    name = models.CharField(max_length=600)
    name_key = models.CharField(max_length=200, blank=True, db_index=True)
    region = models.ForeignKey(
        "registry.Region", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    branch = models.ForeignKey(
        "registry.Branch", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    trade_type = models.CharField(max_length=20, choices=TradeType.choices)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_from"
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="disclosure_project_not_into_itself",
                condition=models.Q(merged_into__isnull=True) | ~models.Q(merged_into=models.F("id")),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Lot(models.Model):
    """A 标段 or 包 of a project; trading keeps its states in its own tables that point here."""

    project = models.ForeignKey(TradeProject, on_delete=models.PROTECT, related_name="lots")
    code = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=600, blank=True)
    number = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["number", "id"]

    def __str__(self) -> str:
        return self.name or self.code


class ProjectCode(models.Model):
    """An alias of a project: any code that a source uses for it, normalised."""

    project = models.ForeignKey(TradeProject, on_delete=models.PROTECT, related_name="codes")
    lot = models.ForeignKey(Lot, null=True, blank=True, on_delete=models.PROTECT, related_name="codes")
    code = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=10, choices=CodeKind.choices, default=CodeKind.PROJECT)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.code
