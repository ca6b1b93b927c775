"""Where the columns of a bar chart stand; the tag that draws them is in ``ui``."""

from decimal import Decimal
from typing import Any


def drawing(css: str, width: int, pairs: list[tuple[Any, Decimal]], top: Decimal) -> dict[str, Any]:
    """One canvas: all columns for wide screens, the last six for a phone."""
    slot = (width - 40) / max(1, len(pairs))
    drawn = [
        _column(i, label, value, top, slot, i == len(pairs) - 1) for i, (label, value) in enumerate(pairs)
    ]
    return {"css": css, "width": width, "end": width - 4, "bars": drawn}


def round_up(value: Decimal) -> Decimal:
    """The next 1, 2, 4, 6 or 10 times a power of ten: the top line of a chart."""
    if value <= 0:
        return Decimal(1)
    power = Decimal(10) ** (value.adjusted())
    return next(power * step for step in (1, 2, 4, 6, 8, 10) if power * step >= value)


def _column(i: int, label: Any, value: Decimal, top: Decimal, slot: float, newest: bool) -> dict[str, Any]:
    """Where one column stands on the 680 × 240 canvas."""
    height = float(value / top) * 180
    width = min(44.0, slot * 0.56)
    middle = 36 + slot * (i + 0.5)
    figures = {
        "x": middle - width / 2,
        "y": 210 - height,
        "height": height,
        "width": width,
        "middle": middle,
        "over": 204 - height,
    }
    written = {name: f"{number:.1f}" for name, number in figures.items()}
    return {**written, "label": label, "value": value, "newest": newest}
