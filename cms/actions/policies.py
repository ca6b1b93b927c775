"""Policy documents that come in as files."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cms.actions._rows import place
from cms.models import PolicyIndexPage, PolicyPage
from marketplace.disclosure.rules.body import paragraphs
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
    by: Actor,
    at: datetime,
) -> tuple[PolicyPage, bool]:
    """Take in one policy document with its metadata block (政府信息公开, R10), once by its digest.

    ``digest`` is the SHA-256 of the document as it came; the second time ``(page, False)``
    is answered. Days are Beijing days. The platform itself, authors and operators may.
    Raises ``NotAllowed``, and ``Refused`` without title, text or the site's pages.
    """
    _demand_importer(by)
    index = _locked_index()
    known = PolicyPage.objects.filter(digest=digest).first()
    if known is not None:
        return known, False
    page = _page(title, body_text, digest)
    page.written_on, page.published_on, page.region = written_on, published_on, region
    page.index_number, page.topic, page.issuing_body = index_number[:80], topic[:120], issuing_body[:200]
    page.document_number, page.keywords = document_number[:120], keywords[:300]
    page.source, page.summary = source[:200], summary[:2000]
    place(page, index)
    append("cms.policy_imported", by=by, at=at, subject=page, data={"title": page.title, "sha256": digest})
    return page, True


def _demand_importer(by: Actor) -> None:
    if not may(by, Role.AUTHOR, Role.OPERATOR):
        raise NotAllowed(_("只有公告编写人和交易中心经办可以导入政策文件。"))


def _page(title: str, body_text: str, digest: str) -> PolicyPage:
    if not title.strip() or not body_text.strip():
        raise Refused(_("政策文件没有标题或正文。"))
    slug = f"d{digest[:12]}"
    return PolicyPage(title=title.strip()[:255], slug=slug, body=paragraphs(body_text), digest=digest)


def _locked_index() -> PolicyIndexPage:
    index: PolicyIndexPage | None = PolicyIndexPage.objects.select_for_update().first()
    if index is None:
        raise Refused(_("网站栏目还没有建立，请先完成初始化（sunlit setup）。"))
    return index
