"""Editorial pages that the platform itself puts up; editors change them afterwards in the editor."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Page

from cms.actions._rows import place
from cms.models import HomePage
from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import NotAllowed, Refused
from marketplace.ledger.actions import append
from marketplace.registry.rules import is_platform_itself


@transaction.atomic
def add_page(*, page: Page, channel: str, by: Actor, at: datetime) -> Page:
    """Publish a page in the channel with that slug, once: a second call with its slug changes nothing.

    The platform itself only (setup, demo); raises ``NotAllowed``, and ``Refused`` where the
    site has no such channel.
    """
    if not is_platform_itself(by):
        raise NotAllowed("pages are written in the editor")
    home = HomePage.objects.first()
    parent = home.get_children().filter(slug=channel).first() if home else None
    if parent is None:
        raise Refused(_("网站栏目还没有建立，请先完成初始化（sunlit setup）。"))
    known = parent.get_children().filter(slug=page.slug).first()
    if known is not None:
        return known
    place(page, parent)
    append("cms.page_added", by=by, at=at, subject=page, data={"title": page.title, "channel": channel})
    return page
