"""The home page and the channels: what editors arrange, never where notices live."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from cms.models.blocks import TEXT_FEATURES, page_body_blocks


class HomePage(Page):
    """The root of the editorial pages; ``/`` itself is a plain view that reads these fields."""

    notice_bar = models.CharField(_("首页提示"), max_length=200, blank=True)
    contact = RichTextField(_("联系我们"), features=TEXT_FEATURES, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("notice_bar"), FieldPanel("contact")]
    parent_page_types = ["wagtailcore.Page"]
    max_count = 1
    template = "cms/channel_page.html"

    class Meta:
        verbose_name = _("网站首页")


class ChannelPage(Page):
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
