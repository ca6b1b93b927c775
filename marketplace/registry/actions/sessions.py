"""Writing sessions and the login history."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import NotAllowed
from marketplace.ledger.actions import append
from marketplace.registry import rules
from marketplace.registry.actions import _sessions as rows
from marketplace.registry.actions._sessions import Browser
from marketplace.registry.models import LoginRecord, LoginSession, OneTimeCode, RoleGrant, User
from marketplace.registry.queries.people import active_grants, visible_people
from marketplace.registry.states import LoginOutcome

LOGINS_KEPT = timedelta(days=184)
CODES_KEPT = timedelta(days=30)


@transaction.atomic
def start_session(user: User, browser: Browser, *, by: Actor, at: datetime) -> LoginSession:
    """Open a session after a successful login and write history and event."""
    moment = clock.now()
    session = LoginSession.objects.create(
        user=user,
        started_at=moment,
        last_seen_at=moment,
        ip=browser.ip or None,
        user_agent=browser.user_agent[:200],
    )
    rows.note(user, LoginOutcome.SUCCESS, browser)
    append("registry.logged_in", by=by, at=at, subject=user)
    return session


@transaction.atomic
def end_session(
    session: LoginSession, *, reason: LoginOutcome = LoginOutcome.ENDED, by: Actor, at: datetime
) -> bool:
    """End a session: one's own, or as security administrator anybody's in scope.

    The browser is logged out at its next request. False when it had ended already (a second
    click does nothing). Raises ``NotAllowed`` for somebody else's.
    """
    session = LoginSession.objects.select_for_update().select_related("user").get(pk=session.pk)
    own = by.kind == "person" and by.user_id == session.user_id
    in_charge = rules.may_grant(by) and visible_people(by).filter(user=session.user_id).exists()
    if not (own or in_charge or rules.is_platform_itself(by)):
        raise NotAllowed(_("只能结束自己的会话。"))
    if not rows.end(session, reason):
        return False
    append("registry.session_ended", by=by, at=at, subject=session.user, data={"reason": str(reason.value)})
    return True


@transaction.atomic
def choose_grant(session: LoginSession, grant_id: int, *, by: Actor, at: datetime) -> RoleGrant:
    """Take on one of one's own grants for this session; every later act carries it.

    Raises ``NotAllowed`` for a grant that is not one's own or not in force.
    """
    session = LoginSession.objects.select_for_update().get(pk=session.pk)
    grant = active_grants(by.person_id or -1).filter(pk=grant_id).first()
    if grant is None or session.user_id != by.user_id:
        raise NotAllowed(_("该授权不存在或已失效。"))
    if session.grant_id != grant.pk:
        session.grant = grant
        session.save(update_fields=["grant"])
        append(
            "registry.role_chosen",
            by=by,
            at=at,
            subject=session.user,
            data={"role": grant.role, "grant": grant.pk},
        )
    return grant


def touch_session(session: LoginSession, *, by: Actor, at: datetime) -> None:
    """Note that a session is in use. Quiet: it is called at most once a minute and is no act."""
    LoginSession.objects.filter(pk=session.pk, ended_at__isnull=True).update(last_seen_at=clock.now())


@transaction.atomic
def note_failure(
    user: User | None, outcome: LoginOutcome, browser: Browser, *, by: Actor, at: datetime
) -> None:
    """Write a failed login into the history; a lock-out of an account leaves an event as well.

    Failures alone are quiet, because a stranger can cause any number of them, and so is a
    lock-out that was noted within the last quarter of an hour. What was typed is not kept:
    people type passwords into the wrong field.
    """
    rows.note(user, outcome, browser)
    if user is None or outcome != LoginOutcome.LOCKED:
        return
    since = clock.now() - timedelta(minutes=15)
    if user.login_records.filter(outcome=LoginOutcome.LOCKED, at__gt=since).count() == 1:
        append("registry.login_locked", by=by, at=at, subject=user)


@transaction.atomic
def forget_logins(*, by: Actor, at: datetime) -> int:
    """Delete login history and ended sessions after six months, codes a month after their end.

    Basis: 网络安全法 21 (not less than six months) and 个人信息保护法 19 (not longer than
    needed). Returns how many rows went; nothing to delete leaves no event. Raises
    ``NotAllowed`` for all but the platform itself.
    """
    rules.demand(rules.is_platform_itself(by))
    moment = clock.now()
    old = moment - LOGINS_KEPT
    counts = {
        "records": LoginRecord.objects.filter(at__lt=old).delete()[0],
        "sessions": LoginSession.objects.filter(ended_at__lt=old).delete()[0],
        "codes": OneTimeCode.objects.filter(expires_at__lt=moment - CODES_KEPT).delete()[0],
    }
    if any(counts.values()):
        append("registry.logins_forgotten", by=by, at=at, data=counts)
    return sum(counts.values())
