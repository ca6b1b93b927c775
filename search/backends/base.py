"""What an engine promises. Both engines give the same sets for the same question."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from search.cursor import Cursor
from search.query import SearchQuery
from search.schema import SearchDoc


class EngineUnavailable(Exception):
    """The engine cannot answer now; the page says so and offers the plain list."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One found document and the values by which the list is sorted (for the cursor)."""

    pk: int
    values: tuple[float | int, ...]


@dataclass(slots=True)
class Counts:
    """How many documents each choice would give, every other filter applied and its own left out.

    ``regions`` holds every level. ``newest_only`` is set when so many documents hold the words that the
    choices were counted over the newest of them; ``total`` is exact always.
    """

    total: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    trades: dict[str, int] = field(default_factory=dict)
    regions: dict[str, int] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    bands: list[int] = field(default_factory=list)
    newest_only: int | None = None


class Backend(Protocol):
    """An engine. Writes go to the serving generation and, while one is built, to that one as well."""

    name: str

    def search(
        self, query: SearchQuery, now: datetime, *, size: int, after: Cursor | None, skip: int
    ) -> list[Hit]:
        """At most ``size`` hits in the question's order, after a cursor or after ``skip`` hits."""

    def counts(self, query: SearchQuery, now: datetime) -> Counts:
        """The exact total and what each filter choice would give."""

    def total(self, query: SearchQuery, now: datetime) -> int:
        """The exact number of documents alone."""

    def refresh(self, group: str, pks: list[int], read: "Reader") -> None:
        """Make the index say what ``read`` says about these documents (absent ones are removed)."""

    def begin(self) -> str:
        """Start an empty generation beside the serving one; returns its name."""

    def load(self, generation: str, docs: Iterable[SearchDoc]) -> int:
        """Add documents to a generation in bulk; never replaces a newer one. Returns how many it took."""

    def digests(self, generation: str | None = None) -> Iterator[tuple[str, str]]:
        """``(document id, digest)`` of everything in a generation (the serving one by default)."""

    def swap(self, generation: str) -> None:
        """Serve this generation from now on; the one before is kept, older ones are dropped."""

    def abandon(self, generation: str) -> None:
        """Give up a generation that is being built."""

    def analyzer(self) -> int | None:
        """The analyzer version of the serving generation; ``None`` when there is none yet."""


class Reader(Protocol):
    """Reads the public documents of these ids from the database, now."""

    def __call__(self, pks: list[int]) -> list[SearchDoc]: ...
