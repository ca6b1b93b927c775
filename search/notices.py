"""Announcements as documents: whatever is published and not withdrawn."""

from collections.abc import Iterable, Iterator

from django.db.models import Q, QuerySet

from marketplace.disclosure.models import Notice
from marketplace.disclosure.states import NoticeState
from marketplace.ledger.models import Event
from search.schema import Facts, SearchDoc
from search.sources import Row, Source

_TEXT = ("body_html", "fields", "reasons", "rule_versions")


def _public() -> QuerySet[Notice]:
    return Notice.objects.filter(state=NoticeState.PUBLISHED).select_related("region").defer(*_TEXT)


def touched(event: Event) -> Iterable[int]:
    """The notice of the event and every version of the same announcement; of a project, all its notices."""
    if event.subject_type == "disclosure.TradeProject":
        return Notice.objects.filter(project_id=event.subject_id).values_list("pk", flat=True)
    if event.subject_type != "disclosure.Notice":
        return ()
    pk = int(event.subject_id)
    first = Notice.objects.filter(pk=pk).values_list("original_id", flat=True).first() or pk
    chain = Q(pk__in=[pk, first]) | Q(original_id=first) | Q(corrects_id=pk)
    return {pk, *Notice.objects.filter(chain).values_list("pk", flat=True)}


def facts_of(notice: Notice) -> Facts:
    """What filters and orders look at."""
    return Facts(
        group="notice",
        pk=notice.pk,
        published_at=notice.published_at,
        kind=notice.kind,
        trade=notice.trade_type,
        region=tuple(notice.region.is_within) if notice.region else (),
        amount=notice.amount,
        deadline_at=notice.deadline_at,
        superseded=notice.is_superseded,
    )


def _document(notice: Notice) -> SearchDoc:
    names = (notice.number, *notice.codes, notice.buyer_name, notice.agency_name, notice.winner_name)
    return SearchDoc(
        facts_of(notice), notice.title, notice.body_text, tuple(str(name) for name in names if name)
    )


def documents(pks: list[int]) -> list[SearchDoc]:
    """The public ones among these ids as documents."""
    return [_document(notice) for notice in _public().filter(pk__in=pks)]


def _row(notice: Notice) -> Row:
    return Row(
        facts=facts_of(notice),
        title=notice.title,
        body=notice.body_text,
        url=notice.get_absolute_url(),
        label=notice.kind_label,
        place=notice.region.name if notice.region else "",
        unit=notice.buyer_name,
        item=notice,
    )


def rows(pks: list[int]) -> list[Row]:
    """The public ones among these ids as rows of a list."""
    return [_row(notice) for notice in _public().filter(pk__in=pks)]


def public_ids() -> Iterator[int]:
    """Every public id, newest first, so that a new index is useful early."""
    return _public().order_by("-published_at", "-pk").values_list("pk", flat=True).iterator(chunk_size=2000)


NOTICES = Source("notice", ("disclosure.",), touched, documents, rows, public_ids)
