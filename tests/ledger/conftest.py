"""Fixtures of the ledger's tests."""

from collections.abc import Iterator

import pytest

from marketplace.ledger import deliveries, rules


@pytest.fixture(autouse=True)
def _only_our_consumers() -> Iterator[None]:
    """No room's consumers take part; what a test registers is gone after it."""
    consumers, public = dict(deliveries._consumers), dict(rules._public)
    deliveries._consumers.clear()
    yield
    deliveries._consumers.clear()
    deliveries._consumers.update(consumers)
    rules._public.clear()
    rules._public.update(public)
