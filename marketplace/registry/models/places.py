"""Places: the national region tree and the branches of the platform."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.registry.states import BranchMode, RegionLevel


class Region(models.Model):
    """A place of GB/T 2260 (行政区划). Public; kept as long as anything points to it."""

    code = models.CharField(_("代码"), max_length=6, primary_key=True)
    name = models.CharField(_("名称"), max_length=64)
    level = models.CharField(_("级别"), max_length=8, choices=RegionLevel.choices)
    parent = models.ForeignKey(
        "self", verbose_name=_("上级"), null=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(_("路径"), max_length=20, db_index=True)
    full_name = models.CharField(_("全称"), max_length=128, db_index=True)

    class Meta:
        verbose_name = _("行政区划")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.full_name

    @property
    def is_within(self) -> list[str]:
        """Codes from the province down to this place."""
        return self.path.split("/")


class Branch(models.Model):
    """A trading centre or a branch of it (平台、分平台); R99, R101. Public; never deleted."""

    code = models.CharField(_("编号"), max_length=32, unique=True)
    name = models.CharField(_("名称"), max_length=128)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    region = models.ForeignKey(
        Region, verbose_name=_("行政区划"), on_delete=models.PROTECT, related_name="branches"
    )
    mode = models.CharField(
        _("运行方式"), max_length=16, choices=BranchMode.choices, default=BranchMode.DIRECT
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("上级"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    platform_code = models.CharField(_("平台标识码"), max_length=11, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    phone = models.CharField(_("办公电话"), max_length=64, blank=True)
    hours = models.CharField(_("办公时间"), max_length=200, blank=True)
    services = models.TextField(_("办理事项"), blank=True)
    is_active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("平台分支")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
