"""The way from a draft to the public: submit, approve, return, take back, release."""

import dataclasses
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import WorkflowState

from cms import rules
from cms.actions._rows import editor_of, locked
from cms.models import NoticeDraft
from cms.queries import check_draft, default_workflow
from cms.queries.content import content_of, fingerprint
from cms.states import DRAFT_MOVES, DraftState
from marketplace.disclosure.actions import release_correction, release_notice
from marketplace.disclosure.models import Notice
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import NotAllowed, Refused
from marketplace.ledger.actions import append
from marketplace.registry.rules import is_platform_itself


@transaction.atomic
def submit_draft(*, draft: NoticeDraft, by: Actor, at: datetime) -> NoticeDraft:
    """Hand a draft to the reviewers of its branch.

    Raises ``NotAllowed``; ``Refused`` (with the field) for what would be refused at release:
    missing fields of the dataset, no duty person, personal data without a written reason.
    """
    current = locked(draft)
    if not rules.may_write(by, current):
        raise NotAllowed(_("只有本中心的公告编写人可以提交这份公告稿。"))
    check_draft(current)
    current.state = DRAFT_MOVES.after(current.state, "submit")
    current.submitted_at, current.return_reason = at, ""
    current.save(update_fields=["state", "submitted_at", "return_reason"])
    _start_workflow(current, by)
    return current


def _start_workflow(draft: NoticeDraft, by: Actor) -> None:
    user, running = editor_of(by), draft.current_workflow_state
    if running is not None and running.status == WorkflowState.STATUS_NEEDS_CHANGES:
        running.resume(user)
    else:
        default_workflow().start(draft, user)


@transaction.atomic
def approve_draft(*, draft: NoticeDraft, comment: str = "", by: Actor, at: datetime) -> NoticeDraft:
    """Approve; release at once, or at ``release_at`` if that is still to come.

    The reviewer wrote no version of it and holds a reviewer's grant of its branch; being a
    superuser changes nothing (招标投标领域公平竞争审查与内部控制, R81). The approval holds for exactly
    the text that was read: a fingerprint is kept and compared at release.
    Raises ``NotAllowed`` and what ``disclosure.actions.release_notice`` refuses.
    """
    current = locked(draft)
    _demand_reviewer(current, by)
    current.state = DRAFT_MOVES.after(current.state, "approve")
    current.approved_at = at
    current.approval = {"by": dataclasses.asdict(by), "fingerprint": fingerprint(current), "comment": comment}
    current.save(update_fields=["state", "approved_at", "approval"])
    _finish_task(current, by, "approve", comment)
    if current.release_at is None or current.release_at <= clock.now():
        return release_draft(draft=current, by=by, at=at)
    return current


def _demand_reviewer(draft: NoticeDraft, by: Actor) -> None:
    if rules.may_review(by, draft):
        return
    if rules.in_scope(by, draft) and rules.wrote(by, draft):
        raise NotAllowed(_("您参与编写了这份公告稿，不能审核。请由另一位审核人审核。"))
    if rules.in_scope(by, draft) and draft.state != DraftState.IN_REVIEW:
        raise Refused(_("这份公告稿现在不在审核中。"))
    raise NotAllowed(_("只有本中心的公告审核人可以审核这份公告稿。"))


def _finish_task(draft: NoticeDraft, by: Actor, decision: str, comment: str) -> None:
    running = draft.current_workflow_task_state
    if running is None:
        raise Refused(_("这份公告稿现在不在审核中。"))
    # The specific class is not needed, and its task would call these actions again.
    getattr(running, decision)(user=editor_of(by), comment=comment)


