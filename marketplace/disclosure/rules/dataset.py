"""Structured fields against the dataset of the public standard (《公共资源交易平台系统数据规范》)."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from marketplace.disclosure.models import FieldDisclosure
from marketplace.kernel import clock
from marketplace.kernel.refusal import Refused

Problem = tuple[str, str]
_COMPACT = re.compile(r"\d{14}")
DERIVED = frozenset({"exchange", "url", "body"})
"""Sources whose values are made when data leave, or are the notice's own text: never stored in ``fields``."""


class FieldsRefused(Refused):
    """Structured fields are missing or malformed; ``problems`` lists (key, message) for the form."""

    def __init__(self, problems: list[Problem]) -> None:
        text = "；".join(message for _key, message in problems)
        super().__init__(text, field=problems[0][0])
        self.problems = problems


def moment(value: object) -> datetime | None:
    """A moment from ISO 8601 or ``yyyyMMddHHmmss``; without offset it is Beijing time; else ``None``."""
    if isinstance(value, datetime):
        found = value
    else:
        text = str(value).strip()
        try:
            found = datetime.fromisoformat(f"{text[:8]}T{text[8:]}" if _COMPACT.fullmatch(text) else text)
        except ValueError:
            return None
    return found if found.tzinfo else found.replace(tzinfo=clock.BEIJING)


def day(value: object) -> date | None:
    """A day from ISO 8601 or ``yyyyMMdd``; else ``None``."""
    text = str(value).strip()
    try:
        return date.fromisoformat(text if len(text) == 8 else text[:10])
    except ValueError:
        return None


def number(value: object) -> Decimal | None:
    """A plain decimal number; else ``None``."""
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def is_empty(value: object) -> bool:
    """Nothing was given: absent, blank, or an empty list."""
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def _is_needed(spec: FieldDisclosure, values: Mapping[str, object], kind: str) -> bool:
    if spec.required:
        return True
    key, _equals, wanted = spec.needs.partition("=")
    if not wanted:
        return False
    have = kind if key == "@kind" else str(values.get(key) or "")
    return bool(have) if wanted == "*" else have in wanted.split(",")


def _number_problem(value: object, shape: str) -> str:
    found = number(value)
    if found is None:
        return _("应为数字")
    if found < 0:
        return _("不能为负数")
    whole, _comma, places = shape.lstrip(".").partition(",")
    digits = len(str(int(found)))
    exponent = found.as_tuple().exponent
    scale = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    if digits > int(whole) - int(places or 0) or scale > int(places or 0):
        return _("位数过多")
    return ""


def _text_problem(value: object, shape: str) -> str:
    text = str(value).strip()
    if shape == "..ul":
        return ""
    if shape.startswith(".."):
        limit = int(shape[2:])
        return _("不能超过 %(n)s 个字符") % {"n": limit} if len(text) > limit else ""
    return _("应为 %(n)s 个字符") % {"n": shape} if len(text) != int(shape) else ""


def format_problem(spec: FieldDisclosure, value: object) -> str:
    """What is wrong with a value after the standard's format ("C..200", "N..20,6", a time); empty if nothing."""
    shape = spec.format
    if spec.choices and str(value) not in spec.choice_map:
        return _("请从给出的选项中选择")
    if shape == "yyyyMMddHHmmss":
        return "" if moment(value) else _("应为日期和时间")
    if shape == "yyyyMMdd":
        return "" if day(value) else _("应为日期")
    if shape.startswith("N"):
        return _number_problem(value, shape[1:].lstrip("."))
    return _text_problem(value, shape[1:]) if shape.startswith("C") else ""


def problems_of(
    specs: Iterable[FieldDisclosure],
    values: Mapping[str, object],
    *,
    kind: str,
    nested: Mapping[str, list[FieldDisclosure]],
) -> list[Problem]:
    """Every missing or malformed field, in the order of the standard; ``nested`` by list key."""
    found: list[Problem] = []
    for spec in specs:
        value = values.get(spec.key)
        if spec.source in DERIVED:
            continue
        if is_empty(value):
            if _is_needed(spec, values, kind):
                found.append((spec.key, _("请填写“%(label)s”") % {"label": spec.label}))
        elif spec.format.startswith("list:"):
            found += _list_problems(spec, value, kind=kind, columns=nested.get(spec.key, []))
        elif problem := format_problem(spec, value):
            found.append((spec.key, f"“{spec.label}”{problem}"))
    return found


def _list_problems(
    spec: FieldDisclosure, value: object, *, kind: str, columns: list[FieldDisclosure]
) -> list[Problem]:
    if not isinstance(value, list | tuple) or not all(isinstance(row, Mapping) for row in value):
        return [(spec.key, _("“%(label)s”应为列表") % {"label": spec.label})]
    found: list[Problem] = []
    for place, row in enumerate(value, start=1):
        for _key, message in problems_of(columns, row, kind=kind, nested={}):
            found.append((spec.key, _("第 %(n)s 行：%(what)s") % {"n": place, "what": message}))
    return found


def demand_fields(problems: list[Problem]) -> None:
    """Raise ``FieldsRefused`` if there is any problem."""
    if problems:
        raise FieldsRefused(problems)
