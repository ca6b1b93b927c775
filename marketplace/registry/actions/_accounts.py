"""Checks and rows of people and accounts, for acts that write more than one. No events here."""

from dataclasses import dataclass

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marketplace.kernel import clock
from marketplace.kernel.refusal import Refused
from marketplace.registry.actions import _checking as checking
from marketplace.registry.crypto import blind_index
from marketplace.registry.models import Person, RoleGrant, User
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


def _demand_free(person: Person, user: User) -> None:
    """Raise ``Refused`` at the field for a name, number or address that another one has."""
    others = User.objects.exclude(pk=user.pk)
    if others.filter(username=user.username).exists():
        raise Refused(_("用户名已被使用。"), field="username")
    if user.email and others.filter(email=user.email).exists():
        raise Refused(_("该电子邮箱已绑定其他账号。"), field="email")
    if user.mobile_index and others.filter(mobile_index=user.mobile_index).exists():
        raise Refused(_("该手机号已绑定其他账号。"), field="mobile")
    if person.id_index and Person.objects.exclude(pk=person.pk).filter(id_index=person.id_index).exists():
        raise Refused(_("该身份证号已登记，请在已有人员上修改。"), field="id_number")


def _fill(person: Person, user: User, content: AccountContent) -> None:
    mobile = checking.mobile(content.mobile)
    person.name = checking.text(content.name, "name", most=64)
    user.username = checking.username(content.username)
    user.email = checking.email(content.email)
    person.mobile = user.mobile = mobile
    person.mobile_index = blind_index(mobile, context=MOBILE_CONTEXT)
    user.mobile_index = person.mobile_index or None
    person.branch_id = content.branch
    if id_number := checking.id_number(content.id_number):
        person.id_number = id_number
        person.id_index = blind_index(id_number, context=ID_CONTEXT)


def put_both(person: Person, user: User, content: AccountContent) -> None:
    """Fill and save a person and the account; an empty ID number keeps the old one.

    Raises ``Refused`` at the field for bad content and for what another one has.
    """
    _fill(person, user, content)
    _demand_free(person, user)
    try:
        with transaction.atomic():
            person.save()
            user.person = person
            user.save()
    except IntegrityError as error:
        # Another process was first between the question and the row; asked again it says where.
        _demand_free(person, user)
        raise Refused(_("该人员刚被他人登记，请刷新后核对。")) from error


def put_account(content: AccountContent, *, password: str | None = None) -> User:
    """Insert a person and the account. No event: for acts that write more than that."""
    moment = clock.now()
    user = User(created_at=moment, username=checking.username(content.username))
    user.set_password(password)
    if password is not None:
        check_password(password, user)
        user.activated_at = user.password_changed_at = moment
    put_both(Person(created_at=moment), user, content)
    return user


def lock_administrators() -> None:
    """Lock every administrator's grant in one order: the last two cannot remove each other."""
    list(
        RoleGrant.objects.select_for_update().filter(role__in=ADMINISTRATORS).order_by("pk").values_list("pk")
    )


def demand_not_last_administrator(person_id: int | None) -> None:
    """Raise ``Refused`` when nobody else would hold an administrator's role of this person."""
    if person_id is None:
        return
    # One order of locks for everybody: two last administrators cannot remove each other.
    list(
        RoleGrant.objects.select_for_update().filter(role__in=ADMINISTRATORS).order_by("pk").values_list("pk")
    )
    for grant in active_grants(person_id).filter(role__in=ADMINISTRATORS, branch__isnull=True):
        others = active_grants().filter(role=grant.role, branch__isnull=True, person__user__is_active=True)
        if not others.exclude(person_id=person_id).exists():
            raise Refused(_("这是最后一名“%(role)s”，请先授权另一人。") % {"role": grant.get_role_display()})
