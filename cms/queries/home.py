"""What the home page shows."""

from dataclasses import dataclass
from typing import Any

from wagtail.models import Page

from cms.models import HomePage, PolicyPage
from cms.queries.policies import policies
from marketplace.disclosure import queries as disclosure
from marketplace.disclosure.models import Notice
from marketplace.ledger.queries import SignedHead, head

GUIDES = 5


@dataclass(frozen=True, slots=True)
class Home:
    """The parts of the home page; lists are empty where there is nothing."""

    page: HomePage | None
    figures: Any
    open: list[Notice]
    closing: list[Notice]
    newest: list[Notice]
    trade: str
    head: SignedHead | None
    policies: list[PolicyPage]
    guides: list[Page]
    months: list[Any]

    @property
    def is_empty(self) -> bool:
        """Nothing was ever published here."""
        return not self.newest and not self.trade


def home(trade: str = "") -> Home:
    """Read the home page; at most twelve queries."""
    return Home(
        page=HomePage.objects.first(),
        figures=disclosure.home_figures(),
        open=disclosure.open_now(limit=6),
        closing=disclosure.closing_soon(limit=6),
        newest=disclosure.newest(trade, limit=8),
        trade=trade,
        head=head(),
        policies=list(policies().defer("body", "body_text")[:4]),
        guides=_guides(),
        months=disclosure.monthly_totals(12),
    )


def _guides() -> list[Page]:
    """The newest pages below the service guide; one query."""
    return list(
        Page.objects.live().filter(url_path__contains="/services/", depth__gte=4).order_by("path")[:GUIDES]
    )
