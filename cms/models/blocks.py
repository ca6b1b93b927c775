"""The few building blocks that editors write with."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock

TEXT_FEATURES = ["bold", "italic", "ol", "ul", "link"]


def notice_body_blocks() -> list[tuple[str, blocks.Block]]:
    """Blocks of a notice's text: heading, paragraphs, table; nothing that needs a script."""
    return [
        ("heading", blocks.CharBlock(label=_("小标题"), max_length=120, icon="title")),
        ("text", blocks.RichTextBlock(label=_("文字"), features=TEXT_FEATURES)),
        ("table", TableBlock(label=_("表格"))),
    ]


def page_body_blocks() -> list[tuple[str, blocks.Block]]:
    """Blocks of an editorial page."""
    features = [*TEXT_FEATURES, "document-link"]
    return [
        ("heading", blocks.CharBlock(label=_("小标题"), max_length=120, icon="title")),
        ("text", blocks.RichTextBlock(label=_("文字"), features=features)),
        ("table", TableBlock(label=_("表格"))),
    ]


class ServiceItemBlock(blocks.StructBlock):
    """One thing that the centre does for people: what to bring, how long, what it costs."""

    name = blocks.CharBlock(label=_("事项名称"), max_length=120)
    audience = blocks.CharBlock(label=_("服务对象"), max_length=120, required=False)
    materials = blocks.RichTextBlock(label=_("所需材料"), features=TEXT_FEATURES, required=False)
    steps = blocks.RichTextBlock(label=_("办理流程"), features=TEXT_FEATURES, required=False)
    time_limit = blocks.CharBlock(label=_("办理时限"), max_length=120, required=False)
    fee = blocks.CharBlock(label=_("收费"), max_length=120, required=False)
    contact = blocks.CharBlock(label=_("咨询电话"), max_length=120, required=False)

    class Meta:
        icon = "list-ul"
        label = _("服务事项")
