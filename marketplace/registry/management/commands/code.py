"""``code USERNAME``: a one-time code from the server's own terminal."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import Refused
from marketplace.registry.actions import issue_code, issue_setup_code
from marketplace.registry.queries import needs_setup, user_by_any_name


class Command(BaseCommand):
    """For an empty site the first-run code; else an activation or reset code for one account."""

    help = "Print a one-time code: for the first-run page, or to activate or reset an account."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The account, when the site is set up."""
        parser.add_argument("username", nargs="?", help="user name, mobile number or e-mail of the account")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the code and where to type it."""
        by, moment = Actor.command("code"), clock.now()
        try:
            if not options["username"]:
                if not needs_setup():
                    raise CommandError(
                        "The site is set up. Give the user name of the account that needs a code."
                    )
                self.stdout.write(
                    f"{issue_setup_code(by=by, at=moment)}\nType it at /setup/ within 24 hours."
                )
                return
            user = user_by_any_name(options["username"])
            if user is None:
                raise CommandError("There is no such account.")
            page = "reset" if user.activated_at else "activate"
            self.stdout.write(f"{issue_code(user, by=by, at=moment)}\nType it at /accounts/{page}/ .")
        except Refused as refused:
            raise CommandError(refused.message) from refused
