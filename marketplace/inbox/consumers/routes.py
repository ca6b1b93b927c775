"""Which events of the ledger become messages, and to whom.

A room tells the inbox what to say about its events by registering a :class:`Route` in its
``AppConfig.ready`` (rooms above), or through the events' own data (rooms beside: ``branch``,
``parties`` and ``url``), because rooms of one storey do not import each other.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import override

from marketplace.inbox.actions import send
from marketplace.kernel.actor import Actor
from marketplace.ledger import deliveries
from marketplace.ledger.models import Event
from marketplace.registry.models import User

NAME = "inbox"


@dataclass(frozen=True, slots=True)
class Notification:
    """What a message says and who gets it."""

    users: Iterable[User]
    title: str
    body: str = ""
    url: str = ""
    mail: bool = True


Route = Callable[[Event], Notification | None]
_routes: dict[str, Route] = {}


def route(kind: str, compose: Route) -> None:
    """Tell people of every event of ``kind``; ``compose`` may return nothing for one event."""
    _routes[kind] = compose
    deliveries.register(NAME, handle, _routes)


def handle(event: Event) -> None:
    """Send the messages of one event; a second delivery sends nothing again."""
    compose = _routes.get(event.kind)
    with override(settings.LANGUAGE_CODE):
        told = compose(event) if compose else None
    if told is None:
        return
    acting = event.actor.get("user_id")
    send(
        users=[user for user in told.users if user.pk != acting],
        title=told.title,
        body=told.body,
        url=told.url,
        mail=told.mail,
        key=f"event:{event.uid}",
        by=Actor.system(NAME),
        at=event.at,
    )
