"""Trade parties as documents: those that were ever admitted, by name, code and capacity."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from marketplace.ledger.models import Event
from marketplace.registry.models import Party
from marketplace.registry.queries import public_parties
from search.schema import Facts, SearchDoc
from search.sources import Row, Source

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def touched(event: Event) -> Iterable[int]:
    """The party of the event."""
    return (int(event.subject_id),) if event.subject_type == "registry.Party" else ()


def _facts(party: Party) -> Facts:
    since = party.admitted_at or party.applied_at or _NEVER
    return Facts(group="party", pk=party.pk, published_at=since, region=tuple(party.region.is_within))


def documents(pks: list[int]) -> list[SearchDoc]:
    """The public ones among these ids as documents; nothing internal of a party enters."""
    found = public_parties().filter(pk__in=pks)
    return [SearchDoc(_facts(party), party.name, "", (party.uscc, *party.role_labels())) for party in found]


def rows(pks: list[int]) -> list[Row]:
    """The public ones among these ids as rows of a list."""
    return [
        Row(
            facts=_facts(party),
            title=party.name,
            body=party.uscc,
            url=party.get_absolute_url(),
            label="、".join(party.role_labels()),
            place=party.region.full_name,
            unit=party.uscc,
            item=party,
        )
        for party in public_parties().filter(pk__in=pks)
    ]


def public_ids() -> Iterator[int]:
    """Every public id."""
    return public_parties().order_by("pk").values_list("pk", flat=True).iterator(chunk_size=2000)


PARTIES = Source("party", ("registry.",), touched, documents, rows, public_ids)
