"""Policy documents with the government's metadata block (政府信息公开, R10)."""

from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from cms.models.blocks import TEXT_FEATURES
from cms.models.pages import ColumnMixin
from marketplace.disclosure.rules.body import plain, sanitise
from marketplace.kernel import clock


class PolicyIndexPage(ColumnMixin, Page):
    """The parent of all policy documents; ``/policies/`` itself is a plain view."""

    intro = models.CharField(_("栏目说明"), max_length=300, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro")]
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.PolicyPage"]
    max_count = 1
    template = "cms/channel_page.html"

    class Meta:
        verbose_name = _("政策法规")


class PolicyPage(Page):
    """One policy document: the metadata block of 政府信息公开 and the text.

    Dates are Beijing days. ``digest`` is the SHA-256 of an imported document and makes the
    import idempotent; it is empty for documents that an editor wrote.
    """

    index_number = models.CharField(_("索引号"), max_length=80, blank=True)
    topic = models.CharField(_("主题分类"), max_length=120, blank=True)
    issuing_body = models.CharField(_("发布机构"), max_length=200, blank=True)
    written_on = models.DateField(_("成文日期"), null=True, blank=True)
    published_on = models.DateField(_("发布日期"), null=True, blank=True)
    document_number = models.CharField(_("发文字号"), max_length=120, blank=True)
    keywords = models.CharField(_("关键词"), max_length=300, blank=True)
    source = models.CharField(_("信息来源"), max_length=200, blank=True)
    summary = models.TextField(_("内容概述"), max_length=2000, blank=True)
    effective_from = models.DateField(_("施行日期"), null=True, blank=True)
    expires_on = models.DateField(_("有效期至"), null=True, blank=True)
    repealed_on = models.DateField(_("废止日期"), null=True, blank=True)
    region = models.ForeignKey(
        "registry.Region",
        verbose_name=_("行政区域"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    body = RichTextField(_("正文"), features=["h2", "h3", *TEXT_FEATURES, "document-link"])
    body_text = models.TextField(editable=False, blank=True)
    digest = models.CharField(max_length=64, null=True, unique=True, editable=False)

    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("index_number"),
                FieldPanel("topic"),
                FieldPanel("issuing_body"),
                FieldPanel("written_on"),
                FieldPanel("published_on"),
                FieldPanel("document_number"),
                FieldPanel("keywords"),
                FieldPanel("source"),
                FieldPanel("summary"),
                FieldPanel("region"),
            ],
            heading=_("政府信息公开要素"),
        ),
        MultiFieldPanel(
            [FieldPanel("effective_from"), FieldPanel("expires_on"), FieldPanel("repealed_on")],
            heading=_("效力"),
        ),
        FieldPanel("body"),
    ]
    parent_page_types = ["cms.PolicyIndexPage"]
    subpage_types: list[str] = []

    template = "cms/policy_page.html"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the plain text that search reads in step with the text."""
        self.body_text = plain(sanitise(self.body))
        super().save(*args, **kwargs)

    @property
    def dated_on(self) -> date | None:
        """The day shown in lists: of publication, else of signing."""
        return self.published_on or self.written_on

    @property
    def standing(self) -> str:
        """Whether it is in force today: ``in_force``, ``expired``, ``repealed`` or ``coming``."""
        day = clock.today()
        if self.repealed_on and self.repealed_on <= day:
            return "repealed"
        if self.expires_on and self.expires_on < day:
            return "expired"
        return "coming" if self.effective_from and self.effective_from > day else "in_force"

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The metadata block (R10) and the government's meta tags."""
        context = super().get_context(request, *args, **kwargs)
        context["elements"] = self.metadata()
        context["meta"] = {
            "column": _("政策法规"),
            "title": self.title,
            "pub_date": clock.day_start(self.published_on) if self.published_on else None,
            "source": self.source or self.issuing_body,
            "keywords": self.keywords,
            "description": self.summary,
        }
        return context

    def metadata(self) -> list[tuple[Any, Any]]:
        """Label and value of each filled element, in the order of 政府信息公开."""
        names = (
            *(
                "index_number",
                "topic",
                "issuing_body",
                "written_on",
                "published_on",
                "document_number",
                "title",
            ),
            *("keywords", "source", "summary", "effective_from", "expires_on", "repealed_on"),
        )
        filled = ((name, getattr(self, name)) for name in names)
        labels = {"title": _("标题")}
        return [
            (labels.get(name) or self._meta.get_field(name).verbose_name, value)
            for name, value in filled
            if value
        ]

    class Meta:
        verbose_name = _("政策文件")
        indexes = [models.Index(fields=["-published_on"], name="policy_newest")]
