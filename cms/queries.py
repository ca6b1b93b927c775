"""Reads of drafts, pages and policies."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from wagtail.models import Workflow

from cms.models import NoticeDraft, PolicyPage
from cms.states import DraftState
from marketplace.kernel import clock
from marketplace.kernel.refusal import Refused


def default_workflow() -> Workflow:
    """The notices' review; raises ``Refused`` where setup has not run."""
    workflow = NoticeDraft.get_default_workflow()
    if workflow is None:
        raise Refused(_("公告审核流程还没有建立，请先完成初始化（sunlit setup）。"))
    return workflow


def drafts_due() -> QuerySet[NoticeDraft]:
    """Approved drafts whose time has come and that were not refused before, oldest first."""
    due = NoticeDraft.objects.filter(state=DraftState.SCHEDULED, release_at__lte=clock.now(), release_error="")
    return due.order_by("release_at", "pk")


def policies() -> QuerySet[PolicyPage]:
    """Public policy documents, newest first."""
    return PolicyPage.objects.live().public().select_related("region").order_by("-published_on", "-pk")


def policies_matching(*, text: str = "", topic: str = "", year: int | None = None, in_force: bool = False) -> Any:
    """Policies by words of title, number or body; by topic, year of publication, validity."""
    found = policies()
    for word in text.split():
        found = found.filter(
            Q(title__icontains=word)
            | Q(document_number__icontains=word)
            | Q(index_number__icontains=word)
            | Q(body_text__icontains=word)
        )
    if topic:
        found = found.filter(topic=topic)
    if year:
        found = found.filter(published_on__year=year)
    if in_force:
        day = clock.today()
        found = found.filter(Q(repealed_on__isnull=True) | Q(repealed_on__gt=day))
        found = found.filter(Q(expires_on__isnull=True) | Q(expires_on__gte=day))
    return found
