"""Literal search: recall and precision over 500 drawn words, on generated and on real announcements."""

import gzip
import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from marketplace.kernel import clock
from search.backends.base import Backend
from search.query import parse
from search.schema import Facts, SearchDoc
from tests.search import questions
from tests.search.documents import NOW, documents

ROOT = Path(__file__).resolve().parents[2]
REAL = (
    Path(os.environ.get("REAL_DATA_DIR") or ROOT.parent / "shared" / "data")
    / "yichang_announcements.jsonl.gz"
)
NUMBER = 500
AT_LEAST = 0.999


def real_documents() -> list[SearchDoc]:
    """The real announcements beside the checkout, as documents."""
    if not REAL.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI needs {REAL}")
        pytest.skip(f"no {REAL}")
    with gzip.open(REAL, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        SearchDoc(Facts("notice", pk, _midnight(row["date"])), row["title"], row["body"])
        for pk, row in enumerate(rows, 1)
    ]


def _midnight(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=clock.BEIJING).astimezone(UTC)


def measure(
    backend: Backend, docs: Sequence[SearchDoc], words: Sequence[str]
) -> tuple[float, float, list[set[int]]]:
    """Recall, precision and the found sets of all words."""
    generation = backend.begin()
    backend.load(generation, docs)
    backend.swap(generation)
    plains = questions.plains_of(docs)
    hits = wanted_all = found_all = 0
    answers: list[set[int]] = []
    for word in words:
        query = parse({"q": word, "status": "all", "sort": "newest"})
        found = {hit.pk for hit in backend.search(query, NOW, size=10_000, after=None, skip=0)}
        wanted = questions.expected(docs, plains, query)
        assert wanted, f"{word!r} was drawn from the texts"
        hits += len(found & wanted)
        wanted_all += len(wanted)
        found_all += len(found)
        answers.append(found)
    return hits / wanted_all, hits / max(1, found_all), answers


@pytest.fixture(autouse=True)
def at_now() -> None:
    """Everything is asked at one moment."""
    questions.NOW_OF[:] = [NOW]


def test_generated_announcements(engine: Backend) -> None:
    docs = list(documents(500, seed=23, length=300))
    recall, precision, _answers = measure(engine, docs, questions.literal_words(docs, 200))
    assert recall >= AT_LEAST and precision >= AT_LEAST


@pytest.mark.real_data
def test_real_announcements(embedded: Backend) -> None:
    docs = real_documents()
    recall, precision, _answers = measure(embedded, docs, questions.literal_words(docs, NUMBER))
    print(f"recall {recall:.6f} precision {precision:.6f}")
    assert recall >= AT_LEAST and precision >= AT_LEAST


@pytest.mark.real_data
@pytest.mark.elasticsearch
@pytest.mark.slow
def test_real_announcements_on_both_engines(embedded: Backend, elastic: Backend) -> None:
    docs = real_documents()
    words = questions.literal_words(docs, NUMBER)
    ours = measure(embedded, docs, words)
    theirs = measure(elastic, docs, words)
    assert ours[2] == theirs[2]
    assert min(theirs[:2]) >= AT_LEAST
