"""What the editors' and readers' events mean to people: their messages in the inbox."""

from django.urls import reverse
from django.utils.translation import gettext as _

from cms.models import ErrorReport, NoticeDraft
from marketplace.disclosure.models import Question
from marketplace.disclosure.states import PartyPart
from marketplace.inbox.consumers import Notification, Route, route
from marketplace.inbox.queries import holders, users_by_id
from marketplace.ledger.models import Event
from marketplace.registry.states import Role


def connect() -> None:
    """Register what this room and the announcements below it tell people."""
    for kind, compose in ROUTES.items():
        route(kind, compose)


def _draft(event: Event) -> NoticeDraft | None:
    """The draft of an event; it may be deleted by now."""
    return NoticeDraft.objects.filter(pk=event.subject_id).first()


def _url(draft: NoticeDraft, name: str) -> str:
    return reverse(draft.snippet_viewset.get_url_name(name), args=[draft.pk])


def _draft_submitted(event: Event) -> Notification | None:
    draft = _draft(event)
    if draft is None or draft.branch_id is None:
        return None
    reviewers = holders(Role.REVIEWER, branch_id=draft.branch_id).exclude(pk__in=draft.writers)
    return Notification(
        reviewers, _("公告稿待审核：%(title)s") % {"title": draft.title}, url=_url(draft, "review")
    )


def _draft_decided(event: Event) -> Notification | None:
    draft = _draft(event)
    if draft is None:
        return None
    said = (
        _("公告稿已通过审核：%(title)s") if event.kind.endswith("approved") else _("公告稿被退回：%(title)s")
    )
    return Notification(
        users_by_id([draft.author_id]),
        said % {"title": draft.title},
        body=draft.return_reason,
        url=_url(draft, "edit"),
    )


def _release_refused(event: Event) -> Notification | None:
    """The clock could not release an approved draft: its author and its reviewer have to act."""
    draft = _draft(event)
    if draft is None:
        return None
    reviewer = draft.approval.get("by", {}).get("user_id")
    return Notification(
        users_by_id([draft.author_id, reviewer]),
        _("定时发布没有成功：%(title)s") % {"title": draft.title},
        body=draft.release_error,
        url=_url(draft, "review"),
    )


def _question_asked(event: Event) -> Notification | None:
    question = Question.objects.select_related("notice").filter(pk=event.subject_id).first()
    if question is None:
        return None
    notice = question.notice
    unit = notice.parties.filter(role__in=(PartyPart.BUYER, PartyPart.AGENCY), party__isnull=False)
    parties = list(unit.values_list("party_id", flat=True))
    users = list(holders(Role.BUYER, Role.AGENCY, party_ids=parties)) if parties else []
    users += list(holders(Role.OPERATOR, branch_id=notice.branch_id)) if notice.branch_id else []
    return Notification(
        users,
        _("有人对公告提问：%(title)s") % {"title": notice.title},
        url=f"/desk/questions/{question.public_id}/",
    )


def _error_reported(event: Event) -> Notification | None:
    report = ErrorReport.objects.filter(pk=event.subject_id).first()
    if report is None:
        return None
    return Notification(
        holders(Role.OPERATOR),
        _("有人指出页面错误：%(path)s") % {"path": report.page_path},
        url=f"/desk/reports/{report.pk}/",
        mail=False,
    )


ROUTES: dict[str, Route] = {
    "cms.draft_submitted": _draft_submitted,
    "cms.draft_approved": _draft_decided,
    "cms.draft_returned": _draft_decided,
    "cms.draft_release_refused": _release_refused,
    "cms.error_reported": _error_reported,
    "disclosure.question_asked": _question_asked,
}
