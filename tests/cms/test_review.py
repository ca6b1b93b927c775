"""The review is the only way to the public (10号令; R81: who drafts cannot approve)."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from cms import actions, tasks
from cms.models import NoticeDraft
from cms.states import DraftState
from marketplace.disclosure.models import Notice
from marketplace.kernel import clock
from marketplace.kernel.clock import ScriptedClock
from marketplace.kernel.refusal import NotAllowed, Refused
from marketplace.ledger.models import Event
from marketplace.registry import actions as registry
from marketplace.registry.models import RoleGrant, User
from marketplace.registry.states import Role
from tests.cms.conftest import COMMAND, Town, submitted, written


def events(kind: str) -> int:
    """How many events of a kind the ledger holds."""
    return Event.objects.filter(kind=kind).count()


def test_an_approved_draft_is_public_and_in_the_ledger(editors: Town) -> None:
    """The whole way: written, submitted, approved by another person, public, one event each."""
    draft = submitted(editors)
    assert draft.state == DraftState.IN_REVIEW
    done = actions.approve_draft(draft=draft, by=editors.actor(Role.REVIEWER), at=clock.now())
    assert done.state == DraftState.PUBLISHED
    assert done.notice.title == draft.title
    assert done.live
    for kind in (
        "cms.draft_created",
        "cms.draft_submitted",
        "cms.draft_approved",
        "disclosure.notice_released",
    ):
        assert events(kind) == 1, kind


def test_the_author_never_reviews(editors: Town) -> None:
    """Not even with a reviewer's grant in the other hand."""
    draft = submitted(editors)
    author = User.objects.get(pk=draft.author_id)
    both = editors.give(author, Role.REVIEWER)
    with pytest.raises(NotAllowed):
        actions.approve_draft(draft=draft, by=both, at=clock.now())
    assert Notice.objects.count() == 0


def test_whoever_stored_a_version_never_reviews(editors: Town) -> None:
    """A second author who changed one word is a writer too."""
    draft = written(editors)
    second = editors.give(editors.person("second"), Role.AUTHOR)
    actions.write_draft(draft=draft, by=second, at=clock.now(), title="改了一个字的采购公告")
    actions.submit_draft(draft=draft, by=editors.actor(Role.AUTHOR), at=clock.now())
    both = editors.give(User.objects.get(pk=second.user_id), Role.REVIEWER)
    with pytest.raises(NotAllowed):
        actions.approve_draft(draft=draft, by=both, at=clock.now())


def test_whoever_only_attached_a_file_is_a_writer_too(editors: Town) -> None:
    """Also after the author stored a version that was opened before the file came."""
    draft = written(editors)
    opened_before = NoticeDraft.objects.get(pk=draft.pk)
    second = editors.give(editors.person("clerk"), Role.AUTHOR)
    file = BytesIO("参数".encode())
    actions.attach(draft=draft, stream=file, name="参数.txt", by=second, at=clock.now())
    author = editors.actor(Role.AUTHOR)
    actions.write_draft(draft=opened_before, by=author, at=clock.now(), title="存了旧版本的采购公告")
    waiting = actions.submit_draft(draft=opened_before, by=author, at=clock.now())
    assert waiting.writers == sorted({author.user_id, second.user_id})
    both = editors.give(User.objects.get(pk=second.user_id), Role.REVIEWER)
    with pytest.raises(NotAllowed):
        actions.approve_draft(draft=waiting, by=both, at=clock.now())


@pytest.mark.parametrize("role", [role for role in Role if role != Role.REVIEWER])
def test_no_other_role_approves(editors: Town, role: Role) -> None:
    """The matrix: one role only; nothing is written."""
    draft = submitted(editors)
    place = {
        Role.SUPERVISOR: "420500",
        Role.BUYER: "临溪市第二中学",
        Role.AGENCY: "某代理",
        Role.SUPPLIER: "某供应商",
    }.get(role, "east")
    actor = editors.give(editors.person(f"one{role}"), role, place)
    before = Event.objects.count()
    with pytest.raises(NotAllowed):
        actions.approve_draft(draft=draft, by=actor, at=clock.now())
    assert Event.objects.count() == before
    assert Notice.objects.count() == 0


