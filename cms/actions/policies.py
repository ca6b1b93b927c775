"""Policy documents that come in as files."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cms.actions.journal import covered
from cms.actions.pages import place
from cms.models import PolicyIndexPage, PolicyPage
from marketplace.disclosure.rules.body import paragraphs, tidy
from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import NotAllowed, Refused
from marketplace.ledger.actions import append
from marketplace.registry.models import Region
from marketplace.registry.rules import may
from marketplace.registry.states import Role


@transaction.atomic
def import_policy(
    *,
    title: str,
    body_text: str,
    digest: str,
    by: Actor,
    at: datetime,
    index_number: str = "",
    topic: str = "",
    issuing_body: str = "",
    written_on: date | None = None,
    published_on: date | None = None,
    document_number: str = "",
    keywords: str = "",
    source: str = "",
    summary: str = "",
    region: Region | None = None,
) -> tuple[PolicyPage, bool]:
    """Take in one policy document with its metadata block (政府信息公开, R10).

    ``digest`` is the SHA-256 of the document as it came: the same one is taken in once, and
    then ``(the page, False)`` is answered. Dates are Beijing days. The platform itself,
    authors and operators may. Raises ``NotAllowed``, and ``Refused`` for an empty title or
    text or where the site's pages were not built yet.
    """
    if not may(by, Role.AUTHOR, Role.OPERATOR):
        raise NotAllowed(_("只有公告编写人和交易中心经办可以导入政策文件。"))
    index = _locked_index()
    known = PolicyPage.objects.filter(digest=digest).first()
    if known is not None:
        return known, False
    if not title.strip() or not body_text.strip():
        raise Refused(_("政策文件没有标题或正文。"))
    page = PolicyPage(
        title=title.strip()[:255],
        slug=f"d{digest[:12]}",
        index_number=index_number[:80],
        topic=topic[:120],
        issuing_body=issuing_body[:200],
        written_on=written_on,
        published_on=published_on,
        document_number=document_number[:120],
        keywords=keywords[:300],
        source=source[:200],
        summary=summary[:2000],
        region=region,
        body=paragraphs(body_text),
        body_text=tidy(body_text),
        digest=digest,
    )
    with covered():
        place(page, index)
    append("cms.policy_imported", by=by, at=at, subject=page, data={"title": page.title, "sha256": digest})
    return page, True


def _locked_index() -> PolicyIndexPage:
    index = PolicyIndexPage.objects.select_for_update().first()
    if index is None:
        raise Refused(_("网站栏目还没有建立，请先完成初始化（sunlit setup）。"))
    return index
