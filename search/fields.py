"""Reading single values of an address: each either understands, or leaves out and names the problem."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from marketplace.kernel.money import MoneyError, parse_yuan

MAX_CHOICES = 40


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was asked and could not be understood; ``field`` is its parameter's name."""

    field: str
    message: str


def one_of(name: str, value: str, allowed: Collection[str], problems: list[Problem]) -> str:
    """``value`` if it is allowed, else empty."""
    if value and value not in allowed:
        problems.append(Problem(name, _("没有这个选项，已忽略。")))
        return ""
    return value


def several(
    name: str, values: Iterable[str], allowed: Collection[str] | re.Pattern[str], problems: list[Problem]
) -> tuple[str, ...]:
    """The allowed ones among the values, each once, in a fixed order."""
    asked = [value for value in values if value]
    good = {value for value in asked if _is_allowed(value, allowed)}
    if len(good) < len(set(asked)):
        problems.append(Problem(name, _("有不认识的选项，已忽略。")))
    if len(good) > MAX_CHOICES:
        problems.append(Problem(name, _("一次最多选 %(limit)d 项。") % {"limit": MAX_CHOICES}))
    return tuple(sorted(good)[:MAX_CHOICES])


def _is_allowed(value: str, allowed: Collection[str] | re.Pattern[str]) -> bool:
    if isinstance(allowed, re.Pattern):
        return allowed.fullmatch(value) is not None
    return value in allowed


def one_date(name: str, value: str, problems: list[Problem]) -> date | None:
    """A day as 2026-11-24 (also with / or . between); nothing else."""
    if not value:
        return None
    found = re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", value, re.ASCII)
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        day = None
    if day is None or not 1950 <= day.year <= 2200:
        problems.append(Problem(name, _("日期请写成 2026-11-24 的样子。")))
        return None
    return day


def one_yuan(name: str, value: str, most: Decimal, problems: list[Problem]) -> Decimal | None:
    """An amount in 元 as people type it: 200000, 20万, 1,000.50."""
    if not value:
        return None
    try:
        amount = parse_yuan(value[:60])
    except MoneyError as error:
        problems.append(Problem(name, str(error)))
        return None
    if not 0 <= amount <= most:
        problems.append(Problem(name, _("金额超出范围。")))
        return None
    return amount


def whole_number(name: str, value: str, allowed: range, default: int, problems: list[Problem]) -> int:
    """A whole number within ``allowed``, else the default."""
    if not value:
        return default
    if not re.fullmatch(r"\d{1,6}", value, re.ASCII) or int(value) not in allowed:
        message = _("请填 %(low)d 到 %(high)d 之间的整数。")
        problems.append(Problem(name, message % {"low": allowed[0], "high": allowed[-1]}))
        return default
    return int(value)
