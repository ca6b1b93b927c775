"""Checks of typed values that several actions share; each refusal names its field."""

import re
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from marketplace.kernel import codes
from marketplace.kernel.refusal import Refused

_USERNAME = re.compile(r"[\w.\-]{2,32}")


def at_field(check: Callable[[str], str], value: str, field: str) -> str:
    """The normalised value; the kernel's refusal put at ``field``. Empty stays empty."""
    value = (value or "").strip()
    if not value:
        return ""
    try:
        return check(value)
    except Refused as refused:
        raise Refused(refused.message, field=field) from refused


def text(value: str, field: str, *, most: int, needed: bool = True) -> str:
    """A line of text within its length, without control characters."""
    value = "".join(c for c in (value or "").strip() if c.isprintable() or c == "\n")
    if needed and not value:
        raise Refused(_("请填写此项。"), field=field)
    if len(value) > most:
        raise Refused(_("最多 %(most)d 个字。") % {"most": most}, field=field)
    return value


def username(value: str) -> str:
    """A folded user name that is neither an e-mail nor a number (so log-in names never collide)."""
    value = (value or "").strip().casefold()
    if not _USERNAME.fullmatch(value) or value.replace("-", "").replace(".", "").isdecimal():
        message = _("用户名为 2 至 32 个汉字、字母、数字、点或横线，不能是邮箱，也不能全是数字。")
        raise Refused(message, field="username")
    return value


def email(value: str) -> str | None:
    """A folded e-mail address, or None for an empty one."""
    value = (value or "").strip().casefold()
    if not value:
        return None
    try:
        validate_email(value)
    except ValidationError as error:
        raise Refused(_("电子邮箱格式不正确，例如 name@example.com。"), field="email") from error
    return value


def mobile(value: str) -> str:
    """A normalised mobile number, or empty."""
    return at_field(codes.check_mobile, value, "mobile")


def id_number(value: str) -> str:
    """A normalised ID number, or empty."""
    return at_field(codes.check_id_number, value, "id_number")


def uscc(value: str, *, needed: bool = True) -> str:
    """A normalised unified social credit code."""
    value = at_field(codes.check_uscc, value, "uscc")
    if needed and not value:
        raise Refused(_("请填写统一社会信用代码。"), field="uscc")
    return value
