"""States of an e-mail that goes with a message."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from marketplace.kernel.moves import Move, Moves


class MailState(TextChoices):
    """Where an e-mail stands."""

    QUEUED = "queued", _("待发送")
    SENT = "sent", _("已发送")
    FAILED = "failed", _("发送失败")
    DROPPED = "dropped", _("未发送：没有可用邮箱")


MAIL_MOVES = Moves(
    MailState,
    [
        Move(MailState.QUEUED, "send", MailState.SENT, who="system"),
        Move(MailState.QUEUED, "give_up", MailState.FAILED, who="system", note="after the last try"),
        Move(
            MailState.QUEUED,
            "drop",
            MailState.DROPPED,
            who="system",
            note="the account has no address any more",
        ),
    ],
)