def test_a_reviewer_of_another_branch_does_not_approve(editors: Town) -> None:
    """R99: a branch cannot change another's drafts."""
    with pytest.raises(NotAllowed):
        actions.approve_draft(
            draft=submitted(editors), by=editors.actor(Role.REVIEWER, "west"), at=clock.now()
        )


def test_a_superuser_cannot_publish_through_wagtail(editors: Town) -> None:
    """Neither with permission checks, nor without a user, nor by Wagtail's own schedule."""
    draft = written(editors)
    root = User.objects.create_superuser("root", "x")
    revision = draft.latest_revision
    for user in (root, None):
        with pytest.raises(PermissionDenied):
            revision.publish(user=user, skip_permission_checks=True)
    waiting = submitted(editors, project_code="LX-ZC-2026-88002")
    with pytest.raises(PermissionDenied):
        waiting.current_workflow_state.finish(user=root)
    assert Notice.objects.count() == 0
    assert not NoticeDraft.objects.filter(live=True).exists()


def test_the_workflow_does_not_start_without_the_action(editors: Town) -> None:
    """A draft that was not checked never waits for review."""
    draft = written(editors)
    with pytest.raises(PermissionDenied):
        draft.get_workflow().start(draft, User.objects.create_superuser("root", "x"))


def test_the_database_refuses_a_live_draft_without_notice(editors: Town) -> None:
    """Even a bare UPDATE cannot make a draft look public."""
    draft = written(editors)
    with pytest.raises(IntegrityError), transaction.atomic():
        NoticeDraft.objects.filter(pk=draft.pk).update(live=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        NoticeDraft.objects.filter(pk=draft.pk).update(state=DraftState.PUBLISHED)


def test_scheduled_release_is_the_clocks_job(editors: Town, scripted_clock: ScriptedClock) -> None:
    """Approved now, public at its time and not a second before."""
    at = clock.now() + timedelta(hours=2)
    draft = submitted(editors, release_at=at)
    done = actions.approve_draft(draft=draft, by=editors.actor(Role.REVIEWER), at=clock.now())
    assert done.state == DraftState.SCHEDULED
    assert tasks.release_due() == 0
    with pytest.raises(Refused):
        actions.release_draft(draft=done, by=COMMAND, at=clock.now())
    scripted_clock.move_to(at)
    assert tasks.release_due() == 1
    assert tasks.release_due() == 0
    assert Notice.objects.get().published_at == at


def test_a_draft_changed_after_approval_is_not_released(editors: Town, scripted_clock: ScriptedClock) -> None:
    """The approval holds for exactly the text that was read."""
    at = clock.now() + timedelta(hours=2)
    draft = actions.approve_draft(
        draft=submitted(editors, release_at=at), by=editors.actor(Role.REVIEWER), at=clock.now()
    )
    NoticeDraft.objects.filter(pk=draft.pk).update(title="被人绕过界面改掉的标题")
    scripted_clock.move_to(at)
    assert tasks.release_due() == 0
    draft.refresh_from_db()
    assert "改动" in draft.release_error
    assert Notice.objects.count() == 0


def test_a_revoked_reviewer_releases_nothing_later(editors: Town, scripted_clock: ScriptedClock) -> None:
    """The grant is asked again when the time comes; the refusal is kept for the editors."""
    at = clock.now() + timedelta(hours=2)
    reviewer = editors.actor(Role.REVIEWER)
    actions.approve_draft(draft=submitted(editors, release_at=at), by=reviewer, at=clock.now())
    grant = RoleGrant.objects.get(pk=reviewer.grant_id)
    registry.revoke_role(grant, reason="轮岗", by=COMMAND, at=clock.now())
    scripted_clock.move_to(at)
    assert tasks.release_due() == 0
    assert NoticeDraft.objects.get().release_error


def test_returned_with_a_reason_and_submitted_again(editors: Town) -> None:
    """Without a reason it is not returned; then the author can change and submit it again."""
    draft, reviewer = submitted(editors), editors.actor(Role.REVIEWER)
    with pytest.raises(Refused):
        actions.return_draft(draft=draft, by=reviewer, at=clock.now(), comment=" ")
    back = actions.return_draft(draft=draft, by=reviewer, at=clock.now(), comment="请补充预算说明")
    assert back.state == DraftState.DRAFT
    author = editors.actor(Role.AUTHOR)
    actions.write_draft(
        draft=back, by=author, at=clock.now(), title="临溪市第二中学理化实验设备采购公告（修改）"
    )
    again = actions.submit_draft(draft=back, by=author, at=clock.now())
    assert actions.approve_draft(draft=again, by=reviewer, at=clock.now()).notice is not None


def test_taken_back_before_the_decision(editors: Town) -> None:
    """Its writer takes it back; another author of the branch does not."""
    draft = submitted(editors)
    other = editors.give(editors.person("other"), Role.AUTHOR)
    with pytest.raises(NotAllowed):
        actions.take_back_draft(draft=draft, by=other, at=clock.now())
    back = actions.take_back_draft(draft=draft, by=editors.actor(Role.AUTHOR), at=clock.now())
    assert back.state == DraftState.DRAFT
    assert back.current_workflow_state is None


def test_nothing_is_changed_while_it_is_reviewed(editors: Town) -> None:
    """Neither text nor files; and never after release."""
    draft, author = submitted(editors), editors.actor(Role.AUTHOR)
    with pytest.raises(Refused):
        actions.write_draft(draft=draft, by=author, at=clock.now(), title="另一个标题")
    with pytest.raises(Refused):
        actions.delete_draft(draft=draft, by=author, at=clock.now())
    done = actions.approve_draft(draft=draft, by=editors.actor(Role.REVIEWER), at=clock.now())
    with pytest.raises(Refused):
        actions.write_draft(draft=done, by=author, at=clock.now(), title="另一个标题")
    with pytest.raises(Refused):
        actions.take_back_draft(draft=done, by=author, at=clock.now())


def test_an_incomplete_draft_is_not_submitted(editors: Town) -> None:
    """The author hears at once what the release would refuse."""
    draft = written(editors, responsible_person="", deadline_at=None)
    with pytest.raises(Refused) as refused:
        actions.submit_draft(draft=draft, by=editors.actor(Role.AUTHOR), at=clock.now())
    assert "责任人" in refused.value.message


def test_personal_data_needs_a_written_reason(editors: Town) -> None:
    """个人信息保护法: a mobile number asks for a reason; an identity number is never published."""
    body = [("text", "<p>联系人张先生，手机 13800138000。</p>")]
    draft = written(editors, body=body)
    with pytest.raises(Refused):
        actions.submit_draft(draft=draft, by=editors.actor(Role.AUTHOR), at=clock.now())
    explained = actions.write_draft(
        draft=draft, by=editors.actor(Role.AUTHOR), at=clock.now(), scan_reason="经办人同意公开的工作手机"
    )
    waiting = actions.submit_draft(draft=explained, by=editors.actor(Role.AUTHOR), at=clock.now())
    assert actions.approve_draft(draft=waiting, by=editors.actor(Role.REVIEWER), at=clock.now()).notice


def test_a_correction_is_a_new_linked_notice(editors: Town) -> None:
    """The original stays as it was and says that it was corrected."""
    done = actions.approve_draft(draft=submitted(editors), by=editors.actor(Role.REVIEWER), at=clock.now())
    change = submitted(
        editors,
        kind="correction",
        corrects=done.notice,
        title="临溪市第二中学理化实验设备采购公告（更正公告）",
    )
    later = actions.approve_draft(draft=change, by=editors.actor(Role.REVIEWER), at=clock.now()).notice
    done.notice.refresh_from_db()
    assert later.corrects == done.notice
    assert done.notice.superseded_by == later
    assert done.notice.title == "临溪市第二中学理化实验设备采购公告"
