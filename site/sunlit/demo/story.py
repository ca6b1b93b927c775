"""When each notice of the demo appears: every chain laid out in days, to the length of its age."""

import random
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from marketplace.kernel.clock import BEIJING
from marketplace.registry.queries.rules import calendar as workday_calendar

from .chains import CHAINS, Chain

# Days from a call to its deadline, by method; all at or above the legal minimum.
PERIOD = {"公开招标": 23, "邀请招标": 23, "竞争性磋商": 18, "竞争性谈判": 10, "询价": 10}
LISTING_PERIOD = 26


@dataclass(slots=True)
class Step:
    """One thing that happens in a chain: a notice of ``kind``, a question, a withdrawal."""

    at: datetime
    chain: int
    kind: str
    deadline: datetime | None = None
    previous_deadline: datetime | None = None
    order: int = field(default=0)


def workday(day: datetime, hour: int, minute: int) -> datetime:
    """The same day or the next working day after it, at a Beijing time of day."""
    first = day.astimezone(BEIJING).date()
    date = workday_calendar(first, first + timedelta(days=14)).off_holiday(first, 1)
    return datetime.combine(date, time(hour, minute), BEIJING)


class Calendar:
    """Lays out one chain; days count from its first notice."""

    def __init__(self, number: int, chain: Chain, today: datetime, rng: random.Random) -> None:
        self.number, self.chain, self.rng = number, chain, rng
        self.start = today - timedelta(days=chain.age)
        self.steps: list[Step] = []

    def add(
        self, kind: str, day: float, deadline: datetime | None = None, previous: datetime | None = None
    ) -> datetime:
        """Put one step on a day; returns its time."""
        at = workday(self.start + timedelta(days=day), self.rng.randint(8, 16), self.rng.randint(0, 59))
        self.steps.append(Step(at, self.number, kind, deadline, previous, len(self.steps)))
        return at

    def deadline(self, day: float) -> datetime:
        """A deadline at half past nine of a working day."""
        return workday(self.start + timedelta(days=day), 9, 30)

    def after(self, moment: datetime, days: float) -> float:
        """The day number of a moment plus some days."""
        return (moment - self.start) / timedelta(days=1) + days

    def call(self, kind: str, day: float, period: int) -> datetime:
        """A call with what follows it: correction, clarification, question. Returns the final deadline."""
        deadline = self.deadline(day + period)
        at = self.add(kind, day, deadline)
        extras = self.chain.extras
        if "question" in extras:
            self.add("question", self.after(at, 2))
        if "correction" in extras:
            moved = self.deadline(day + period + 10)
            self.add("correction", self.after(at, 2 if period < 15 else 4), moved, deadline)
            deadline = moved
        if "clarification" in extras:
            self.add("clarification", self.after(at, 6), deadline)
        return deadline


def _opening_days(calendar: Calendar, first: str) -> float:
    """Plan or intention thirty days ahead where the chain is old enough; else the call itself opens it."""
    if calendar.chain.age < 33 or calendar.chain.method != "公开招标":
        return 0
    calendar.add(first, 0)
    return 32


def goods(calendar: Calendar) -> None:
    """Government procurement: intention, call, result, contract, acceptance."""
    if "intended" in calendar.chain.extras:
        calendar.add("intention", 0)
        return
    day = _opening_days(calendar, "intention")
    deadline = calendar.call("tender", day, PERIOD[calendar.chain.method])
    if "failed" in calendar.chain.extras:
        calendar.add("termination", calendar.after(deadline, 2))
        return
    result = calendar.add("result", calendar.after(deadline, 4))
    contract = calendar.add("contract", calendar.after(result, 10))
    if "withdrawn" in calendar.chain.extras:
        calendar.add("withdrawn", calendar.after(contract, 9))
    calendar.add("performance", calendar.after(contract, 40))


def works(calendar: Calendar) -> None:
    """Works: plan, call, opening, candidates, result, contract."""
    day = _opening_days(calendar, "plan")
    if "prequalification" in calendar.chain.extras:
        calendar.add("prequalification", day, calendar.deadline(day + 20))
        calendar.add("qualification", day + 24)
        day += 27
    kind = "invitation" if "invitation" in calendar.chain.extras else "tender"
    deadline = calendar.call(kind, day, PERIOD[calendar.chain.method])
    if "failed" in calendar.chain.extras:
        calendar.add("termination", calendar.after(deadline, 2))
        return
    calendar.add("opening_record", calendar.after(deadline, 0.3))
    candidates = calendar.add("candidates", calendar.after(deadline, 3))
    result = calendar.add("result", calendar.after(candidates, 12))
    contract = calendar.add("contract", calendar.after(result, 14))
    calendar.add("performance", calendar.after(contract, 90))


def listed(calendar: Calendar) -> None:
    """Land, mining, property and rights: listed, then sold."""
    deadline = calendar.call("listing", 0, LISTING_PERIOD)
    calendar.add("result", calendar.after(deadline, 3))


def steps(today: datetime, seed: int = 20261124) -> list[Step]:
    """Every step of every chain that lies before ``today``, in order of time."""
    rng = random.Random(seed)  # noqa: S311 - the same demo every time
    found: list[Step] = []
    for number, chain in enumerate(CHAINS):
        calendar = Calendar(number, chain, today, rng)
        {"gov_procurement": goods, "works": works}.get(chain.trade, listed)(calendar)
        found += [step for step in calendar.steps if step.at < today]
    return sorted(found, key=lambda step: (step.at, step.chain, step.order))
