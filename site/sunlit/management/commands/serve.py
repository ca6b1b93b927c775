"""``sunlit serve``."""

import os
from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand

from sunlit.serving import serve


class Command(BaseCommand):
    """Serves the site from one process, and builds it first where there is nothing yet."""

    help = "Serve the website; a first start builds database and demo."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.HOST)
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument("--no-demo", action="store_true", help="start with an empty site (also DEMO=0)")

    def handle(self, *, host: str, port: int, no_demo: bool, **options: object) -> None:
        wanted = os.environ.get("DEMO", "") != "0" and not no_demo and not settings.SUNLIT_PRODUCTION
        serve(host, port, demo=wanted)
