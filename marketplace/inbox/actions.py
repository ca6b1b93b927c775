"""Sending messages and marking them read.

Messages tell people of acts that have their own event in the ledger; the tables of this
room therefore stand on the ledger's list of quiet tables.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.inbox.models import Mail, Message
from marketplace.inbox.rules import may_read
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import NotAllowed
from marketplace.registry.models import User


@transaction.atomic
def send(
    *,
    users: Iterable[User],
    title: str,
    body: str = "",
    url: str = "",
    key: str = "",
    mail: bool = False,
    by: Actor,
    at: datetime,
) -> list[Message]:
    """Send one message to each account, with an e-mail where asked and an address is known.

    A second call with the same ``key`` sends nothing to those who have it already.
    Returns the new messages. Accounts that are not active get none.
    """
    people = {user.pk: user for user in users if user.is_active}
    have = (
        set(Message.objects.filter(key=key, user__in=people).values_list("user_id", flat=True))
        if key
        else set()
    )
    new = [
        Message.objects.create(user=user, title=title[:200], body=body, url=url, key=key, at=at)
        for pk, user in sorted(people.items())
        if pk not in have
    ]
    if mail:
        Mail.objects.bulk_create(
            Mail(message=one, due_at=clock.recorded_now()) for one in new if one.user.email
        )
    return new


@transaction.atomic
def mark_read(message: Message, *, by: Actor, at: datetime) -> Message:
    """Mark a message as read by its owner; raises ``NotAllowed`` for anybody else."""
    message = Message.objects.select_for_update().get(pk=message.pk)
    if not may_read(by, message):
        raise NotAllowed(_("这不是发给您的消息。"))
    if message.read_at is None:
        message.read_at = clock.now()
        message.save(update_fields=["read_at"])
    return message


@transaction.atomic
def mark_all_read(*, by: Actor, at: datetime) -> int:
    """Mark everything unread of the actor's own account; returns how many."""
    return Message.objects.filter(user=by.user_id, read_at__isnull=True).update(read_at=clock.now())
