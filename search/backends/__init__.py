"""The engine that the settings choose."""

from functools import cache
from pathlib import Path

from django.conf import settings

from search.backends.base import Backend


def get_backend() -> Backend:
    """Elasticsearch where ``ELASTICSEARCH_URL`` is set, the embedded engine otherwise.

    ``SEARCH_DIR`` (default ``DATA_DIR/search``) holds the embedded index, ``ELASTICSEARCH_INDEX`` (default
    ``sunlit``) is the alias in the other.
    """
    url = getattr(settings, "ELASTICSEARCH_URL", "")
    if url:
        return _elastic(url, getattr(settings, "ELASTICSEARCH_INDEX", "sunlit"))
    return _embedded(Path(getattr(settings, "SEARCH_DIR", Path(settings.DATA_DIR) / "search")))


@cache
def _embedded(folder: Path) -> Backend:
    from search.backends.embedded import EmbeddedBackend

    return EmbeddedBackend(folder)


@cache
def _elastic(url: str, index: str) -> Backend:
    from search.backends.elastic import ElasticBackend

    return ElasticBackend(url, index)
