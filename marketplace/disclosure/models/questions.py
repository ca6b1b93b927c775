"""What readers ask about an announcement."""

from django.db import models
from django.db.models import Q

from marketplace.disclosure.models.notices import Notice
from marketplace.disclosure.models.projects import new_public_id
from marketplace.disclosure.states import QUESTION_MOVES, QuestionState
from marketplace.registry.crypto import EncryptedTextField


class Question(models.Model):
    """A question on a notice and the unit's answer; public only if both agree.

    ``contact`` is personal data: encrypted, shown to the unit alone, deleted two years after
    the answer. ``contact_index`` finds repeated askers without opening it.
    """

    MOVES = QUESTION_MOVES

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="questions")
    asker_name = EncryptedTextField(blank=True)
    contact = EncryptedTextField(blank=True)
    contact_index = models.CharField(max_length=64, blank=True, db_index=True)
    text = models.TextField()
    asker_agrees = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=QuestionState.choices, default=QuestionState.ASKED)
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    unit_agrees = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by_id = models.BigIntegerField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        indexes = [models.Index(fields=["state", "-asked_at"], name="disclosure_question_state")]
        constraints = [
            models.CheckConstraint(
                name="disclosure_answered_has_its_time",
                condition=Q(state=QuestionState.ASKED, answered_at__isnull=True)
                | (~Q(state=QuestionState.ASKED) & Q(answered_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="disclosure_public_only_if_both_agree",
                condition=~Q(state=QuestionState.PUBLISHED)
                | Q(asker_agrees=True, unit_agrees=True, published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id}: {self.text[:30]}"
