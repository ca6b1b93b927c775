"""The parts of the house's look as tags and filters; README.md shows each with markup."""

import hashlib
import math
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.templatetags.static import static
from django.urls import Resolver404, resolve, translate_url
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import is_aware
from django.utils.translation import get_language, gettext, gettext_lazy
from django.utils.translation import gettext as _

from frontend.context import local_path
from frontend.templatetags.chart import drawing, round_up
from marketplace.kernel import clock, money

register = template.Library()
SPRITE = Path(__file__).resolve().parent.parent / "static" / "img" / "icons.svg"
DAY = 24 * 3600
HUNDRED = Decimal("1E+2")

# key: (icon, tone, words). A status is always icon + word + colour.
STATUSES: dict[str, tuple[str, str, Any]] = {
    "open": ("circle-dot", "pri", gettext_lazy("报名中")),
    "active": ("circle-dot", "pri", gettext_lazy("有效")),
    "publicity": ("contrast", "pri", gettext_lazy("公示中")),
    "signing": ("user", "pri", gettext_lazy("签到中")),
    "closing": ("clock", "zhu", gettext_lazy("即将截止")),
    "live": ("radio", "ink", gettext_lazy("进行中")),
    "closed": ("circle", "mut", gettext_lazy("已截止")),
    "ended": ("circle", "mut", gettext_lazy("已结束")),
    "opened": ("circle-check", "mut", gettext_lazy("已开标")),
    "awarded": ("circle-check", "ok", gettext_lazy("已成交")),
    "contracted": ("circle-check", "ok", gettext_lazy("已签合同")),
    "done": ("circle-check", "ok", gettext_lazy("已完成")),
    "verified": ("circle-check", "ok", gettext_lazy("见证一致")),
    "published": ("circle-check", "ok", gettext_lazy("已发布")),
    "corrected": ("pencil", "warn", gettext_lazy("已更正")),
    "superseded": ("pencil", "warn", gettext_lazy("已被更正")),
    "paused": ("circle-pause", "warn", gettext_lazy("已暂停")),
    "returned": ("undo-2", "warn", gettext_lazy("已退回")),
    "pending": ("contrast", "warn", gettext_lazy("待审核")),
    "scheduled": ("clock", "pri", gettext_lazy("待发布")),
    "withdrawn": ("circle-slash", "mut", gettext_lazy("已撤回")),
    "terminated": ("circle-slash", "mut", gettext_lazy("已终止")),
    "failed": ("circle-x", "zhu", gettext_lazy("失败")),
    "expired": ("circle-x", "zhu", gettext_lazy("已过期")),
    "draft": ("pencil", "mut", gettext_lazy("草稿")),
    "not_started": ("circle", "mut", gettext_lazy("未开始")),
    "applied": ("contrast", "warn", gettext_lazy("待审核")),
    "admitted": ("circle-check", "ok", gettext_lazy("已入库")),
    "suspended": ("circle-pause", "warn", gettext_lazy("已暂停")),
    "exited": ("circle-slash", "mut", gettext_lazy("已退出")),
    "proposed": ("contrast", "warn", gettext_lazy("待批准")),
    "in_force": ("circle-check", "ok", gettext_lazy("生效中")),
    "rejected": ("undo-2", "warn", gettext_lazy("未通过")),
    "imported": ("download", "mut", gettext_lazy("外部导入")),
}
NOTE_ICONS = {"info": "info", "ok": "circle-check", "warn": "triangle-alert", "zhu": "circle-x"}


@lru_cache(maxsize=1)
def icon_names() -> frozenset[str]:
    """The names the sprite holds."""
    return frozenset(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text(encoding="utf-8")))


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """One icon from the sprite; decoration only, so write the word beside it."""
    if name not in icon_names():
        return mark_safe("")
    src = static("img/icons.svg")
    return format_html(
        '<svg class="i {}" width="20" height="20" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        extra,
        src,
        name,
    )


@register.simple_tag
def tag(tone: str, icon_name: str, words: object) -> SafeString:
    """A status of your own: tone pri, zhu, ok, warn, mut or ink; an icon; the words."""
    return format_html('<span class="tag tag-{}">{}{}</span>', tone, icon(icon_name), words)


@register.simple_tag
def status(key: object, words: object = "") -> SafeString:
    """The status tag for a known key; ``words`` replaces the usual words."""
    found = STATUSES.get(str(key))
    if found is None:
        return tag("mut", "circle", words or key)
    return tag(found[1], found[0], words or found[2])


@register.simple_tag
def kind(words: object) -> SafeString:
    """The outlined grey tag for what a thing is (never for how it stands)."""
    return format_html('<span class="kind">{}</span>', words) if words else mark_safe("")


# ---- money -------------------------------------------------------------------------------


@register.filter
def yuan(value: Decimal | None) -> str:
    """``20,797,381.58`` without a sign, for table cells whose head says 元; — for nothing."""
    return "—" if value is None else money.format_yuan(value)


