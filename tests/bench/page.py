"""The whole first list page, database and template included, at 1,000 and at all documents."""

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client

from marketplace.disclosure.models import Notice
from marketplace.registry.models import Region
from search import sources
from search.backends import get_backend
from search.schema import SearchDoc

SMALL = 1_000
ADDRESSES = ("/notices/", "/notices/?q=采购", "/notices/?kind=result&date=1y")
ROUNDS = 40


class _NoMigrations:
    """Tables straight from the models: the benchmark asks no history."""

    def __contains__(self, _label: str) -> bool:
        return True

    def __getitem__(self, _label: str) -> None:
        return None


def first_page(docs: list[SearchDoc], folder: Path) -> Iterator[str]:
    """Lines of Markdown: the median of each address at both sizes and their ratio."""
    folder.mkdir()
    settings.MIGRATION_MODULES = _NoMigrations()
    settings.SEARCH_DIR = folder / "search"
    settings.ELASTICSEARCH_URL = ""
    call_command("migrate", verbosity=0, run_syncdb=True)
    _regions()
    medians: list[list[float]] = []
    put = 0
    for size in (min(SMALL, len(docs)), len(docs)):
        _put(docs[put:size])
        put = size
        medians.append([_median(address) for address in ADDRESSES])
    yield f"\nWhole first page, median of {ROUNDS} requests in ms (first request after a write in brackets)\n"
    yield f"| address | {SMALL:,} documents | {len(docs):,} documents | ratio |"
    yield "|---|---|---|---|"
    for address, (small, small_cold), (large, large_cold) in zip(ADDRESSES, *medians, strict=True):
        yield f"| `{address}` | {small:.1f} ({small_cold:.1f}) | {large:.1f} ({large_cold:.1f}) | {large / small:.2f} |"


def _regions() -> None:
    tree = {"420000": None, "310000": None, "420500": "420000", "420100": "420000", "310100": "310000"}
    leaves = {"420506": "420500", "420525": "420500", "420102": "420100", "310115": "310100"}
    for code, parent in (tree | leaves).items():
        path = f"{Region.objects.get(code=parent).path}/{code}" if parent else code
        level = ("province", "city", "county")[path.count("/")]
        Region.objects.create(
            code=code, name=f"地区{code}", level=level, parent_id=parent, path=path, full_name=code
        )


def _put(docs: list[SearchDoc]) -> None:
    rows = [
        Notice(
            pk=doc.facts.pk,
            kind=doc.facts.kind if doc.facts.kind != "correction" else "tender",
            trade_type=doc.facts.trade,
            title=doc.title,
            body_html="",
            body_text=doc.body,
            region_id=doc.facts.region[-1] if doc.facts.region else None,
            amount=doc.facts.amount,
            deadline_at=doc.facts.deadline_at,
            published_at=doc.facts.published_at,
            codes=list(doc.words),
            digest=str(doc.facts.pk),
        )
        for doc in docs
    ]
    for at in range(0, len(rows), 2000):
        Notice.objects.bulk_create(rows[at : at + 2000])
    generation = get_backend().begin()
    source = sources.source_of("notice")
    assert source is not None
    pks = list(source.pks())
    batches = (source.documents(pks[at : at + 500]) for at in range(0, len(pks), 500))
    get_backend().load(generation, (doc for batch in batches for doc in batch))
    get_backend().swap(generation)


def _median(address: str) -> tuple[float, float]:
    client = Client()
    client.get("/notices/?q=预热")
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        answer = client.get(address)
        times.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, answer.status_code
    connection.close()
    return statistics.median(times), times[0]
