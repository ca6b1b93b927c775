"""What the worker calls again and again; may run anywhere, at any time, twice at once."""

from marketplace.disclosure import actions
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor


def forget_askers() -> int:
    """Erase the names and contacts of askers two years after the answer: every hour."""
    return actions.forget_askers(by=Actor.system("disclosure.forget_askers"), at=clock.now())
