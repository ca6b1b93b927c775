"""The worked examples of dom 4.2 (F3, F4)."""

from decimal import Decimal

import pytest

from marketplace.kernel.formulas import LowPriceRates, low_price_triggers, price_scores

RATES = LowPriceRates(Decimal(50), Decimal(50), Decimal(45))


def yuan(*numbers: float | str) -> list[Decimal]:
    """Prices."""
    return [Decimal(str(number)) for number in numbers]


def test_f3_price_scores() -> None:
    assert price_scores(yuan(100, 110, 125), Decimal(30)) == yuan("30.00", "27.27", "24.00")


@pytest.mark.parametrize("prices", [[], yuan(0, 1), yuan(-1)])
def test_f3_asks_for_prices(prices: list[Decimal]) -> None:
    with pytest.raises(ValueError, match="positive"):
        price_scores(prices, Decimal(30))


def test_f4_the_worked_vector() -> None:
    """Mean 81.25, half 40.63: not by mean; second lowest 88 gives 44; 45 % of 120 is 54."""
    prices = yuan(100, 95, 42, 88)
    assert low_price_triggers(prices, 2, ceiling=Decimal(120), rates=RATES) == ["second", "ceiling"]
    assert all(low_price_triggers(prices, i, ceiling=Decimal(120), rates=RATES) == [] for i in (0, 1, 3))


def test_f4_equality_does_not_trigger() -> None:
    assert low_price_triggers(yuan(50, 100), 0, ceiling=None, rates=RATES) == []
    assert low_price_triggers(yuan("49.99", 100), 0, ceiling=None, rates=RATES) == ["second"]
    assert low_price_triggers(yuan(54, 60), 0, ceiling=Decimal(120), rates=RATES) == []


def test_f4_a_tender_may_raise_a_rate() -> None:
    raised = LowPriceRates(Decimal(65), Decimal(50), Decimal(45))
    assert low_price_triggers(yuan(100, 95, 50, 88), 2, ceiling=None, rates=raised) == ["mean"]


def test_f4_a_single_bid_has_no_second() -> None:
    assert low_price_triggers(yuan(40), 0, ceiling=Decimal(100), rates=RATES) == ["ceiling"]
