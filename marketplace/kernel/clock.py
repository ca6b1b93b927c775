"""The one clock of the platform.

Every decision about time calls :func:`now` after the lock is held. Demo and tests
script it; ledger events also keep :func:`recorded_now`, which nobody can script.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")


class ScriptedClock:
    """A clock that stands still until it is moved; it never moves backwards."""

    def __init__(self, at: datetime) -> None:
        self.at = at.astimezone(UTC)

    def move_to(self, at: datetime) -> None:
        """Set the time; raises ``ValueError`` for an earlier one."""
        if at < self.at:
            raise ValueError(f"the clock never moves backwards: {self.at} to {at}")
        self.at = at.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Move forward by a duration."""
        self.move_to(self.at + by)


_scripted: ContextVar[ScriptedClock | None] = ContextVar("scripted_clock", default=None)


def now() -> datetime:
    """The platform's time, aware, in UTC."""
    clock = _scripted.get()
    return clock.at if clock else datetime.now(UTC)


def recorded_now() -> datetime:
    """The machine's time, aware, in UTC, whatever script runs."""
    return datetime.now(UTC)


def today() -> date:
    """The Beijing day of :func:`now`."""
    return now().astimezone(BEIJING).date()


def day_start(day: date) -> datetime:
    """Midnight in Beijing at the start of ``day``, in UTC."""
    return datetime.combine(day, time.min, BEIJING).astimezone(UTC)


def day_end(day: date) -> datetime:
    """The exclusive end of ``day``: the next midnight in Beijing, in UTC."""
    return day_start(day + timedelta(days=1))


@contextmanager
def script(at: datetime) -> Iterator[ScriptedClock]:
    """Run the block under a clock that stands at ``at`` and is moved by hand."""
    clock = ScriptedClock(at)
    token = _scripted.set(clock)
    try:
        yield clock
    finally:
        _scripted.reset(token)
