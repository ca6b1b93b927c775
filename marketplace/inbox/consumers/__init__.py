"""The inbox as a consumer of ledger events."""

from marketplace.inbox.consumers import registry
from marketplace.inbox.consumers.routes import NAME, Notification, Route, handle, route

__all__ = ["NAME", "Notification", "Route", "connect", "handle", "route"]


def connect() -> None:
    """Register the routes for the rooms below; rooms above register their own."""
    for kind, compose in registry.ROUTES.items():
        route(kind, compose)
