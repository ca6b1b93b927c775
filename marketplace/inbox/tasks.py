"""Sending due e-mails; called by the worker, and after a commit on one machine."""

import logging
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.inbox.models import Mail
from marketplace.inbox.states import MAIL_MOVES, MailState
from marketplace.kernel import clock

log = logging.getLogger(__name__)

LAST_TRY = 8
CLAIM = timedelta(minutes=5)
FIRST_WAIT = timedelta(minutes=1)


def send_due_mails(limit: int = 100) -> int:
    """Send up to ``limit`` due e-mails and return how many left.

    A mail is claimed by moving its time, sent outside the transaction, then marked; a
    process that dies in between sends it once more, which is better than never. Failures
    wait 1, 2, 4 … minutes and are given up after the eighth try.
    """
    batch = _claim(limit)
    if not batch:
        return 0
    with get_connection() as connection:
        return sum(_send(mail, connection) for mail in batch)


def _claim(limit: int) -> list[Mail]:
    due = Mail.objects.filter(state=MailState.QUEUED, due_at__lte=clock.recorded_now())
    if not due.exists():
        return []
    with transaction.atomic():
        rows = due.select_for_update(skip_locked=True, of=("self",)).select_related("message__user")
        batch = list(rows.order_by("due_at", "pk")[:limit])
        Mail.objects.filter(pk__in=[m.pk for m in batch]).update(due_at=clock.recorded_now() + CLAIM)
    return batch


def _letter(mail: Mail) -> EmailMessage:
    message = mail.message
    link = f"{settings.BASE_URL}{message.url}" if message.url.startswith("/") else message.url
    foot = _("此邮件由系统自动发出，请勿直接回复。")
    body = "\n\n".join(part for part in (message.body, link, foot) if part)
    return EmailMessage(subject=" ".join(message.title.split()), body=body, to=[message.user.email])


def _send(mail: Mail, connection: BaseEmailBackend) -> bool:
    if not mail.message.user.email or not mail.message.user.is_active:
        _mark(mail, "drop")
        return False
    letter = _letter(mail)
    letter.connection = connection
    try:
        letter.send()
    except Exception as error:
        log.warning("mail %s could not be sent: %s", mail.pk, type(error).__name__)
        _postpone(mail, error)
        return False
    _mark(mail, "send")
    return True


def _mark(mail: Mail, event: str) -> None:
    mail.state = MAIL_MOVES.after(mail.state, event)
    mail.sent_at = clock.recorded_now() if mail.state == MailState.SENT else None
    mail.save(update_fields=["state", "sent_at", "tries", "error"])


def _postpone(mail: Mail, error: Exception) -> None:
    mail.tries += 1
    # The class of an error tells an operator what to do; its text may carry the address.
    mail.error = type(error).__name__
    if mail.tries >= LAST_TRY:
        _mark(mail, "give_up")
        return
    mail.due_at = clock.recorded_now() + FIRST_WAIT * 2 ** (mail.tries - 1)
    mail.save(update_fields=["tries", "error", "due_at"])
