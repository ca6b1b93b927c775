"""The one adapter from Wagtail's log to the ledger."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from cms.models import NoticeDraft
from cms.rules import actor_of
from marketplace.kernel.actor import Actor
from marketplace.ledger.actions import append

_DRAFT_EVENTS = {
    "wagtail.create": "cms.draft_created",
    "wagtail.edit": "cms.draft_edited",
    "wagtail.revert": "cms.draft_edited",
    "wagtail.delete": "cms.draft_deleted",
    "wagtail.workflow.start": "cms.draft_submitted",
    "wagtail.workflow.resume": "cms.draft_submitted",
    "wagtail.workflow.approve": "cms.draft_approved",
    "wagtail.workflow.reject": "cms.draft_returned",
    "wagtail.workflow.cancel": "cms.draft_taken_back",
}


_covered: ContextVar[bool] = ContextVar("covered_by_the_action", default=False)


@contextmanager
def covered() -> Iterator[None]:
    """Log entries written inside get no event of their own: the action around them appends its one."""
    token = _covered.set(True)
    try:
        yield
    finally:
        _covered.reset(token)


def journal(*, entry: Any) -> None:
    """Write one ledger event for a log entry of Wagtail, in its transaction.

    Titles of drafts stay out: drafts of one branch are nobody else's business. Raises
    ``RuntimeError`` outside a transaction, so that no editorial act goes unseen.
    Basis: 全程留痕; ISO times in UTC.
    """
    if _covered.get():
        return
    model = entry.content_type.model_class() if entry.content_type else None
    data = {"action": entry.action, "revision": entry.revision_id}
    kind = "cms.page_changed"
    if model is NoticeDraft:
        kind = _DRAFT_EVENTS.get(entry.action, "cms.draft_noted")
    elif model is not None:
        data["model"] = model._meta.label
    append(
        kind,
        by=_actor(entry),
        at=entry.timestamp,
        subject=_Subject.of(entry, model),
        data=data,
    )


class _Subject:
    """What the ledger asks of a subject; the row itself may be gone when it is logged."""

    def __init__(self, meta: Any, pk: Any) -> None:
        self._meta = meta
        self.pk = pk

    @classmethod
    def of(cls, entry: Any, model: Any) -> Any:
        if model is None:
            return None
        return cls(model._meta, getattr(entry, "page_id", None) or getattr(entry, "object_id", ""))


def _actor(entry: Any) -> Actor:
    if entry.user is None:
        return Actor.system("editor")
    actor = actor_of(entry.user)
    if actor.kind != "visitor":
        return actor
    return Actor(kind="person", name=entry.user.get_username(), user_id=entry.user.pk)
