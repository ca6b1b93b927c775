"""What the terminal says once the site is up: where, as whom, and what to look at first."""

from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.ledger import keys
from marketplace.registry.actions import issue_setup_code
from marketplace.registry.queries import needs_setup
from marketplace.registry.states import Role

FIRST = (
    ("", "the home page; search for a word of any announcement"),
    ("notices/", "the list: filters on the left, every state is in the address"),
    ("desk/", "a desk of its own for each role (log in as author, then as reviewer, and publish)"),
    ("editor/", "where authors write and reviewers check"),
    ("ledger/", "the signed log, which anybody can check offline"),
)


def welcome(address: str) -> str:
    """The address, and either the demo's accounts or the one-time code of an empty site."""
    if needs_setup():
        return _empty_site(address)
    lines = ["", f"  Sunlit 阳光交易 is ready:  {address}", ""]
    if keys.is_demo():
        lines += _accounts(address)
        lines += ["  What to click first:", ""]
        lines += [f"      {address + path:<38}{what}" for path, what in FIRST]
        lines.append("")
    return "\n".join([*lines, "  Ctrl-C stops it; your data stay.", ""])


def _empty_site(address: str) -> str:
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
    from sunlit.demo.people import PASSWORD
    from sunlit.demo.places import ROLE_PEOPLE

    lines = [f"  Demo accounts, all with the password {PASSWORD}  ({address}accounts/login/)", ""]
    lines += [f"      {username:<16}{Role(role).label}" for username, _name, role in ROLE_PEOPLE]
    return [*lines, ""]
