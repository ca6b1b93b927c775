"""Wagtail's view of the same rules: which draft exists for whom, down to the single row."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from wagtail.permission_policies.base import BasePermissionPolicy

from cms import rules
from cms.models import NoticeDraft
from marketplace.registry.rules import actor_has
from marketplace.registry.states import Role


class DraftPolicy(BasePermissionPolicy):
    """Instance-scoped: drafts of another branch are neither listed, opened nor found.

    Nobody may "publish": releasing is the review's act. The answer hangs on the actor of
    the request, never on groups or on being a superuser.
    """

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Whether some draft could be acted on in this way."""
        actor = rules.actor_of(user)
        if action == "add":
            return rules.may_write(actor)
        if action in ("change", "delete", "lock"):
            return actor_has(actor, Role.AUTHOR)
        return action == "view" and rules.may_enter_editor(actor)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: NoticeDraft) -> bool:
        """Whether this very draft may be acted on in this way."""
        actor = rules.actor_of(user)
        if action == "view":
            return rules.in_scope(actor, instance)
        if action == "change":
            return actor_has(actor, Role.AUTHOR) and rules.in_scope(actor, instance)
        if action in ("delete", "lock"):
            return rules.may_write(actor, instance)
        return False

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> QuerySet[NoticeDraft]:
        """The drafts that exist for this user."""
        return rules.visible_to(rules.actor_of(user))

    def users_with_any_permission(self, actions: Any) -> QuerySet[Any]:
        """Nobody: who is told of what is decided by our own inbox, not by Wagtail's mail."""
        return get_user_model().objects.none()
