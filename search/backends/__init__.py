"""The engine that the settings choose."""

from functools import cache

from django.conf import settings

from search.backends.base import Backend


def get_backend() -> Backend:
    """Elasticsearch where ``ELASTICSEARCH_URL`` is set, the embedded engine otherwise."""
    url = getattr(settings, "ELASTICSEARCH_URL", "")
    return (
        _elastic(url, getattr(settings, "ELASTICSEARCH_INDEX", "sunlit"))
        if url
        else _embedded(str(settings.DATA_DIR))
    )


@cache
def _embedded(folder: str) -> Backend:
    from pathlib import Path

    from search.backends.embedded import EmbeddedBackend

    return EmbeddedBackend(Path(folder) / "search")


@cache
def _elastic(url: str, index: str) -> Backend:
    from search.backends.elastic import ElasticBackend

    return ElasticBackend(url, index)
