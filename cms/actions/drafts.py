"""Writing notice drafts: create, change, attach, delete."""

from collections.abc import Callable
from datetime import datetime
from typing import IO, Any, NoReturn

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.actions.create import CreateAction
from wagtail.actions.edit import EditAction

from cms import rules
from cms.actions._rows import editor_of, locked
from cms.models import DraftAttachment, NoticeDraft
from cms.queries import search_key
from cms.queries.content import body_html
from cms.states import DraftState
from marketplace.disclosure.actions import attach_file
from marketplace.disclosure.rules.body import plain
from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import NotAllowed, Refused
from marketplace.ledger.actions import append


@transaction.atomic
def save_draft(
    *, draft: NoticeDraft, store: Callable[[], NoticeDraft], by: Actor, at: datetime
) -> NoticeDraft:
    """Store a version that an author wrote; ``store`` is Wagtail's own create or edit.

    A new draft belongs to the author's branch. Everyone who stored a version is remembered
    as a writer and can never review it (职责分离, R81). Raises ``NotAllowed``, or
    ``Refused`` while the draft is under review or released.
    """
    current = locked(draft) if draft.pk else None
    if not rules.may_write(by, current) or by.user_id is None or by.branch_id is None:
        _refuse_writing(by, current)
    if current is None:
        draft.author_id, draft.branch_id, draft.created_at = by.user_id, by.branch_id, at
    else:
        # Who else wrote or decided since this version was read stays as it is.
        for name in NoticeDraft.KEPT:
            setattr(draft, name, getattr(current, name))
    draft.writers = sorted({*draft.writers, by.user_id})
    draft.release_error = ""
    draft.search_key = search_key(draft, plain(body_html(draft)))
    return store()


def _refuse_writing(by: Actor, draft: NoticeDraft | None) -> NoReturn:
    if draft is not None and rules.in_scope(by, draft) and draft.state != DraftState.DRAFT:
        raise Refused(_("这份公告稿正在审核或已经发布，不能修改。"))
    raise NotAllowed(_("只有本中心的公告编写人可以起草公告。"))


@transaction.atomic
def write_draft(*, draft: NoticeDraft | None = None, by: Actor, at: datetime, **content: Any) -> NoticeDraft:
    """Create or change a draft without a form: ``content`` are fields of ``NoticeDraft``.

    Raises what :func:`save_draft` raises and ``ValidationError`` for bad values.
    """
    written = draft if draft is not None else NoticeDraft()
    for name, value in content.items():
        setattr(written, name, value)
    action = EditAction if written.pk else CreateAction
    user = editor_of(by)

    def store() -> NoticeDraft:
        stored: NoticeDraft = action(written, user=user, clean=False).execute(skip_permission_checks=True)
        return stored

    return save_draft(draft=written, store=store, by=by, at=at)


@transaction.atomic
def delete_draft(*, draft: NoticeDraft, by: Actor, at: datetime) -> None:
    """Delete an unreleased draft with its versions; raises ``NotAllowed`` or ``Refused``."""
    current = locked(draft)
    if not rules.may_write(by, current):
        _refuse_writing(by, current)
    append("cms.draft_deleted", by=by, at=at, subject=current, data={"kind": current.kind})
    current.delete()


@transaction.atomic
def attach(*, draft: NoticeDraft, stream: IO[bytes], name: str, by: Actor, at: datetime) -> DraftAttachment:
    """Add a file to a draft; type, size and content are checked by ``disclosure``.

    Raises ``NotAllowed`` and ``Refused`` (wrong type, too large, same file twice).
    """
    current = locked(draft)
    if not rules.may_write(by, current):
        _refuse_writing(by, current)
    file = attach_file(stream, name=name, branch_id=current.branch_id, by=by, at=at)
    if current.attachments.filter(file__sha256=file.sha256).exists():
        raise Refused(_("这个文件已经在附件里了。"), field="upload")
    _remember_writer(current, by)
    return DraftAttachment.objects.create(draft=current, file=file, added_at=at, added_by=editor_of(by))


@transaction.atomic
def detach(*, attachment: DraftAttachment, by: Actor, at: datetime) -> None:
    """Take a file off a draft; raises ``NotAllowed`` or ``Refused``."""
    current = locked(attachment.draft)
    if not rules.may_write(by, current):
        _refuse_writing(by, current)
    data = {"sha256": attachment.file.sha256}
    append("cms.draft_file_removed", by=by, at=at, subject=current, data=data)
    _remember_writer(current, by)
    attachment.delete()


def _remember_writer(draft: NoticeDraft, by: Actor) -> None:
    draft.writers = sorted({*draft.writers, by.user_id})
    draft.save(update_fields=["writers"])
