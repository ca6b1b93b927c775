"""The one shape in which anything enters an index, whatever it is in the database."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from search import text

GROUPS = ("notice", "policy", "party")
"""What the one box finds: announcements, policy documents, trade parties."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What filters, facets and orders look at; everything here is public.

    ``region`` is the path of codes from the province down; ``amount`` is in 元; ``superseded`` says that a
    later correction replaced this text. Whatever is withdrawn or not yet public has no facts at all.
    """

    group: str
    pk: int
    published_at: datetime
    kind: str = ""
    trade: str = ""
    region: tuple[str, ...] = ()
    amount: Decimal | None = None
    deadline_at: datetime | None = None
    superseded: bool = False

    @property
    def id(self) -> str:
        """The document's id in every index."""
        return f"{self.group}:{self.pk}"

    @property
    def second(self) -> int:
        """The published second since 1970."""
        return int(self.published_at.timestamp())

    @property
    def cents(self) -> int | None:
        """The amount in 分, for engines that hold whole numbers."""
        return None if self.amount is None else int(self.amount * 100)

    @property
    def order(self) -> int:
        """Newest first is this number descending: published second, then id."""
        return (self.second << 22) | (self.pk & 0x3FFFFF)


@dataclass(frozen=True, slots=True)
class SearchDoc:
    """One document: its facts, its text, and the words that only its fields hold.

    ``words`` are code, buyer, agency, winner and the like; they are searched with the body, each as a
    segment of its own, unless title or body already say the same.
    """

    facts: Facts
    title: str
    body: str
    words: tuple[str, ...] = ()

    @property
    def title_tokens(self) -> str:
        """What the title's field indexes."""
        return text.index_tokens([self.title])

    @property
    def body_tokens(self) -> str:
        """What the body's field indexes: the body and each word that the text does not hold."""
        said = f" {text.normalise(self.title)}  {text.normalise(self.body)} "
        extra = [word for word in self.words if text.normalise(word) and text.normalise(word) not in said]
        return text.index_tokens([self.body, *extra])

    @property
    def digest(self) -> str:
        """Equal exactly when nothing that an index holds has changed."""
        return hashlib.sha256(json.dumps(asdict(self), default=str, sort_keys=True).encode()).hexdigest()[:32]


def as_plain(facts: Facts) -> dict[str, Any]:
    """The facts as the whole numbers and strings that engines store."""
    return {
        "kind": facts.kind,
        "trade": facts.trade,
        "region": list(facts.region),
        "published": facts.second,
        "deadline": None if facts.deadline_at is None else int(facts.deadline_at.timestamp()),
        "amount": facts.cents,
        "superseded": facts.superseded,
        "seq": facts.order,
    }
