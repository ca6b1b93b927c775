"""One-time codes and passwords: activation, reset, change."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import Refused
from marketplace.ledger.actions import append
from marketplace.registry import rules
from marketplace.registry.actions._accounts import check_password
from marketplace.registry.actions._codes import put_code, spend_code
from marketplace.registry.actions._sessions import end_all
from marketplace.registry.models import OneTimeCode, User
from marketplace.registry.queries.people import user_by_any_name, visible_people
from marketplace.registry.states import CodePurpose

MOST_MAILS_AN_HOUR = 3


@transaction.atomic
def issue_code(user: User, *, by: Actor, at: datetime) -> str:
    """A printed code for an account: activation while it never was active, reset after.

    Shown once and never stored. Raises ``NotAllowed`` for all but the system administrator
    in scope (or the command line), ``Refused`` for a closed account.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    in_charge = rules.may_manage_people(by) and visible_people(by).filter(user=user.pk).exists()
    rules.demand(in_charge or rules.is_platform_itself(by))
    rules.demand(by.user_id != user.pk, _("不能给自己签发代码，请用邮箱重置密码。"))
    if not user.is_active:
        raise Refused(_("账号已停用，请先启用。"))
    purpose = CodePurpose.RESET if user.activated_at else CodePurpose.ACTIVATE
    code = put_code(user, purpose)
    append(
        "registry.code_issued",
        by=by,
        at=at,
        subject=user,
        data={"purpose": purpose.value, "channel": "printed"},
    )
    return code


def _mail(user: User, purpose: CodePurpose, code: str) -> None:
    path = "activate" if purpose == CodePurpose.ACTIVATE else "reset"
    body = _(
        "%(name)s：\n\n您的一次性代码：%(code)s\n请打开 %(url)s ，填写用户名 %(username)s 和代码，设置新密码。\n\n"
        "代码只能使用一次。如果不是您本人申请，请忽略本邮件。"
    ) % {
        "name": user.get_full_name(),
        "code": code,
        "url": f"{settings.BASE_URL}/accounts/{path}/",
        "username": user.username,
    }
    send_mail(str(purpose.label), body, settings.DEFAULT_FROM_EMAIL, [user.email or ""])


@transaction.atomic
def request_code(name: str, *, by: Actor, at: datetime) -> None:
    """Mail a code to the owner of an account, found by user name, mobile or e-mail.

    Says nothing about whether the account exists. No more than three mails an hour.
    """
    user = user_by_any_name(name)
    if user is None or not user.is_active or not user.email:
        return
    user = User.objects.select_for_update().get(pk=user.pk)
    recent = OneTimeCode.objects.filter(user=user, created_at__gt=clock.now() - timedelta(hours=1)).count()
    if recent >= MOST_MAILS_AN_HOUR:
        return
    purpose = CodePurpose.RESET if user.activated_at else CodePurpose.ACTIVATE
    code = put_code(user, purpose)
    append(
        "registry.code_issued",
        by=by,
        at=at,
        subject=user,
        data={"purpose": purpose.value, "channel": "email"},
    )
    transaction.on_commit(lambda: _mail(user, purpose, code), robust=True)


def _set_password(user: User, password: str) -> None:
    check_password(password, user)
    user.set_password(password)
    user.password_changed_at = clock.now()
    user.must_change_password = False


@transaction.atomic
def _redeem(
    name: str, code: str, password: str, purpose: CodePurpose, by: Actor, at: datetime
) -> User | None:
    user = user_by_any_name(name)
    user = User.objects.select_for_update().filter(pk=user.pk, is_active=True).first() if user else None
    if user is None or not spend_code(user, purpose, code):
        return None
    _set_password(user, password)
    user.activated_at = user.activated_at or clock.now()
    user.save()
    end_all(user)
    kind = "registry.account_activated" if purpose == CodePurpose.ACTIVATE else "registry.password_reset"
    append(kind, by=by, at=at, subject=user)
    return user


def _redeem_or_refuse(
    name: str, code: str, password: str, purpose: CodePurpose, by: Actor, at: datetime
) -> User:
    # The refusal comes after the commit: a wrong try must stay counted. A weak password
    # raises inside, so that the code is not spent on it.
    user = _redeem(name, code, password, purpose, by, at)
    if user is None:
        raise Refused(_("用户名或一次性代码不正确，或代码已使用、已过期。"), field="code")
    return user


def activate_account(name: str, code: str, password: str, *, by: Actor, at: datetime) -> User:
    """Set the first password with an activation code.

    Raises ``Refused`` at ``code`` (wrong, used, expired, ten wrong tries) or ``password``.
    """
    return _redeem_or_refuse(name, code, password, CodePurpose.ACTIVATE, by, at)


def reset_password(name: str, code: str, password: str, *, by: Actor, at: datetime) -> User:
    """Set a new password with a reset code; every session of the account ends.

    Raises as :func:`activate_account`.
    """
    return _redeem_or_refuse(name, code, password, CodePurpose.RESET, by, at)


@transaction.atomic
def change_password(user: User, old: str, new: str, *, session: str, by: Actor, at: datetime) -> User:
    """Change one's own password; other sessions end, ``session`` (its uid) stays.

    Raises ``NotAllowed`` for another's account, ``Refused`` at ``old`` or ``password``.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    rules.demand(by.user_id == user.pk)
    if not user.check_password(old):
        raise Refused(_("原密码不正确。"), field="old")
    if user.check_password(new):
        raise Refused(_("新密码不能与原密码相同。"), field="password")
    _set_password(user, new)
    user.save()
    end_all(user, but=session)
    append("registry.password_changed", by=by, at=at, subject=user)
    return user
