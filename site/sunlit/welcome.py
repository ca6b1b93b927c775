"""What the terminal says once the site is up: where, as whom, and what to look at first."""

from django.core.exceptions import ObjectDoesNotExist

from marketplace.kernel import clock
from marketplace.kernel.actor import Actor


def welcome(address: str) -> str:
    """The address, and either the demo's accounts or the one-time code of an empty site."""
    from marketplace.registry.queries import needs_setup

    if needs_setup():
        return _empty_site(address)
    lines = ["", f"  阳光交易 is ready:  {address}", ""]
    lines += _accounts(address)
    return "\n".join([*lines, "  Ctrl-C stops it; your data stay.", ""])


def _empty_site(address: str) -> str:
    from marketplace.registry.actions import issue_setup_code

    code = issue_setup_code(by=Actor.command("serve"), at=clock.now())
    return "\n".join(
        [
            "",
            f"  The site is empty. Open  {address}setup/  and type this one-time code:",
            "",
            f"      {code}",
            "",
            "  It leads through the region, the first branch and the three administrators.",
            "  Each start prints a new code until that is done. Ctrl-C stops the server.",
            "",
        ]
    )


def _accounts(address: str) -> list[str]:
    try:
        from sunlit.demo.accounts import ACCOUNTS, PASSWORD
        from sunlit.demo.build import is_demo
    except ImportError:
        return []
    try:
        if not is_demo():
            return []
    except ObjectDoesNotExist:
        return []
    lines = [f"  Demo accounts (password of all: {PASSWORD}), log in at {address}accounts/login/", ""]
    return lines + [f"      {account.username:<14}{account.label}" for account in ACCOUNTS] + [""]
