"""Deadlines as a calendar file (RFC 5545)."""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from marketplace.disclosure.models import Notice

_LIMIT = 75


def calendar_of(notice: Notice, url: str) -> str:
    """One event for the deadline and one for the opening, with a reminder a day before; CRLF, folded."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Sunlit//Notices//ZH", "METHOD:PUBLISH"]
    for key, label, at in (
        ("deadline", _("截止"), notice.deadline_at),
        ("opening", _("开标"), notice.opening_at),
    ):
        if at is not None:
            lines += list(_event(notice, url, key, label, at))
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _event(notice: Notice, url: str, key: str, label: str, at: datetime) -> Iterator[str]:
    host = url.split("/")[2]
    yield "BEGIN:VEVENT"
    yield f"UID:{notice.public_id}-{key}@{host}"
    yield f"DTSTAMP:{_utc(notice.published_at)}"
    yield f"DTSTART:{_utc(at)}"
    yield f"DTEND:{_utc(at)}"
    yield f"SEQUENCE:{notice.version}"
    yield f"SUMMARY:{_escaped(f'{label}：{notice.title}')}"
    yield f"DESCRIPTION:{_escaped(url)}"
    yield f"URL:{url}"
    yield "STATUS:CANCELLED" if notice.is_superseded else "STATUS:CONFIRMED"
    yield from (
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_escaped(label)}",
        "TRIGGER:-P1D",
        "END:VALARM",
    )
    yield "END:VEVENT"


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Lines of at most 75 octets; a continuation begins with a space and never splits a character."""
    piece, used = "", 0
    for char in line:
        size = len(char.encode())
        if used + size > _LIMIT:
            yield piece
            piece, used = " ", 1
        piece += char
        used += size
    yield piece
