"""Steps that several actions share; each runs inside its action's transaction."""

from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from wagtail.models import Page

from cms.actions._journal import covered
from cms.models import NoticeDraft
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import NotAllowed


def editor_of(by: Actor) -> Any:
    """The account of ``by`` with the actor hung on it, as Wagtail's calls want it."""
    user: Any = get_user_model().objects.filter(pk=by.user_id or 0).first()
    if user is None:
        raise NotAllowed(_("请先登录。"))
    user.actor = by
    return user


def locked(draft: NoticeDraft) -> NoticeDraft:
    """The draft's row as it is now, locked until the transaction ends."""
    return NoticeDraft.objects.select_for_update().get(pk=draft.pk)


def place(page: Page, parent: Page) -> None:
    """Put a new page live below another, with its first revision. No event."""
    page.first_published_at = page.last_published_at = clock.now()
    with covered():
        parent.add_child(instance=page)
        page.live_revision = page.save_revision(log_action=False)
    page.has_unpublished_changes = False
    page.save(update_fields=["live_revision", "has_unpublished_changes"])
