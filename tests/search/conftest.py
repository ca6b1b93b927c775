"""Engines of a test's own, and announcements made through the actions."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from search.backends import get_backend
from search.backends.base import Backend
from tests.disclosure.conftest import Town, batch, imported, purchase, reviewer, town

__all__ = ["Town", "batch", "imported", "purchase", "reviewer", "town"]
ENGINES = [
    pytest.param("embedded", id="embedded"),
    pytest.param("elasticsearch", id="elasticsearch", marks=pytest.mark.elasticsearch),
]


@pytest.fixture(autouse=True)
def embedded(tmp_path: Path, settings: Any) -> Backend:
    """An embedded index of this test's own; no other engine unless a test asks."""
    settings.SEARCH_DIR = tmp_path / "search"
    settings.ELASTICSEARCH_URL = ""
    return get_backend()


@pytest.fixture
def elastic(settings: Any, embedded: Backend) -> Iterator[Backend]:
    """Indices of this test's own in the Elasticsearch that the run started."""
    settings.ELASTICSEARCH_URL = os.environ["TEST_ELASTICSEARCH_URL"]
    settings.ELASTICSEARCH_INDEX = f"test-{uuid.uuid4().hex[:12]}"
    backend = get_backend()
    yield backend
    for name in backend.client.indices.get(index=f"{settings.ELASTICSEARCH_INDEX}-*"):
        backend.client.indices.delete(index=name)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, embedded: Backend) -> Backend:
    """Each engine in turn."""
    return embedded if request.param == "embedded" else request.getfixturevalue("elastic")


def settled(backend: Backend) -> None:
    """What was written can be found now (Elasticsearch shows writes within its refresh second)."""
    if backend.name == "elasticsearch":
        backend.client.indices.refresh(index=f"{backend.alias}*")
