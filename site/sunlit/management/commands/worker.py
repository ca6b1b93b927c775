"""``sunlit worker``."""

import signal
import threading

from django.conf import settings
from django.core.management.base import BaseCommand

from sunlit.production import refuse_unfit_database
from sunlit.worker import work


class Command(BaseCommand):
    """Runs the jobs of a cluster until it is told to stop; any number of workers may run."""

    help = "Run sequencer, deliveries, mail and scheduled release."

    def handle(self, **options: object) -> None:
        if settings.SUNLIT_PRODUCTION:
            refuse_unfit_database()
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        self.stdout.write("The worker runs; Ctrl-C stops it.")
        work(stop)
        self.stdout.write("Stopped.")
