"""Who may read a message: its owner."""

from marketplace.inbox.models import Message
from marketplace.kernel.actor import Actor


def may_read(actor: Actor, message: Message) -> bool:
    """Only the account that the message was sent to, whatever role it acts in."""
    return actor.kind == "person" and actor.user_id is not None and actor.user_id == message.user_id
