"""Jobs of the registry."""

from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.registry.actions import sessions


def forget_logins() -> int:
    """Delete login data whose time is over; returns how many rows went."""
    return sessions.forget_logins(by=Actor.system("forget_logins"), at=clock.now())
