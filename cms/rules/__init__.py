"""Who may write, review and release; predicates over ``Actor``. Superusers get nothing here."""

from typing import Any

from django.db.models import QuerySet

from cms.models import NoticeDraft
from cms.states import DraftState
from marketplace.kernel.actor import Actor
from marketplace.registry.rules import actor_has
from marketplace.registry.states import Role

EDITOR_ROLES = (Role.AUTHOR, Role.REVIEWER)
GROUP_OF_ROLE: dict[str, str] = {Role.AUTHOR: "公告编写", Role.REVIEWER: "公告审核"}


def may_enter_editor(actor: Actor) -> bool:
    """Whether the chosen role writes or reviews; nobody else sees the editor."""
    return actor_has(actor, *EDITOR_ROLES)


def visible_to(actor: Actor) -> QuerySet[NoticeDraft]:
    """The drafts that exist for this actor: those of the own branch and trade; else none."""
    if not may_enter_editor(actor) or actor.branch_id is None:
        return NoticeDraft.objects.none()
    drafts = NoticeDraft.objects.filter(branch_id=actor.branch_id)
    return drafts.filter(trade_type=actor.trade_type) if actor.trade_type else drafts


def in_scope(actor: Actor, draft: NoticeDraft) -> bool:
    """The same rule for one draft that is already at hand."""
    return (
        may_enter_editor(actor)
        and actor.branch_id is not None
        and draft.branch_id == actor.branch_id
        and (not actor.trade_type or actor.trade_type == draft.trade_type)
    )


def wrote(actor: Actor, draft: NoticeDraft) -> bool:
    """Whether the actor's person or account wrote any version of the draft."""
    return actor.user_id == draft.author_id or actor.user_id in draft.writers


def may_write(actor: Actor, draft: NoticeDraft | None = None) -> bool:
    """Authors write in their own branch, and only while it is a draft."""
    if not actor_has(actor, Role.AUTHOR) or actor.branch_id is None:
        return False
    return draft is None or (in_scope(actor, draft) and draft.state == DraftState.DRAFT)


def may_review(actor: Actor, draft: NoticeDraft) -> bool:
    """A reviewer of the branch who wrote none of it (职责分离, R81)."""
    return (
        actor_has(actor, Role.REVIEWER)
        and in_scope(actor, draft)
        and draft.state == DraftState.IN_REVIEW
        and not wrote(actor, draft)
    )


def may_take_back(actor: Actor, draft: NoticeDraft) -> bool:
    """Its writers before the decision; a reviewer of the branch also before its time."""
    if not in_scope(actor, draft):
        return False
    if draft.state == DraftState.IN_REVIEW:
        return wrote(actor, draft)
    return draft.state == DraftState.SCHEDULED and (wrote(actor, draft) or actor_has(actor, Role.REVIEWER))


def actor_of(user: Any) -> Actor:
    """The actor that the editor's gate hung on the user of this request; else a visitor."""
    return getattr(user, "actor", None) or Actor.visitor()
