"""Checks and rows of people and accounts, for acts that write more than one. No events here."""

from dataclasses import dataclass

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from marketplace.kernel import clock
from marketplace.kernel.refusal import Refused
from marketplace.registry.actions import _checking as checking
from marketplace.registry.crypto import blind_index
from marketplace.registry.models import Person, User
from marketplace.registry.queries.people import ID_CONTEXT, MOBILE_CONTEXT, active_grants
from marketplace.registry.states import ADMINISTRATORS


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountContent:
    """What is entered for a person and the account. ``branch`` is an id."""

    name: str
    username: str
    mobile: str = ""
    email: str = ""
    id_number: str = ""
    branch: int | None = None


def check_password(password: str, user: User | None = None, field: str = "password") -> None:
    """Raise ``Refused`` with every reason why a password is too weak (GB/T 22239 8.1.4.1 a)."""
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        raise Refused("".join(error.messages), field=field) from error


def _demand_free(*, username: str, email: str | None, mobile: str, but: User | None = None) -> None:
    others = User.objects.exclude(pk=but.pk) if but else User.objects.all()
    if others.filter(username=username).exists():
        raise Refused(_("用户名已被使用。"), field="username")
    if email and others.filter(email=email).exists():
        raise Refused(_("该电子邮箱已绑定其他账号。"), field="email")
    if mobile and others.filter(mobile_index=blind_index(mobile, context=MOBILE_CONTEXT)).exists():
        raise Refused(_("该手机号已绑定其他账号。"), field="mobile")


def put_person(person: Person, content: AccountContent, mobile: str) -> None:
    """Fill and save the person's row; an empty ID number keeps the old one."""
    id_number = checking.id_number(content.id_number)
    index = blind_index(id_number, context=ID_CONTEXT) or None
    if index and Person.objects.exclude(pk=person.pk).filter(id_index=index).exists():
        raise Refused(_("该身份证号已登记，请在已有人员上修改。"), field="id_number")
    person.name = checking.text(content.name, "name", most=64)
    person.mobile, person.mobile_index = mobile, blind_index(mobile, context=MOBILE_CONTEXT)
    person.branch_id = content.branch
    if id_number:
        person.id_number, person.id_index = id_number, index
    person.save()


def put_user(user: User, content: AccountContent, mobile: str) -> None:
    """Fill the account's row; raise ``Refused`` for a taken name, number or address."""
    user.email = checking.email(content.email)
    user.username = checking.username(content.username)
    user.mobile, user.mobile_index = mobile, blind_index(mobile, context=MOBILE_CONTEXT) or None
    _demand_free(username=user.username, email=user.email, mobile=mobile, but=user if user.pk else None)


def put_account(content: AccountContent, *, password: str | None = None) -> User:
    """Insert a person and the account. No event: for acts that write more than that."""
    mobile, moment = checking.mobile(content.mobile), clock.now()
    user = User(created_at=moment)
    put_user(user, content, mobile)
    person = Person(created_at=moment)
    put_person(person, content, mobile)
    user.person = person
    user.set_password(password)
    if password is not None:
        check_password(password, user)
        user.activated_at = user.password_changed_at = moment
    user.save()
    return user


def demand_not_last_administrator(person_id: int | None) -> None:
    """Raise ``Refused`` when nobody else would hold an administrator's role of this person."""
    if person_id is None:
        return
    for grant in active_grants(person_id).filter(role__in=ADMINISTRATORS, branch__isnull=True):
        others = active_grants().filter(role=grant.role, branch__isnull=True, person__user__is_active=True)
        if not others.exclude(person_id=person_id).exists():
            raise Refused(_("这是最后一名“%(role)s”，请先授权另一人。") % {"role": grant.get_role_display()})
