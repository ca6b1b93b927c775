"""States of what editors write, and the only way from one to the next."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from marketplace.kernel.moves import Move, Moves


class DraftState(TextChoices):
    """Where a notice draft stands on its way to the public (公告稿)."""

    DRAFT = "draft", _("草稿")
    IN_REVIEW = "in_review", _("审核中")
    SCHEDULED = "scheduled", _("待发布")
    PUBLISHED = "published", _("已发布")


class ReportState(TextChoices):
    """Where a reader's error report stands (我为网站找错)."""

    OPEN = "open", _("待处理")
    ANSWERED = "answered", _("已办结")


DRAFT_MOVES = Moves(
    DraftState,
    [
        Move(
            DraftState.DRAFT,
            "submit",
            DraftState.IN_REVIEW,
            who="author",
            note="fields complete, duty person named",
        ),
        Move(
            DraftState.IN_REVIEW,
            "approve",
            DraftState.SCHEDULED,
            who="reviewer",
            note="reviewer is not an author",
        ),
        Move(DraftState.IN_REVIEW, "return", DraftState.DRAFT, who="reviewer", note="with a written reason"),
        Move(DraftState.IN_REVIEW, "take_back", DraftState.DRAFT, who="author", note="before the decision"),
        Move(
            DraftState.SCHEDULED,
            "take_back",
            DraftState.DRAFT,
            who="author or reviewer",
            note="before its time",
        ),
        Move(
            DraftState.SCHEDULED,
            "release",
            DraftState.PUBLISHED,
            who="clock",
            note="disclosure releases the notice",
        ),
    ],
)

REPORT_MOVES = Moves(
    ReportState,
    [
        Move(
            ReportState.OPEN,
            "answer",
            ReportState.ANSWERED,
            who="operator",
            note="the reader may read the reply",
        )
    ],
)
