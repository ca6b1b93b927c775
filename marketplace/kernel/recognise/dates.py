"""Days and moments as official texts write them; all in Beijing time."""

import re
from datetime import UTC, date, datetime, time

from marketplace.kernel import clock
from marketplace.kernel.recognise.text import fold

_HAN = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "Ｏ": 0, "O": 0}
_DAY = re.compile(
    r"(?<!\d)(\d{4})\s*(?:年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日?|([-/.])(\d{1,2})\4(\d{1,2})(?!\d))"
)
_HAN_DAY = re.compile(
    r"([零〇○O一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_CLOCK = re.compile(
    r"^[\sT,日]*(上午|下午|晚上|晚)?\s*(\d{1,2})\s*(?:[:时点]\s*(\d{1,2})?\s*(?:[:分]\s*(\d{1,2})?)?)"
)


def _han_number(text: str) -> int:
    """十一 → 11, 二十三 → 23, 六 → 6."""
    tens, mark, ones = text.partition("十")
    if not mark:
        return _HAN[text]
    return (_HAN[tens] if tens else 1) * 10 + (_HAN[ones] if ones else 0)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if 1949 <= year <= 2100 else None
    except ValueError:
        return None


def _matches(text: str) -> list[tuple[int, date]]:
    """Every day in the text with the position after it."""
    found = []
    for hit in _DAY.finditer(text):
        month, day = (hit[2], hit[3]) if hit[2] else (hit[5], hit[6])
        found.append((hit.end(), _day(int(hit[1]), int(month), int(day))))
    for hit in _HAN_DAY.finditer(text):
        year = int("".join(str(_HAN[c]) for c in hit[1]))
        found.append((hit.end(), _day(year, _han_number(hit[2]), _han_number(hit[3]))))
    return sorted((end, day) for end, day in found if day)


def first_day(text: str) -> date | None:
    """The first day that the text names: 2023年10月10日, 2020-6-15, 二〇一六年二月六日."""
    found = _matches(fold(text))
    return found[0][1] if found else None


def last_day(text: str) -> date | None:
    """The last day that the text names."""
    found = _matches(fold(text))
    return found[-1][1] if found else None


def moments(text: str, *, end_of_day: bool = False) -> list[datetime]:
    """Every moment of the text, aware and in UTC, in reading order.

    A day without a time is its start, or with ``end_of_day`` its exclusive end. 24时00分
    is the end of its day. Times that cannot be are left out.
    """
    text = fold(text)
    found = [_moment(day, text[end:], end_of_day=end_of_day) for end, day in _matches(text)]
    return [moment for moment in found if moment]


def _moment(day: date, rest: str, *, end_of_day: bool) -> datetime | None:
    hit = _CLOCK.match(rest)
    if hit is None:
        return clock.day_end(day) if end_of_day else clock.day_start(day)
    hour, minute, second = int(hit[2]), int(hit[3] or 0), int(hit[4] or 0)
    if hit[1] and hit[1] != "上午" and hour < 12:
        hour += 12
    if (hour, minute, second) == (24, 0, 0):
        return clock.day_end(day)
    try:
        return datetime.combine(day, time(hour, minute, second), clock.BEIJING).astimezone(UTC)
    except ValueError:
        return None
