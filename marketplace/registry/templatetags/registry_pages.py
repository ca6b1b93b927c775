"""Words that this room's pages need beside the house's own."""

from django import template

from marketplace.kernel.trade import TradeType
from marketplace.registry.crypto import mask

register = template.Library()


@register.filter
def masked(value: str) -> str:
    """A personal number with its middle hidden."""
    return mask(value or "")


@register.filter
def trade_label(value: str) -> str:
    """The name of a trade type."""
    return str(TradeType(value).label) if value in TradeType.values else value
