"""Every pair of colours that the styles put on each other, computed (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).resolve().parents[2] / "frontend" / "static" / "css" / "sunlit.css").read_text(
    encoding="utf-8"
)
TEXT, SHAPE = 4.5, 3.0
PAIRS = [
    ("ink", "bg", TEXT),
    ("ink", "paper", TEXT),
    ("mut", "bg", TEXT),
    ("mut", "paper", TEXT),
    *[("mut", f"{tone}-t", TEXT) for tone in ("pri", "zhu", "ok", "warn")],
    *[
        (tone, ground, TEXT)
        for tone in ("pri", "zhu", "ok", "warn")
        for ground in ("bg", "paper", f"{tone}-t")
    ],
    *[("ink", f"{tone}-t", TEXT) for tone in ("pri", "zhu", "ok", "warn")],
    ("on-pri", "pri", TEXT),
    ("on-zhu", "zhu", TEXT),
    ("on-mark", "mark", TEXT),
    ("on-off", "off", TEXT),
    ("bar-mut", "bar", TEXT),
    ("live", "bar", TEXT),
    ("edge", "bg", SHAPE),
    ("edge", "paper", SHAPE),
    ("focus", "bg", SHAPE),
    ("focus", "paper", SHAPE),
]
BLOCKS = {
    "light": [r":root\{"],
    "dark": [r":root\{", r":root\[data-theme=dark\]\{"],
    "dark by the system": [r":root\{", r":root:not\(\[data-theme\]\)\{"],
    "high contrast": [r":root\{", r":root\[data-contrast\]\{"],
    "high contrast, dark": [
        r":root\{",
        r":root\[data-theme=dark\]\{",
        r":root\[data-contrast\]\{",
        r":root\[data-contrast\]\[data-theme=dark\]\{",
    ],
}


def tokens(theme: str) -> dict[str, str]:
    """The colours in force under one theme: later blocks win, as in the cascade."""
    values: dict[str, str] = {}
    for start in BLOCKS[theme]:
        block = re.search(start + r"([^}]*)\}", CSS)
        assert block, f"the styles have no block {start}"
        values |= dict(re.findall(r"--([\w-]+):(#[0-9a-f]{3,6})\b", block[1]))
    return values


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", BLOCKS)
@pytest.mark.parametrize(("fore", "ground", "needed"), PAIRS)
def test_pair_is_readable(theme: str, fore: str, ground: str, needed: float) -> None:
    colours = tokens(theme)
    ratio = contrast(colours[fore], colours[ground])
    assert ratio >= needed, f"{fore} on {ground} in {theme}: {ratio:.2f}"


def test_the_measure_itself() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#55606e", "#fff") == pytest.approx(6.39, abs=0.01)


def test_dark_by_choice_and_by_system_are_the_same() -> None:
    assert tokens("dark") == tokens("dark by the system")
