"""Rows of sessions and of the login history. No events here."""

from dataclasses import dataclass

from marketplace.kernel import clock
from marketplace.registry.models import LoginRecord, LoginSession, User
from marketplace.registry.states import LoginOutcome


@dataclass(frozen=True, slots=True)
class Browser:
    """Where a request comes from."""

    ip: str | None = None
    user_agent: str = ""


def note(user: User | None, outcome: LoginOutcome, browser: Browser, *, tried: str = "") -> None:
    """One line of the login history; quiet, because a stranger can cause any number of them."""
    LoginRecord.objects.create(
        user=user,
        tried=user.username if user else tried[:64],
        outcome=outcome,
        at=clock.now(),
        ip=browser.ip or None,
        user_agent=browser.user_agent[:200],
    )


def end(session: LoginSession, reason: LoginOutcome) -> bool:
    """End one session and write history; False when it had ended."""
    ended = LoginSession.objects.filter(pk=session.pk, ended_at__isnull=True)
    if not ended.update(ended_at=clock.now(), end_reason=reason):
        return False
    note(session.user, reason, Browser(session.ip, session.user_agent))
    return True


def end_all(user: User, *, but: str = "") -> int:
    """End every session of an account inside another act (closing, new password); no event."""
    open_ones = (
        LoginSession.objects.select_for_update().filter(user=user, ended_at__isnull=True).exclude(uid=but)
    )
    return sum(end(session, LoginOutcome.ENDED) for session in open_ones.order_by("pk"))
