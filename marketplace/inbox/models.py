"""Messages to people, and the e-mails that go with them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.inbox.states import MAIL_MOVES, MailState


class Message(models.Model):
    """One message to one account; read by nobody else. Deleted a year after it was read.

    ``key`` makes sending idempotent: one message per account and key (an event's uid).
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="inbox_messages"
    )
    title = models.CharField(_("标题"), max_length=200)
    body = models.TextField(_("内容"), blank=True)
    url = models.CharField(_("链接"), max_length=500, blank=True)
    key = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(_("阅读时间"), null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["user", "read_at", "-at"], name="inbox_message_unread")]
        constraints = [
            models.UniqueConstraint(name="inbox_message_once", fields=["user", "key"], condition=~Q(key="")),
        ]

    def __str__(self) -> str:
        return self.title


class Mail(models.Model):
    """The e-mail of a message; the address is read from the account when it is sent."""

    MOVES = MAIL_MOVES

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="mail")
    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "due_at"], name="inbox_mail_due")]
        constraints = [
            models.CheckConstraint(
                name="inbox_mail_sent_has_its_time",
                condition=Q(state=MailState.SENT, sent_at__isnull=False)
                | (~Q(state=MailState.SENT) & Q(sent_at__isnull=True)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.state}"