@transaction.atomic
def return_draft(*, draft: NoticeDraft, comment: str, by: Actor, at: datetime) -> NoticeDraft:
    """Send a draft back to its author with a written reason.

    Raises ``NotAllowed``, and ``Refused`` without a reason.
    """
    current = locked(draft)
    _demand_reviewer(current, by)
    if not comment.strip():
        raise Refused(_("退回时请写明原因。"), field="comment")
    current.state = DRAFT_MOVES.after(current.state, "return")
    current.return_reason = comment.strip()[:1000]
    current.save(update_fields=["state", "return_reason"])
    _finish_task(current, by, "reject", comment)
    return current


@transaction.atomic
def take_back_draft(*, draft: NoticeDraft, by: Actor, at: datetime) -> NoticeDraft:
    """Take a draft out of review, or off the schedule before its time.

    Raises ``NotAllowed``, and ``Refused`` once it is released.
    """
    current = locked(draft)
    if not rules.may_take_back(by, current):
        if current.state == DraftState.PUBLISHED:
            raise Refused(_("公告已经发布，不能收回。需要改正时请发布更正公告。"))
        raise NotAllowed(_("您不能收回这份公告稿。"))
    was_reviewed = current.state == DraftState.IN_REVIEW
    current.state = DRAFT_MOVES.after(current.state, "take_back")
    current.approved_at, current.approval, current.release_error = None, {}, ""
    current.save(update_fields=["state", "approved_at", "approval", "release_error"])
    _end_workflow(current, by, at, was_reviewed)
    return current


def _end_workflow(draft: NoticeDraft, by: Actor, at: datetime, was_reviewed: bool) -> None:
    if was_reviewed and draft.current_workflow_state is not None:
        draft.current_workflow_state.cancel(user=editor_of(by))
        return
    append("cms.draft_taken_back", by=by, at=at, subject=draft, data={"from": DraftState.SCHEDULED.value})


@transaction.atomic
def release_draft(*, draft: NoticeDraft, by: Actor, at: datetime) -> NoticeDraft:
    """Make an approved draft public through ``disclosure``, on the approving reviewer's behalf.

    ``by`` is that reviewer in the approval itself, or the platform's clock
    (``cms.tasks.release_due``); the notice is released by the reviewer in both cases.
    Raises ``NotAllowed`` for anybody else; ``Refused`` when it is not approved, not yet due,
    changed since, or when disclosure refuses.
    """
    current = locked(draft)
    if not is_platform_itself(by) and by.user_id != current.approval.get("by", {}).get("user_id"):
        raise NotAllowed(_("公告由通过它的审核人或平台时钟发布。"))
    if current.state != DraftState.SCHEDULED:
        raise Refused(_("这份公告稿没有通过审核，不能发布。"))
    if current.release_at is not None and current.release_at > clock.now():
        raise Refused(_("还没有到定时发布的时间。"))
    if current.approval.get("fingerprint") != fingerprint(current):
        raise Refused(_("公告稿在审核通过后被改动，请收回后重新提交审核。"))
    notice = _release(current, by=Actor(**current.approval["by"]), at=at)
    current.state = DRAFT_MOVES.after(current.state, "release")
    current.notice, current.released_at, current.live = notice, clock.now(), True
    current.has_unpublished_changes, current.release_error = False, ""
    current.save()
    return current


def _release(draft: NoticeDraft, **act: Any) -> Notice:
    if draft.corrects is not None:
        return release_correction(draft.corrects, content_of(draft), **act)
    return release_notice(content_of(draft), **act)


@transaction.atomic
def refuse_release(*, draft: NoticeDraft, reason: str, by: Actor, at: datetime) -> NoticeDraft:
    """Keep why the clock could not release a draft; it is tried again only after it was taken back.

    The platform itself only; raises ``NotAllowed``.
    """
    if not is_platform_itself(by):
        raise NotAllowed("only the clock says so")
    current = locked(draft)
    if current.state == DraftState.SCHEDULED and not current.release_error:
        current.release_error = reason
        current.save(update_fields=["release_error"])
        append("cms.draft_release_refused", by=by, at=at, subject=current, data={})
    return current
