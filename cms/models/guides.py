"""The catalogue of what must be traded here, service pages, lists of powers (R11, R13, R14)."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable, Page

from cms.models.blocks import TEXT_FEATURES, ServiceItemBlock, page_body_blocks
from marketplace.kernel import clock
from marketplace.kernel.trade import TradeType


class CataloguePage(Page):
    """One version of 公共资源交易目录; older versions stay readable beside the newest."""

    version_name = models.CharField(_("版本"), max_length=60)
    effective_from = models.DateField(_("施行日期"))
    effective_to = models.DateField(_("失效日期"), null=True, blank=True)
    basis = models.CharField(_("制定依据"), max_length=300, blank=True)
    region = models.ForeignKey(
        "registry.Region",
        verbose_name=_("行政区域"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    body = StreamField(page_body_blocks(), verbose_name=_("说明"), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("version_name"),
        FieldPanel("effective_from"),
        FieldPanel("effective_to"),
        FieldPanel("basis"),
        FieldPanel("region"),
        FieldPanel("body"),
        InlinePanel("items", label=_("目录条目")),
    ]
    parent_page_types = ["cms.ChannelPage"]
    subpage_types: list[str] = []

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The items by trade, and all versions beside this one."""
        context = super().get_context(request, *args, **kwargs)
        siblings = CataloguePage.objects.live().public().sibling_of(self).order_by("-effective_from", "-pk")
        context["items"] = sorted(self.items.all(), key=lambda item: (item.trade_type, item.sort_order or 0))
        context["versions"] = list(siblings)
        context["current"] = self.is_current
        return context

    @property
    def is_current(self) -> bool:
        """In force on the platform's day."""
        day = clock.today()
        return self.effective_from <= day and (self.effective_to is None or self.effective_to >= day)

    class Meta:
        verbose_name = _("公共资源交易目录")


class CatalogueItem(Orderable):
    """One kind of project that must be traded on the platform."""

    page = ParentalKey(CataloguePage, on_delete=models.CASCADE, related_name="items")
    trade_type = models.CharField(_("业务类型"), max_length=24, choices=TradeType.choices)
    name = models.CharField(_("项目名称"), max_length=200)
    scope = models.TextField(_("范围与标准"), max_length=1000, blank=True)
    basis = models.CharField(_("法律依据"), max_length=300, blank=True)

    panels = [FieldPanel("trade_type"), FieldPanel("name"), FieldPanel("scope"), FieldPanel("basis")]


class ServicePage(Page):
    """What a centre or branch does for people, when it is open, how it is supervised."""

    branch = models.ForeignKey(
        "registry.Branch",
        verbose_name=_("交易中心（分平台）"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    summary = models.CharField(_("概述"), max_length=300, blank=True)
    hours = models.CharField(_("办公时间"), max_length=200, blank=True)
    items = StreamField([("item", ServiceItemBlock())], verbose_name=_("服务事项"), blank=True)
    flow = RichTextField(_("交易流程"), features=TEXT_FEATURES, blank=True)
    norms = RichTextField(_("工作规范"), features=[*TEXT_FEATURES, "document-link"], blank=True)
    supervision = RichTextField(_("监督渠道"), features=TEXT_FEATURES, blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("branch"),
        FieldPanel("summary"),
        FieldPanel("hours"),
        FieldPanel("items"),
        FieldPanel("flow"),
        FieldPanel("norms"),
        FieldPanel("supervision"),
    ]
    parent_page_types = ["cms.ChannelPage"]
    subpage_types: list[str] = []

    @property
    def open_hours(self) -> str:
        """Its own hours, else the branch's as registered."""
        return self.hours or (self.branch.hours if self.branch else "")

    class Meta:
        verbose_name = _("服务指南")


class PowersListPage(Page):
    """权责清单 of one supervising department."""

    department = models.CharField(_("行政监督部门"), max_length=120)
    as_of = models.DateField(_("清单日期"))
    phone = models.CharField(_("监督电话"), max_length=40, blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("department"),
        FieldPanel("as_of"),
        FieldPanel("phone"),
        InlinePanel("items", label=_("权责事项")),
    ]
    parent_page_types = ["cms.ChannelPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("权责清单")


class PowerItem(Orderable):
    """One power with the duty that comes with it."""

    page = ParentalKey(PowersListPage, on_delete=models.CASCADE, related_name="items")
    name = models.CharField(_("事项名称"), max_length=200)
    kind = models.CharField(_("权力类型"), max_length=60, blank=True)
    basis = models.CharField(_("设定依据"), max_length=300, blank=True)
    duty = models.TextField(_("责任事项"), max_length=1000, blank=True)

    panels = [FieldPanel("name"), FieldPanel("kind"), FieldPanel("basis"), FieldPanel("duty")]
