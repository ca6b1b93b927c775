"""The channels that a site starts with; editors change them afterwards."""

from dataclasses import dataclass, field

from wagtail.models import Page

from cms.models import ChannelPage, PolicyIndexPage

Listing = ChannelPage.Listing


@dataclass(frozen=True, slots=True)
class Channel:
    """One page of the first tree; ``body`` holds blocks of ``page_body_blocks``."""

    slug: str
    title: str
    intro: str = ""
    listing: str = Listing.PAGES
    model: type[Page] = ChannelPage
    body: tuple[tuple[str, str], ...] = ()
    children: tuple["Channel", ...] = field(default_factory=tuple)


_GUIDES = (
    Channel(
        "find-notices",
        "怎样查找公告",
        "按词语、编号、单位和地区查找，查询结果可以订阅和下载。",
        body=(
            ("heading", "用词语查找"),
            (
                "text",
                "<p>在页面上方的搜索框里输入词语。几个词之间用空格分开，结果同时含有这些词；"
                "词前面加减号（-）表示不要这个词。繁体字和简体字都能查到。</p>",
            ),
            ("heading", "用编号查找"),
            ("text", "<p>输入项目编号的全部或前几位。编号不区分大小写和全角半角。</p>"),
            ("heading", "留住查询结果"),
            (
                "text",
                "<p>查询条件都在网址里：收藏网址，下次打开就是同样的条件。列表页可以用 Atom 订阅，"
                "也可以下载为 CSV 或 XLSX 文件。</p>",
            ),
        ),
    ),
    Channel(
        "verify-notices",
        "怎样验证一条公告",
        "每条公告发布时都写入公开台账，任何人可以离线验证它没有被改动。",
        body=(
            ("heading", "在网页上看"),
            (
                "text",
                "<p>公告页面的“已写入公开台账”一行给出序号、校验点时间和摘要，点“验证”可以看到台账里的记录。</p>",
            ),
            ("heading", "自己验证"),
            (
                "text",
                "<p>下载证明文件和验证程序，在自己的电脑上运行。验证程序只用 Python 标准库，不需要联网，"
                "不到一百行，可以先读懂再运行。</p>",
            ),
        ),
    ),
    Channel(
        "ask-and-object",
        "怎样提问、提出异议和质疑",
        "对公告有疑问先提问；认为权益受到损害的，依法提出异议、质疑和投诉。",
        body=(
            ("heading", "提问"),
            ("text", "<p>公告页面下方可以提问，由发布单位答复。您和发布单位都同意时，问题和答复会公开。</p>"),
            ("heading", "异议和质疑"),
            (
                "text",
                "<p>工程建设项目的投标人和其他利害关系人可以依法提出异议；政府采购项目的供应商可以依法提出质疑。"
                "提出的期限在“交易规则”页面按现行规定列出，受理渠道写在每条公告里。</p>",
            ),
        ),
    ),
)

CHANNELS = (
    Channel("disclosure", "交易公开", "依法公开的全部公共资源交易信息。", Listing.NOTICES),
    Channel("policies", "政策法规", "公共资源交易的法律、法规、规章和规范性文件。", model=PolicyIndexPage),
    Channel("services", "服务指南", "各交易中心和分平台办理的事项、办公时间和监督渠道。", children=_GUIDES),
    Channel("circulars", "通知公告", "交易中心发布的通知。", Listing.CIRCULARS),
    Channel("credit", "信用信息", "已入库主体的公开信息，可按名称或统一社会信用代码查询。", Listing.PARTIES),
    Channel("statistics", "统计", "按月汇总的公告数量和成交金额。", Listing.STATISTICS),
    Channel("catalogue", "公共资源交易目录", "应当进入平台交易的项目，各版本都可查阅。"),
    Channel("powers", "权责清单", "各行政监督部门的监督事项和责任。"),
)
