"""What Wagtail's editor shows and hides."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks, signals
from wagtail.admin.search import SearchArea
from wagtail.models import TaskState, WorkflowState
from wagtail.snippets.models import register_snippet

from cms.views.drafts import NoticeDraftViewSet

register_snippet(NoticeDraftViewSet)

# Who hears of what is told by our own inbox; these mails would go out inside the transaction.
for _signal, _sender, _uid in (
    (signals.task_submitted, TaskState, "group_approval_task_submitted_email_notification"),
    (signals.workflow_submitted, WorkflowState, "workflow_state_submitted_email_notification"),
    (signals.workflow_rejected, WorkflowState, "workflow_state_rejected_email_notification"),
    (signals.workflow_approved, WorkflowState, "workflow_state_approved_email_notification"),
):
    _signal.disconnect(sender=_sender, dispatch_uid=_uid)

_HIDDEN_MENUS = frozenset({"snippets", "reports", "settings", "help"})


@hooks.register("construct_main_menu")
def hide_closed_areas(request: HttpRequest, items: list[Any]) -> None:
    """Take away what the gate would refuse anyway."""
    items[:] = [item for item in items if item.name not in _HIDDEN_MENUS]


@hooks.register("register_admin_search_area")
def search_notices_first() -> SearchArea:
    """The side bar's box looks for notices, with our own search."""
    url = reverse("wagtailsnippets_cms_noticedraft:list")
    return SearchArea(_("公告"), url, name="notices", icon_name="doc-full-inverse", order=1)


@hooks.register("construct_homepage_summary_items", order=1000)
def hide_site_wide_counts(request: HttpRequest, items: list[Any]) -> None:
    """Counts of all pages and files say nothing about one's own work."""
    items.clear()
