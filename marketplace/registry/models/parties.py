"""Parties (主体): units that buy, bid, act as agency, supervise or run the centre."""

import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.registry.crypto import EncryptedTextField
from marketplace.registry.models.places import Branch, Region
from marketplace.registry.states import PartyRole, PartyState

_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


def new_public_id() -> str:
    """Twelve random base32 characters: an address that cannot be counted or guessed."""
    return "".join(secrets.choice(_ALPHABET) for _unused in range(12))


class Party(models.Model):
    """A unit registered once and recognised everywhere (R90).

    Name, code, region, capacities and state are public; contact and account are internal
    and encrypted. Kept ten years after exit (招标投标法实施条例 on archives), versions with it.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    name = models.CharField(_("名称"), max_length=200, db_index=True)
    roles = models.JSONField(_("主体类别"), default=list)
    region = models.ForeignKey(
        Region, verbose_name=_("行政区划"), on_delete=models.PROTECT, related_name="parties"
    )
    branch = models.ForeignKey(
        Branch,
        verbose_name=_("受理平台"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="parties",
    )
    state = models.CharField(_("状态"), max_length=16, choices=PartyState.choices, default=PartyState.APPLIED)
    state_reason = models.CharField(_("说明"), max_length=500, blank=True)
    legal_representative = models.CharField(_("法定代表人"), max_length=64, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    contact_name = models.CharField(_("联系人"), max_length=64, blank=True)
    contact_phone = EncryptedTextField(_("联系电话"), blank=True, default="")
    basic_account = EncryptedTextField(_("基本账户"), blank=True, default="")
    version = models.PositiveIntegerField(_("版本"), default=1)
    applied_at = models.DateTimeField(_("申请时间"))
    admitted_at = models.DateTimeField(_("入库时间"), null=True, blank=True)
    suspended_at = models.DateTimeField(_("暂停时间"), null=True, blank=True)
    exited_at = models.DateTimeField(_("退出时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("主体")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="party_admitted_has_time",
                condition=~Q(state=PartyState.ADMITTED) | Q(admitted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="party_suspended_has_time",
                condition=Q(state=PartyState.SUSPENDED, suspended_at__isnull=False)
                | (~Q(state=PartyState.SUSPENDED) & Q(suspended_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="party_exited_has_time",
                condition=Q(state=PartyState.EXITED, exited_at__isnull=False)
                | (~Q(state=PartyState.EXITED) & Q(exited_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The stable public address."""
        return f"/parties/{self.public_id}/"

    def has_role(self, role: str) -> bool:
        """Whether it is registered in this capacity."""
        return role in self.roles

    def role_labels(self) -> list[str]:
        """The capacities in words."""
        return [str(PartyRole(role).label) for role in self.roles if role in PartyRole.values]


class PartyVersion(models.Model):
    """What a party's entry said from ``at`` on; the account is kept as a digest only."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField(_("版本"))
    event = models.CharField(_("事项"), max_length=16)
    data = models.JSONField(_("内容"))
    by = models.CharField(_("经办"), max_length=64, blank=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("主体版本")
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(name="party_version_once", fields=["party", "version"])]

    def __str__(self) -> str:
        return f"{self.party_id} v{self.version}"
