"""A new index while the old one answers, and the comparison of an index with the database."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from search.backends import get_backend
from search.backends.base import Backend, EngineUnavailable
from search.schema import SearchDoc
from search.sources import Source, all_sources
from search.text import ANALYZER_VERSION

BATCH = 200
Progress = Callable[[str, int], None]
"""Called with what is being done and how many rows are done."""


@dataclass(slots=True)
class Difference:
    """What an index says otherwise than the database, as ids per group."""

    missing: dict[str, list[int]] = field(default_factory=dict)
    phantom: dict[str, list[int]] = field(default_factory=dict)
    stale: dict[str, list[int]] = field(default_factory=dict)
    compared: int = 0

    @property
    def number(self) -> int:
        """How many documents differ."""
        return sum(len(pks) for kind in (self.missing, self.phantom, self.stale) for pks in kind.values())

    def touched(self, group: str) -> list[int]:
        """The differing ids of one group."""
        return [pk for kind in (self.missing, self.phantom, self.stale) for pk in kind.get(group, [])]


def _quiet(_what: str, _done: int) -> None:
    return None


def rebuild(progress: Progress = _quiet) -> int:
    """Build a new generation, bring it level with the database, serve it. Returns the documents in it.

    While it is built, deliveries write to both generations; before the swap everything is compared once
    more, so nothing that happened meanwhile is lost. Readers notice nothing.
    """
    backend = get_backend()
    generation = backend.begin()
    try:
        for source in all_sources():
            backend.load(generation, _documents(source, progress))
        difference = compare(backend, generation, progress)
        repair(backend, difference)
    except BaseException:
        backend.abandon(generation)
        raise
    backend.swap(generation)
    return difference.compared


def compare(backend: Backend, generation: str | None = None, progress: Progress = _quiet) -> Difference:
    """What a generation (the serving one by default) says otherwise than the database."""
    held = dict(backend.digests(generation))
    result = Difference()
    for source in all_sources():
        for doc in _documents(source, progress, "compare"):
            result.compared += 1
            digest = held.pop(doc.facts.id, None)
            if digest != doc.digest:
                kind = result.missing if digest is None else result.stale
                kind.setdefault(source.group, []).append(doc.facts.pk)
    for ident in held:
        group, _, pk = ident.partition(":")
        result.phantom.setdefault(group, []).append(int(pk))
    return result


def repair(backend: Backend, difference: Difference) -> None:
    """Read every differing row again and make the index say what it says."""
    for source in all_sources():
        pks = iter(difference.touched(source.group))
        while batch := list(islice(pks, BATCH)):
            backend.refresh(source.group, batch, source.documents)


def is_outdated() -> bool:
    """Whether the serving generation was made by another text analysis and needs a rebuild."""
    return get_backend().analyzer() != ANALYZER_VERSION


def is_needed() -> bool:
    """Whether the index cannot be right: another analysis made it, or it is empty and the database is not.

    An engine that does not answer is somebody else's worry: no start may fail for it.
    """
    try:
        if is_outdated():
            return True
        if next(iter(get_backend().digests()), None) is not None:
            return False
    except EngineUnavailable:
        return False
    return any(next(source.pks(), None) is not None for source in all_sources())


def _documents(source: Source, progress: Progress, what: str = "read") -> Iterator[SearchDoc]:
    pks, done = source.pks(), 0
    while batch := list(islice(pks, BATCH)):
        yield from source.documents(batch)
        done += len(batch)
        progress(f"{what} {source.group}", done)
