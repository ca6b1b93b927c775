"""Formulas of government procurement with their rates handed in, because rates are rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def price_scores(prices: Sequence[Decimal], weight: Decimal) -> list[Decimal]:
    """低价优先法: lowest price / price × weight, rounded to two decimals, in the order given.

    ``weight`` is in points of 100. Neither the highest nor the lowest price is dropped
    (财政部令第87号 第五十五条). Raises ``ValueError`` for no prices or one that is not positive.
    """
    if not prices or min(prices) <= 0:
        raise ValueError("every price must be positive")
    base = min(prices)
    return [(base / price * weight).quantize(CENT, ROUND_HALF_UP) for price in prices]


@dataclass(frozen=True, slots=True)
class LowPriceRates:
    """Rates in percent of the rules F4.mean, F4.second and F4.ceiling, or what the tender raised them to."""

    mean: Decimal
    second: Decimal
    ceiling: Decimal


def low_price_triggers(
    prices: Sequence[Decimal], index: int, *, ceiling: Decimal | None, rates: LowPriceRates
) -> list[str]:
    """Which rules make the committee ask about an abnormally low price: ``mean``, ``second``, ``ceiling``.

    Raw prices in 元 of all conforming bids, before any deduction. Strictly below: equality
    does not trigger. A trigger is no rejection (财库〔2026〕2号). ``ceiling`` is the price
    ceiling, or the budget where there is none.
    """
    price, hundred = prices[index], Decimal(100)
    others = sorted([*prices[:index], *prices[index + 1 :]])
    limits = {"mean": sum(prices, Decimal(0)) / len(prices) * rates.mean / hundred}
    if others and price <= others[0]:
        limits["second"] = others[0] * rates.second / hundred
    if ceiling is not None:
        limits["ceiling"] = ceiling * rates.ceiling / hundred
    return [name for name, limit in limits.items() if price < limit]
