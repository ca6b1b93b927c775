"""The home page and the channels: what editors arrange, never where notices live."""

from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from cms.models.blocks import TEXT_FEATURES, page_body_blocks
from marketplace.disclosure import queries as disclosure
from marketplace.disclosure.states import NoticeKind
from marketplace.registry.queries import active_branches, public_parties

PER_PAGE = 20
SERVICES = "services"


class ColumnMixin:
    """What every editorial page hands to its template: the pages below it and the meta tags."""

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Children in the editors' order, and the column's name."""
        context = super().get_context(request, *args, **kwargs)  # type: ignore[misc]
        context["children"] = list(self.get_children().live().public())  # type: ignore[attr-defined]
        context["meta"] = {"column": self.title, "description": getattr(self, "intro", "")}  # type: ignore[attr-defined]
        return context


class HomePage(ColumnMixin, Page):
    """The root of the editorial pages; ``/`` itself is a plain view that reads these fields."""

    notice_bar = models.CharField(_("首页提示"), max_length=200, blank=True)
    contact = RichTextField(_("联系我们"), features=TEXT_FEATURES, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("notice_bar"), FieldPanel("contact")]
    parent_page_types = ["wagtailcore.Page"]
    max_count = 1
    template = "cms/channel_page.html"

    class Meta:
        verbose_name = _("网站首页")


class ChannelPage(ColumnMixin, Page):
    """A channel (栏目) of the site: an introduction, its own pages, and what it lists."""

    class Listing(models.TextChoices):
        """What the channel lists below its text."""

        PAGES = "pages", _("下级页面")
        NOTICES = "notices", _("公告")
        POLICIES = "policies", _("政策")
        CIRCULARS = "circulars", _("通知公告")
        RESULTS = "results", _("成交与履约")
        PARTIES = "parties", _("主体")
        STATISTICS = "statistics", _("统计")

    intro = models.CharField(_("栏目说明"), max_length=300, blank=True)
    body = StreamField(page_body_blocks(), verbose_name=_("正文"), blank=True)
    listing = models.CharField(_("列出内容"), max_length=12, choices=Listing.choices, default=Listing.PAGES)
    column_code = models.CharField(_("栏目类别"), max_length=60, blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("intro"),
        FieldPanel("body"),
        FieldPanel("listing"),
        FieldPanel("column_code"),
    ]
    parent_page_types = ["cms.HomePage", "cms.ChannelPage"]

    class Meta:
        verbose_name = _("栏目")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """What the channel lists; the service guide also has the centres' hours (R13)."""
        context = super().get_context(request, *args, **kwargs)
        asked = request.GET.get("q", "").strip()[:100]
        context["listing"], context["asked"] = self.listing, asked
        if self.listing == self.Listing.STATISTICS:
            context["rows"] = disclosure.monthly_totals(24)[::-1]
        elif (rows := self._rows(asked)) is not None:
            context["rows"] = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        if self.slug == SERVICES:
            context["branches"] = active_branches()
        return context

    def _rows(self, asked: str) -> QuerySet[Any] | None:
        current = disclosure.for_lists(disclosure.current())
        if self.listing == self.Listing.NOTICES:
            return current
        if self.listing == self.Listing.CIRCULARS:
            return current.filter(kind=NoticeKind.CIRCULAR)
        if self.listing == self.Listing.RESULTS:
            return current.filter(
                base_kind__in=(NoticeKind.RESULT, NoticeKind.CONTRACT, NoticeKind.PERFORMANCE)
            )
        if self.listing == self.Listing.PARTIES:
            found = public_parties().order_by("name")
            return found.filter(Q(name__icontains=asked) | Q(uscc__istartswith=asked)) if asked else found
        return None
