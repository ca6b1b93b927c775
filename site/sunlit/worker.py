"""The jobs that run beside requests: sequencer, deliveries, mail, scheduled release.

``sunlit serve`` runs them in a thread, a cluster in any number of ``sunlit worker`` processes.
Each job holds its own database lease while it runs, so that it runs once at a time wherever;
all of them may be killed at any moment and are simply run again.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import close_old_connections, connections
from django.utils.module_loading import import_string

from marketplace.ledger.leases import LeaseLost, LeaseTaken, hold

log = logging.getLogger("sunlit.worker")
LONGEST_PAUSE = 60.0


@dataclass(slots=True)
class Job:
    """One thing to do again and again; ``path`` names a function without arguments that returns a count.

    ``leased`` jobs are guarded here; the others take rows or leases of their own.
    """

    name: str
    path: str
    every: float
    leased: bool = True
    due: float = 0.0
    failures: int = 0

    def run(self) -> None:
        """Do it once; a failure is logged and makes the next try later."""
        try:
            count = self._guarded()
        except (LeaseTaken, LeaseLost):
            count = 0
        except Exception:
            self.failures += 1
            log.exception("job failed", extra={"job": self.name})
            self.due = time.monotonic() + min(self.every * 2**self.failures, LONGEST_PAUSE)
            return
        self.failures = 0
        self.due = time.monotonic() + self.every
        if count:
            log.debug("job done", extra={"job": self.name, "count": count})

    def _guarded(self) -> int | None:
        act: Callable[[], int | None] = import_string(self.path)
        if not self.leased:
            return act()
        with hold(f"job.{self.name}", 60):
            return act()


def jobs() -> list[Job]:
    """Every job of the platform with its pace in seconds."""
    return [
        Job("sequencer", "marketplace.ledger.tasks.sequence", 0.5, leased=False),
        Job("deliveries", "marketplace.ledger.tasks.deliver", 0.5, leased=False),
        Job("heartbeat", "marketplace.ledger.tasks.heartbeat", 10),
        Job("mail", "marketplace.inbox.tasks.send_due_mails", 5, leased=False),
        Job("release", "cms.tasks.release_due", 5),
        Job("purge", "marketplace.ledger.tasks.purge", 3600),
        Job("forget", "marketplace.disclosure.tasks.forget_askers", 3600),
        Job("logins", "marketplace.registry.tasks.forget_logins", 3600),
    ]


def work(stop: threading.Event, todo: list[Job] | None = None) -> None:
    """Run the jobs when they are due, until ``stop`` is set."""
    todo = jobs() if todo is None else todo
    while not stop.is_set():
        now = time.monotonic()
        for job in todo:
            if job.due <= now and not stop.is_set():
                close_old_connections()
                job.run()
        stop.wait(max(0.05, min(job.due for job in todo) - time.monotonic()))
    connections.close_all()


def start_thread() -> tuple[threading.Thread, threading.Event]:
    """Work in a thread of this process; set the event and join the thread to end it."""
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(stop,), name="sunlit-worker", daemon=True)
    thread.start()
    return thread, stop
