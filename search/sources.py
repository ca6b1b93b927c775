"""Where documents come from: rooms below are read here, rooms above register their own.

A source answers for one group. It alone knows what of its rows is public; the index holds nothing else.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from marketplace.ledger.models import Event
from search.backends import get_backend
from search.schema import Facts, SearchDoc

CONSUMER = "search"


@dataclass(frozen=True, slots=True)
class Row:
    """A public row as it stands in the database now, ready to be shown.

    ``item`` is the room's own object for templates that know it; ``code``, ``place`` and ``unit`` are the
    words beside the title; ``label`` names the kind.
    """

    facts: Facts
    title: str
    body: str
    url: str
    label: str = ""
    place: str = ""
    unit: str = ""
    item: Any = None


@dataclass(frozen=True, slots=True)
class Source:
    """How one group is read. All functions see public rows only.

    ``kinds`` are ledger kinds (``"room.what"`` or ``"room."``) that may change a document, ``touched`` says
    which ids an event changes; ``pks`` walks every public id.
    """

    group: str
    kinds: tuple[str, ...]
    touched: Callable[[Event], Iterable[int]]
    documents: Callable[[list[int]], list[SearchDoc]]
    rows: Callable[[list[int]], list[Row]]
    pks: Callable[[], Iterator[int]]


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Add a source, in ``AppConfig.ready``; registering a group again replaces it."""
    from marketplace.ledger import deliveries

    _sources[source.group] = source
    kinds = {kind for known in _sources.values() for kind in known.kinds}
    deliveries.register(CONSUMER, take, kinds)


def all_sources() -> list[Source]:
    """Every registered source."""
    return list(_sources.values())


def source_of(group: str) -> Source | None:
    """The source of a group, if any room registered one."""
    return _sources.get(group)


def take(event: Event) -> None:
    """The ledger's delivery: bring the documents that an event touches up to date. Idempotent."""
    for source in all_sources():
        if any(
            event.kind == kind or (kind.endswith(".") and event.kind.startswith(kind))
            for kind in source.kinds
        ):
            refresh(source.group, source.touched(event))


def refresh(group: str, pks: Iterable[int]) -> None:
    """Make the index say what the database says about these rows now."""
    wanted = sorted(set(pks))
    source = source_of(group)
    if wanted and source is not None:
        get_backend().refresh(group, wanted, source.documents)
