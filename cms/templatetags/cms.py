"""Small words of the public pages."""

from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail.models import Page

from cms.models import NoticeDraft
from cms.queries import preview_of, standing
from frontend.templatetags.ui import crumbs, local, when
from marketplace.disclosure.models import Notice
from marketplace.disclosure.queries.notices import when as said
from marketplace.disclosure.states import NoticeKind
from marketplace.kernel import clock

register = template.Library()


@register.filter
def page_path(page: Page) -> str:
    """The address of an editorial page without asking for its site."""
    return "/" + page.url_path.strip("/").partition("/")[2] + "/"


@register.simple_tag
def page_crumbs(page: Page) -> SafeString:
    """The breadcrumb of an editorial page: its parents below the home page, then itself."""
    above = page.get_ancestors().filter(depth__gte=3)
    parts = [part for parent in above for part in (_(parent.title), local(page_path(parent)))]
    return crumbs(*parts, _(page.title))


@register.simple_tag
def standing_of(notice: Notice) -> str:
    """The key of a notice's status tag."""
    return standing(notice)


@register.filter
def kind_words(kind: str) -> str:
    """The word of a kind."""
    return str(NoticeKind(kind).label) if kind in NoticeKind.values else kind


@register.simple_tag
def day_or_time(notice: Notice) -> SafeString:
    """The hour for what is of today, the day for what is older or known by day only."""
    today = notice.published_at.astimezone(clock.BEIJING).date() == clock.today()
    return when(notice.published_at, "time" if today and notice.precision == "second" else "iso")


@register.simple_tag
def trade_url(notice: Notice) -> str:
    """The list of the notice's trade."""
    return local(f"/notices/?trade={notice.trade_type}")


@register.simple_tag
def corrected_on(newer: Notice) -> str:
    """The sentence on top of a corrected notice."""
    return _("本公告已于 %(at)s 更正，内容以更正公告为准。") % {"at": said(newer.published_at)}


@register.filter
def is_text(value: Any) -> bool:
    """Whether a structured field is one value rather than rows."""
    return not isinstance(value, list)


@register.filter
def lookup(rows: dict[str, Any], key: str) -> Any:
    """An entry of a mapping by a key that the template holds."""
    return rows.get(key)


@register.filter
def row_heads(rows: list[list[tuple[str, Any, str]]]) -> list[str]:
    """The column heads of a list field, in the order in which the rows have them."""
    return list({key: label for row in rows for label, _value, key in row}.values())


@register.filter
def row_cells(rows: list[list[tuple[str, Any, str]]]) -> list[list[Any]]:
    """The cells of each row under :func:`row_heads`."""
    keys = list(dict.fromkeys(key for row in rows for _label, _value, key in row))
    return [[{k: value for _label, value, k in row}.get(key, "—") for key in keys] for row in rows]


@register.simple_tag
def draft_preview(draft: NoticeDraft) -> Any:
    """What a draft would look like: ``facts`` and ``body``."""
    return preview_of(draft)
