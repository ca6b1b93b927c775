"""What the editors' events mean to people: what waits for review, what was decided."""

from django.utils.translation import gettext as _

from cms.models import ErrorReport, NoticeDraft
from marketplace.inbox.consumers import Notification, route
from marketplace.inbox.queries import holders, users_by_id
from marketplace.ledger.models import Event
from marketplace.registry.states import Role


def connect() -> None:
    """Register the routes; called in ``AppConfig.ready``."""
    route("cms.draft_submitted", _waits)
    route("cms.draft_returned", _returned)
    route("cms.draft_approved", _approved)
    route("cms.draft_release_refused", _refused)
    route("cms.error_reported", _reported)


def _draft(event: Event) -> NoticeDraft | None:
    return NoticeDraft.objects.filter(pk=event.subject_id).first()


def _waits(event: Event) -> Notification | None:
    draft = _draft(event)
    if draft is None:
        return None
    reviewers = holders(Role.REVIEWER, branch_id=draft.branch_id).exclude(pk__in=draft.writers)
    title = _("公告待审核：%(title)s") % {"title": draft.title}
    return Notification(users=reviewers, title=title, url=f"/editor/notices/review/{draft.pk}/")


def _returned(event: Event) -> Notification | None:
    draft = _draft(event)
    if draft is None:
        return None
    title = _("公告被退回：%(title)s") % {"title": draft.title}
    return Notification(
        users=users_by_id([draft.author_id]),
        title=title,
        body=draft.return_reason,
        url=f"/editor/notices/edit/{draft.pk}/",
    )


def _approved(event: Event) -> Notification | None:
    draft = _draft(event)
    if draft is None:
        return None
    title = _("公告已通过审核：%(title)s") % {"title": draft.title}
    url = f"/editor/notices/review/{draft.pk}/"
    return Notification(users=users_by_id([draft.author_id]), title=title, url=url, mail=False)


def _refused(event: Event) -> Notification | None:
    draft = _draft(event)
    if draft is None:
        return None
    reviewer = draft.approval.get("by", {}).get("user_id")
    return Notification(
        users=users_by_id([draft.author_id, reviewer]),
        title=_("定时发布没有成功：%(title)s") % {"title": draft.title},
        body=draft.release_error,
        url=f"/editor/notices/review/{draft.pk}/",
    )


def _reported(event: Event) -> Notification | None:
    report = ErrorReport.objects.filter(pk=event.subject_id).first()
    if report is None:
        return None
    title = _("读者报告网站有错：%(page)s") % {"page": report.page_path[:100]}
    return Notification(
        users=holders(Role.OPERATOR), title=title, url=f"/desk/reports/{report.pk}/", mail=False
    )
