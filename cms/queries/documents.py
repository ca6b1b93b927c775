"""Policies as documents of the one search box."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from cms.models import PolicyPage
from cms.queries.policies import policies
from marketplace.kernel import clock
from marketplace.ledger.models import Event
from search.schema import Facts, SearchDoc
from search.sources import Row, Source


def touched(event: Event) -> Iterable[int]:
    """The policy that an event of ours is about."""
    return [int(event.subject_id)] if event.subject_type == "cms.PolicyPage" and event.subject_id else ()


def _published_at(page: PolicyPage) -> datetime:
    if page.dated_on:
        return clock.day_start(page.dated_on)
    return page.first_published_at or clock.now()


def facts_of(page: PolicyPage) -> Facts:
    """What filters and orders look at."""
    region = tuple(page.region.is_within) if page.region else ()
    return Facts(group="policy", pk=page.pk, published_at=_published_at(page), region=region)


def _document(page: PolicyPage) -> SearchDoc:
    words = (
        page.index_number,
        page.document_number,
        page.issuing_body,
        page.keywords,
        page.topic,
        page.summary,
    )
    return SearchDoc(facts_of(page), page.title, page.body_text, tuple(word for word in words if word))


def documents(pks: list[int]) -> list[SearchDoc]:
    """The public ones among these ids as documents."""
    return [_document(page) for page in policies().filter(pk__in=pks)]


def _row(page: PolicyPage) -> Row:
    return Row(
        facts=facts_of(page),
        title=page.title,
        body=page.body_text,
        url=policy_path(page),
        label=_("政策文件"),
        place=page.region.name if page.region else "",
        unit=page.issuing_body,
        item=page,
    )


def policy_path(page: PolicyPage) -> str:
    """The address of a policy without asking Wagtail for its site."""
    return f"/policies/{page.slug}/"


def rows(pks: list[int]) -> list[Row]:
    """The public ones among these ids as rows of a list."""
    return [_row(page) for page in policies().filter(pk__in=pks)]


def public_ids() -> Iterator[int]:
    """Every public id, newest first."""
    return policies().values_list("pk", flat=True).iterator(chunk_size=500)


POLICIES = Source("policy", ("cms.policy_imported", "cms.page_changed"), touched, documents, rows, public_ids)
