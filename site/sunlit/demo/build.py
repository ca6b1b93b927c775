"""Builds the demo by calling the actions under a scripted clock; nothing is loaded as rows."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from sunlit.progress import Progress

from .chains import CIRCULARS
from .drafts import build_drafts
from .notices import Company, publish_circular
from .pages import build_pages, import_policies
from .people import build_cast
from .story import steps, workday

BATCH = 25


def build_demo(progress: Progress) -> dict[str, int]:
    """Fill an empty installation that was set up; returns how many of each thing there are.

    ``progress`` is called with what is being made, and where it can be counted how many of how many are done.
    The year ends today, so that some announcements are open now. Takes about 20 seconds.
    """
    today = clock.recorded_now()
    story = steps(today)
    by = Actor.command("demo")
    with clock.script(today - timedelta(days=460)) as hands:
        progress("[demo] branches, parties and people ...")
        with transaction.atomic():
            cast = build_cast(by=by, at=hands.at)
            build_pages(cast, by=by, at=hands.at)
        company = Company(cast)
        acts = [(step.at, lambda step=step: company.play(step)) for step in story]
        acts += [
            (at, lambda number=number, at=at: publish_circular(cast, number, at))
            for number, at in _circulars(today)
        ]
        acts.sort(key=lambda act: act[0])
        _perform(acts, hands, progress)
        progress("[demo] policies and drafts ...")
        hands.move_to(today)
        import_policies()
        with transaction.atomic():
            build_drafts(cast, at=today)
    return {
        "notices": sum(1 for step in story if step.kind not in ("question", "withdrawn")) + len(CIRCULARS)
    }


def _circulars(today: datetime) -> list[tuple[int, datetime]]:
    days = ((number, workday(today - timedelta(days=row.age), 10, 5)) for number, row in enumerate(CIRCULARS))
    return [(number, at) for number, at in days if at < today]


def _perform(
    acts: list[tuple[datetime, Callable[[], object]]], hands: clock.ScriptedClock, progress: Progress
) -> None:
    """Every act at its own time; one transaction for a batch, because a demo may be built again."""
    for start in range(0, len(acts), BATCH):
        with transaction.atomic():
            for at, act in acts[start : start + BATCH]:
                hands.move_to(at)
                act()
        progress("announcements", min(start + BATCH, len(acts)), len(acts))
