"""The demo's trades: what is bought, sold or leased, by whom, and how far each one has come.

A chain is one project; its stages are the notices it leaves, in the order of the law.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Chain:
    """One project of the demo. ``budget`` is in 元; ``age`` is the days from its first notice to today.

    ``unit`` is a place in ``places.UNITS``; ``items`` are name, amount and unit.
    ``extras`` names what happens besides the usual stages: correction, clarification,
    question, withdrawn, failed, prequalification, invitation, intended.
    """

    trade: str
    unit: int
    subject: str
    budget: int
    age: float
    method: str
    extras: tuple[str, ...]
    items: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Circular:
    """One 通知公告 of a city's centre, ``age`` days ago."""

    age: float
    city: str
    title: str
    text: str


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def _items(text: str) -> tuple[tuple[str, str, str], ...]:
    found = (item.split(":") for item in text.split("|"))
    return tuple((name, amount, unit) for name, amount, unit in found)


CHAINS = tuple(
    Chain(
        trade=row["trade"],
        unit=int(row["unit"]),
        subject=row["subject"],
        budget=int(row["budget"]),
        age=float(row["age"]),
        method=row["method"],
        extras=tuple(filter(None, row["extras"].split(","))),
        items=_items(row["items"]),
    )
    for row in _rows("chains.tsv")
)
CIRCULARS = tuple(
    Circular(float(row["age"]), row["city"], row["title"], row["text"]) for row in _rows("circulars.tsv")
)
