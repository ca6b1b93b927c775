"""Who may read an event.

An event is public if its kind was declared so by the room that writes it. Everything else
is for the audit administrator; to all others it does not exist.
"""

from collections.abc import Mapping

from django.utils.functional import Promise

from marketplace.kernel.actor import Actor
from marketplace.ledger.models import Event

AUDITOR = "audit_admin"
Words = str | Promise

_public: dict[str, Words] = {}


def declare_public(kinds: Mapping[str, Words]) -> None:
    """Show events of these kinds to everyone, under these words; called in ``AppConfig.ready``.

    The room promises that ``data`` of such an event holds nothing that is not public.
    """
    _public.update(kinds)


def public_kinds() -> dict[str, Words]:
    """The kinds that everyone may read, with their words."""
    return dict(_public)


def may_read(actor: Actor, event: Event) -> bool:
    """Whether the actor may see the event's content and proof."""
    return event.kind in _public or actor.role == AUDITOR
