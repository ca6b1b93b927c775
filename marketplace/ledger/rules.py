"""Who may read an event.

An event is public if its kind was declared so by the room that writes it. Everything else
is for the audit administrator; to all others it does not exist.
"""

from collections.abc import Callable, Mapping

from django.utils.functional import Promise

from marketplace.kernel.actor import Actor
from marketplace.ledger.models import Event

AUDITOR = "audit_admin"
Words = str | Promise
Hidden = Callable[[Event], bool]

_public: dict[str, tuple[Words, Hidden | None]] = {}


def declare_public(kinds: Mapping[str, Words], *, unless: Hidden | None = None) -> None:
    """Show events of these kinds to everyone, under these words; called in ``AppConfig.ready``.

    The room promises that ``data`` of such an event holds nothing that is not public.
    ``unless`` is asked at each reading: where it says yes (the announcement was withdrawn),
    the event is shown no more; it stays in the log.
    """
    _public.update({kind: (words, unless) for kind, words in kinds.items()})


def public_kinds() -> dict[str, Words]:
    """The kinds that everyone may read, with their words."""
    return {kind: words for kind, (words, _unless) in _public.items()}


def may_read(actor: Actor, event: Event) -> bool:
    """Whether the actor may see the event's content and proof."""
    if actor.role == AUDITOR:
        return True
    if event.kind not in _public:
        return False
    unless = _public[event.kind][1]
    return unless is None or not unless(event)
