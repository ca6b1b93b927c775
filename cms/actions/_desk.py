"""What stands behind Wagtail's review step."""

from typing import Any

from django.core.exceptions import PermissionDenied

from cms import rules
from cms.actions.review import approve_draft, return_draft
from cms.models import NoticeDraft
from cms.states import DraftState
from marketplace.kernel import clock
from marketplace.kernel.refusal import NotAllowed


class Desk:
    """The rules and actions of the review, in the words of ``ReviewTask``; see ``cms.models.ReviewDesk``."""

    def may_open(self, user: Any, draft: NoticeDraft) -> bool:
        """People of its branch."""
        return rules.in_scope(rules.actor_of(user), draft)

    def may_decide(self, user: Any, draft: NoticeDraft) -> bool:
        """A reviewer of its branch who wrote none of it."""
        return rules.may_review(rules.actor_of(user), draft)

    def decide(self, user: Any, draft: NoticeDraft, decision: str, comment: str) -> None:
        """Through the action that asks everything again."""
        act = {"approve": approve_draft, "reject": return_draft}[decision]
        try:
            act(draft=draft, comment=comment, by=rules.actor_of(user), at=clock.now())
        except NotAllowed as refusal:
            raise PermissionDenied(refusal.message) from refusal

    def waiting(self, user: Any) -> list[int]:
        """The ids of what this user may decide."""
        actor = rules.actor_of(user)
        drafts = rules.visible_to(actor).filter(state=DraftState.IN_REVIEW)
        return [draft.pk for draft in drafts if rules.may_review(actor, draft)]