@register.filter(name="money")
def with_sign(value: Decimal | None) -> str:
    """``¥20,797,381.58``; — for nothing."""
    return "—" if value is None else f"¥{money.format_yuan(value)}"


@register.filter
def wan(value: Decimal | None) -> str:
    """万元 with two decimals, without the unit: ``128.60``; a sum under 1,000 元 is not rounded away."""
    if value is None:
        return "—"
    rounded = value.quantize(HUNDRED, ROUND_HALF_UP) if abs(value) >= 1000 else value
    return money.format_wan(rounded)


@register.filter
def grouped(value: int | None) -> str:
    """A count with thousand separators: ``1,208,446``."""
    return "" if value is None else f"{value:,}"


@register.filter
def words(value: Decimal | None) -> str:
    """大写金额 after the official rule: ``人民币壹佰贰拾捌万陆仟元整``."""
    return "" if value is None else money.in_words(value)


@register.simple_tag
def amount(value: Decimal | None, big: bool = False) -> SafeString:
    """A sum with its 大写 under it; ``big=True`` for the key figure of a page."""
    if value is None:
        return mark_safe("—")
    css = "money-big" if big else "money"
    return format_html(
        '<span class="{}">{}</span><span class="words" lang="zh-Hans">{}</span>',
        css,
        with_sign(value),
        words(value),
    )


# ---- time --------------------------------------------------------------------------------


def _beijing(value: date | datetime) -> date | datetime:
    return value.astimezone(clock.BEIJING) if isinstance(value, datetime) and is_aware(value) else value


def _english() -> bool:
    return (get_language() or "").startswith("en")


def _written(value: date | datetime, form: str) -> str:
    """The words for a time in one of the forms of :func:`when`."""
    timed = isinstance(value, datetime) and form not in ("day", "iso")
    if form in ("iso",):
        return f"{value:%Y-%m-%d}"
    if form == "time" and timed:
        return f"{value:%H:%M}"
    if form == "second" and timed:
        return f"{date_format(value, 'DATE_FORMAT')} {value:%H:%M:%S}"
    short = form == "short"
    day = date_format(value, "MONTH_DAY_FORMAT" if short else "DATE_FORMAT")
    if not timed:
        return day
    joint = ", " if _english() else " "
    return f"{day}{joint}{value:%H:%M}"


@register.simple_tag
def when(value: date | datetime | None, form: str = "full") -> SafeString:
    """A time as ``<time>``: full, second, short (no year, no zone), day, iso or time.

    Full and second name the zone, because a deadline is a Beijing time for everyone.
    """
    if value is None:
        return mark_safe("—")
    local = _beijing(value)
    zone = _("（北京时间）") if form in ("full", "second") and isinstance(local, datetime) else ""
    machine = local.isoformat() if form != "day" else f"{local:%Y-%m-%d}"
    return format_html('<time datetime="{}">{}</time>{}', machine, _written(local, form), zone)


def _span(seconds: float) -> str:
    """How much time is left, in the two largest units; never more than is true."""
    minutes = max(0, math.floor(seconds / 60))
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        return gettext("还剩 %(days)s 天 %(hours)s 小时") % {"days": days, "hours": hours}
    if hours:
        return gettext("还剩 %(hours)s 小时 %(minutes)s 分") % {"hours": hours, "minutes": minutes}
    if minutes:
        return gettext("还剩 %(minutes)s 分钟") % {"minutes": minutes}
    return gettext("不到 1 分钟")


@register.simple_tag
def remaining(until: datetime | None, big: bool = False) -> SafeString:
    """Time left until ``until`` by the platform's clock; vermilion under 24 hours."""
    if until is None:
        return mark_safe("")
    seconds = (until - clock.now()).total_seconds()
    if seconds <= 0:
        return format_html('<span class="left left-over">{}</span>', _("已截止"))
    css = "left" + (" left-soon" if seconds < DAY else "") + (" left-big" if big else "")
    return format_html('<span class="{}" data-until="{}">{}</span>', css, until.isoformat(), _span(seconds))


@register.simple_tag
def left_patterns() -> str:
    """The wordings of :func:`remaining` for the script that keeps them true."""
    patterns = (
        "还剩 %(days)s 天 %(hours)s 小时",
        "还剩 %(hours)s 小时 %(minutes)s 分",
        "还剩 %(minutes)s 分钟",
        "不到 1 分钟",
        "已截止",
    )
    return "|".join(gettext(p).replace("%(", "{").replace(")s", "}") for p in patterns)


# ---- codes and files ---------------------------------------------------------------------


@register.filter
def digest(value: str | bytes | None, group: int = 8) -> str:
    """A digest in groups that the eye can compare; never cut."""
    text = value.hex() if isinstance(value, bytes) else str(value or "")
    return " ".join(text[i : i + int(group)] for i in range(0, len(text), int(group)))


@register.filter
def digest_short(value: str | bytes | None) -> str:
    """The first twelve and the last eight characters in fours: ``8c1f 40ab 77d2 … 5e09 b3c6``."""
    text = value.hex() if isinstance(value, bytes) else str(value or "")
    return digest(text, 4) if len(text) <= 24 else f"{digest(text[:12], 4)} … {digest(text[-8:], 4)}"


