"""Where notices are written and reviewed before ``disclosure`` releases them."""

from typing import Any, ClassVar, Protocol

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.actions.publish_revision import PublishPermissionError
from wagtail.fields import StreamField
from wagtail.locks import BaseLock
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    Revision,
    RevisionMixin,
    Task,
    WorkflowMixin,
    WorkflowState,
)

from cms.models.blocks import notice_body_blocks
from cms.states import DraftState
from marketplace.disclosure.states import AmountKind, NoticeKind, kind_label
from marketplace.kernel.trade import TradeType


class HandedOverLock(BaseLock):
    """An approved or released draft: read-only for everyone."""

    def for_user(self, user: Any) -> bool:
        """Locked for everyone."""
        return True

    def get_message(self, user: Any) -> Any:
        """Why, and what to do instead."""
        if self.object.state == DraftState.SCHEDULED:
            return _("已通过审核，等待定时发布。需要修改请先收回。")
        return _("公告已经发布，不能修改。需要改正时请发布更正公告。")


class NoticeDraft(
    WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, PreviewableMixin, models.Model
):
    """A notice while people still write and review it (公告稿).

    Promise: it becomes public only through :func:`cms.actions.approve_draft`, by a reviewer
    who wrote none of it; Wagtail's own publishing does nothing here (internal control,
    separation of duties). ``live`` can be true only once ``notice`` is set: the database
    refuses anything else. Amounts are in 元.
    Retention: kept as long as the notice it became; unpublished drafts until deleted.
    """

    KEPT: ClassVar[tuple[str, ...]] = (
        *(
            "state",
            "author_id",
            "writers",
            "branch_id",
            "created_at",
            "submitted_at",
            "approved_at",
            "approval",
        ),
        *("released_at", "release_error", "return_reason", "notice_id"),
    )
    """What belongs to the draft as a whole and never comes back out of an older version."""

    kind = models.CharField(_("公告类型"), max_length=24, choices=NoticeKind.choices)
    trade_type = models.CharField(_("业务类型"), max_length=24, choices=TradeType.choices)
    title = models.CharField(_("标题"), max_length=600)
    body = StreamField(notice_body_blocks(), verbose_name=_("正文"), blank=True)
    fields = models.JSONField(_("结构化信息"), default=dict, blank=True)
    project_code = models.CharField(_("项目编号"), max_length=300, blank=True)
    project_name = models.CharField(_("项目名称"), max_length=600, blank=True)
    lot_code = models.CharField(_("标段（包）编号"), max_length=80, blank=True)
    lot_name = models.CharField(_("标段（包）名称"), max_length=600, blank=True)
    region = models.ForeignKey(
        "registry.Region", verbose_name=_("行政区域"), on_delete=models.PROTECT, related_name="+"
    )
    branch = models.ForeignKey(
        "registry.Branch", verbose_name=_("交易中心（分平台）"), on_delete=models.PROTECT, related_name="+"
    )
    buyer_name = models.CharField(_("采购人（招标人）"), max_length=1000, blank=True)
    agency_name = models.CharField(_("代理机构"), max_length=1000, blank=True)
    winner_name = models.CharField(_("中标（成交）人"), max_length=2000, blank=True)
    amount = models.DecimalField(_("金额（元）"), max_digits=20, decimal_places=2, null=True, blank=True)
    amount_kind = models.CharField(_("金额性质"), max_length=12, choices=AmountKind.choices, blank=True)
    deadline_at = models.DateTimeField(_("截止时间"), null=True, blank=True)
    opening_at = models.DateTimeField(_("开标（开启）时间"), null=True, blank=True)
    corrects = models.ForeignKey(
        "disclosure.Notice",
        verbose_name=_("更正的公告"),
        on_delete=models.PROTECT,
        related_name="correction_drafts",
        null=True,
        blank=True,
    )
    responsible_person = models.CharField(_("公告发布责任人"), max_length=60, blank=True)
    verifier = models.CharField(_("交易平台验证责任人"), max_length=60, blank=True)
    scan_reason = models.TextField(_("对扫描提示的书面说明"), max_length=500, blank=True)
    deadline_reason = models.TextField(_("对期限不足的书面说明"), max_length=500, blank=True)
    release_at = models.DateTimeField(_("定时发布时间"), null=True, blank=True)

    state = models.CharField(
        _("状态"), max_length=12, choices=DraftState.choices, default=DraftState.DRAFT, editable=False
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notice_drafts", editable=False
    )
    writers = models.JSONField(default=list, editable=False)
    search_key = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    approved_at = models.DateTimeField(null=True, editable=False)
    approval = models.JSONField(default=dict, editable=False)
    released_at = models.DateTimeField(null=True, editable=False)
    release_error = models.TextField(blank=True, editable=False)
    return_reason = models.CharField(max_length=1000, blank=True, editable=False)
    notice = models.OneToOneField(
        "disclosure.Notice", on_delete=models.PROTECT, related_name="draft", null=True, editable=False
    )

    workflow_states = GenericRelation(
        WorkflowState,
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="notice_draft",
        for_concrete_model=False,
    )
    revisions = GenericRelation(
        Revision,
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="notice_draft",
        for_concrete_model=False,
    )

    class Meta:
        verbose_name = _("公告稿")
        verbose_name_plural = _("公告稿")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["branch", "-created_at"], name="draft_branch_newest"),
            models.Index(fields=["state", "release_at"], name="draft_release_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(live=False) | Q(notice__isnull=False), name="draft_live_is_released"
            ),
            models.CheckConstraint(
                condition=(Q(state="published") & Q(notice__isnull=False) & Q(released_at__isnull=False))
                | (~Q(state="published") & Q(notice__isnull=True) & Q(released_at__isnull=True)),
                name="draft_published_has_notice",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(submitted_at__isnull=False), name="draft_submitted_has_time"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "in_review"], approved_at__isnull=True)
                | Q(state__in=["scheduled", "published"], approved_at__isnull=False),
                name="draft_approved_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self._meta.verbose_name)

    def publish(self, revision: Any, user: Any = None, **kwargs: Any) -> None:
        """Do nothing for what the review released; refuse everything else.

        Wagtail calls this at the end of a workflow, from its publish button, from its own
        scheduler and from its API; none of these may make a notice public.
        """
        current = type(self).objects.only("state").get(pk=self.pk)
        if current.state not in (DraftState.SCHEDULED, DraftState.PUBLISHED):
            raise PublishPermissionError("a notice is published by its review only")

    def unpublish(self, **kwargs: Any) -> None:
        """Refuse: a released notice is withdrawn by ``disclosure``, never hidden here."""
        raise PublishPermissionError("a released notice is withdrawn, not unpublished")

    @property
    def kind_label(self) -> str:
        """The word for its kind as its trade uses it."""
        return kind_label(self.kind, self.trade_type) if self.kind else ""

    def with_content_json(self, content: Any) -> "NoticeDraft":
        """A version's text with the draft's own standing: who wrote, what was decided."""
        version = super().with_content_json(content)
        for name in self.KEPT:
            setattr(version, name, getattr(self, name))
        return version

    def get_lock(self) -> Any:
        """Nobody edits what was handed over; Wagtail's own locks below that."""
        if self.state in (DraftState.SCHEDULED, DraftState.PUBLISHED):
            return HandedOverLock(self)
        return super().get_lock()

    def get_preview_template(self, request: Any, mode_name: str) -> str:
        """The public look, marked as a preview."""
        return "cms/draft_preview.html"


