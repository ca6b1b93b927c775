"""``sunlit setup-code``."""

from django.core.management.base import BaseCommand, CommandError

from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import Refused
from marketplace.registry.actions import issue_setup_code


class Command(BaseCommand):
    """Prints a new one-time code for the first-run page of an empty site."""

    help = "Print the one-time code for /setup/."

    def handle(self, **options: object) -> None:
        try:
            self.stdout.write(issue_setup_code(by=Actor.command("setup-code"), at=clock.now()))
        except Refused as refused:
            raise CommandError(refused.message) from refused