@register.filter
def file_size(value: int | None) -> str:
    """``126 KB``, ``2.36 MB``."""
    size = int(value or 0)
    if size < 1024:
        return f"{size} B"
    if size < 1024 * 1024:
        return f"{size / 1024:.0f} KB"
    return f"{size / 1024 / 1024:.2f} MB"


@register.filter
def short_id(value: object) -> str:
    """A stable id attribute for any text (anchors of errors, of headings)."""
    return "x" + hashlib.sha256(str(value).encode()).hexdigest()[:10]


_TABLE = re.compile(r"(<table\b.*?</table>)", re.S | re.I)


@register.filter
def prose(html: str) -> SafeString:
    """Already sanitised HTML of a document: tables get a frame that scrolls by itself."""
    words = gettext("表格，可横向滚动")
    frame = f'<div class="scroll" role="region" tabindex="0" aria-label="{words}">\\1</div>'
    return mark_safe(_TABLE.sub(frame, str(html)))


# ---- moving about ------------------------------------------------------------------------


@register.simple_tag
def local(path: str) -> str:
    """A site address in the language of the page: ``{% local "/notices/" %}``."""
    base, mark, query = path.partition("?")
    return local_path(base, get_language() or settings.LANGUAGE_CODE) + mark + query


@register.simple_tag(takes_context=True)
def in_language(context: template.Context, code: str) -> str:
    """The address of this very page in another language."""
    request = context.get("request")
    if request is None:
        return local_path("/", code)
    path = request.get_full_path()
    try:
        resolve(request.path_info)
    except Resolver404:
        return local_path("/", code)
    return translate_url(path, code)


@register.simple_tag
def crumbs(*parts: object) -> SafeString:
    """Breadcrumb: label, address, label, address, …, last label (this page)."""
    pairs = [(gettext("首页"), local("/"))] + [(parts[i], parts[i + 1]) for i in range(0, len(parts) - 1, 2)]
    links = [format_html('<li><a href="{}">{}</a></li>', url, label) for label, url in pairs]
    last = format_html('<li aria-current="page">{}</li>', parts[-1]) if len(parts) % 2 else mark_safe("")
    inner = mark_safe("".join(links) + last)
    return format_html('<nav class="crumbs" aria-label="{}"><ol>{}</ol></nav>', _("当前位置"), inner)


@register.inclusion_tag("parts/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Page, name: str = "page") -> dict[str, Any]:
    """Page links for a Django ``Page``; every other query parameter is kept."""
    numbers = list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))
    query = context["request"].GET.copy()
    links = []
    for number in numbers:
        query[name] = str(number)
        links.append({"number": number, "url": f"?{query.urlencode()}", "gap": not isinstance(number, int)})
    around = {}
    for key, number in (("prev", page.number - 1), ("next", page.number + 1)):
        if 1 <= number <= page.paginator.num_pages:
            query[name] = str(number)
            around[key] = f"?{query.urlencode()}"
    return {"page": page, "links": links, **around}


# ---- blocks ------------------------------------------------------------------------------


@register.simple_block_tag
def note(content: str, tone: str = "info") -> SafeString:
    """``{% note "warn" %}<p><b>…</b>…</p>{% endnote %}``: info, ok, warn or zhu."""
    mark = icon(NOTE_ICONS.get(tone, "info"))
    return format_html('<div class="note note-{}">{}<div>{}</div></div>', tone, mark, content)


@register.inclusion_tag("parts/timeline.html")
def timeline(nodes: Iterable[Any]) -> dict[str, Any]:
    """A project's course: nodes with label, url, at (a time) or note (words), state done|fix|now|next."""
    return {"nodes": nodes}


@register.inclusion_tag("parts/steps.html")
def steps(items: Sequence[Any], current: int) -> dict[str, Any]:
    """Numbered steps; ``current`` counts from 1. On a phone: a sentence and bars."""
    rows = [
        {"label": label, "done": i < current, "current": i == current} for i, label in enumerate(items, 1)
    ]
    return {
        "steps": rows,
        "current": current,
        "total": len(rows),
        "label": items[current - 1] if items else "",
    }


@register.inclusion_tag("parts/bars.html")
def bars(rows: Iterable[tuple[Any, Any]], title: str, unit: str, head: str = "") -> dict[str, Any]:
    """A bar chart as SVG with its data table; rows of (label, number); the newest is blue."""
    pairs = [(label, Decimal(str(value or 0))) for label, value in rows]
    top = round_up(max((value for _label, value in pairs), default=Decimal(0)))
    grid = [{"y": 210 - 90 * i, "value": f"{top * i / 2:g}"} for i in range(3)]
    drawings = [drawing("all", 680, pairs, top), drawing("few", 340, pairs[-6:], top)]
    return {"drawings": drawings, "grid": grid, "rows": pairs, "title": title, "unit": unit, "head": head}