class DraftAttachment(models.Model):
    """A file that goes out with the notice; the bytes are ``disclosure``'s, unbound until then."""

    draft = models.ForeignKey(NoticeDraft, on_delete=models.CASCADE, related_name="attachments")
    file = models.OneToOneField("disclosure.Attachment", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.file)


class ReviewDesk(Protocol):
    """Who decides, and the actions that do; ``AppConfig.ready`` puts it on the task, without it nobody may."""

    def may_open(self, user: Any, draft: NoticeDraft) -> bool:
        """Whether the user may read it under review."""

    def may_decide(self, user: Any, draft: NoticeDraft) -> bool:
        """Whether the user may approve or return it."""

    def decide(self, user: Any, draft: NoticeDraft, decision: str, comment: str) -> None:
        """``approve`` or ``reject``; raises ``PermissionDenied`` and ``Refused``."""

    def waiting(self, user: Any) -> list[int]:
        """The drafts that wait for this user's decision."""


class ReviewTask(Task):
    """The last approval step: approving releases the notice through ``disclosure``.

    Only a reviewer with an active grant for the draft's branch, who wrote none of it, is
    offered the action; superusers are offered nothing. The decision itself is made again
    inside :func:`cms.actions.approve_draft`.
    """

    desk: ClassVar["ReviewDesk | None"] = None

    class Meta:
        verbose_name = _("公告审核")
        verbose_name_plural = _("公告审核")

    def start(self, workflow_state: Any, user: Any = None) -> Any:
        """Begin only for a draft that :func:`cms.actions.submit_draft` handed over."""
        if workflow_state.content_object.state != DraftState.IN_REVIEW:
            raise PermissionDenied("a draft is submitted by its action only")
        return super().start(workflow_state, user=user)

    def locked_for_user(self, obj: NoticeDraft, user: Any) -> bool:
        """Nobody edits what is under review: a reviewer who edited would be a writer."""
        return True

    def user_can_access_editor(self, obj: NoticeDraft, user: Any) -> bool:
        """Its branch's reviewers may open it, read-only."""
        return self.desk is not None and self.desk.may_open(user, obj)

    def get_actions(self, obj: NoticeDraft, user: Any) -> list[tuple[str, Any, bool]]:
        """What this user is offered; nothing for writers and superusers."""
        if self.desk is None or not self.desk.may_decide(user, obj):
            return []
        return [("reject", _("退回"), True), ("approve", _("通过"), True)]

    def on_action(self, task_state: Any, user: Any, action_name: str, **kwargs: Any) -> None:
        """Hand Wagtail's button to the action that decides; raises what it raises."""
        draft = task_state.workflow_state.content_object
        if self.desk is None or task_state != draft.current_workflow_task_state:
            raise PermissionDenied("not the step that waits")
        self.desk.decide(user, draft, action_name, kwargs.get("comment", ""))

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> Any:
        """The steps that wait for this user's decision, for the editor's start page."""
        keys = [str(pk) for pk in self.desk.waiting(user)] if self.desk is not None else []
        return self.task_states.filter(status="in_progress", workflow_state__object_id__in=keys)
