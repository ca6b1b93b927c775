"""Forms of one's own account."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.registry.forms.fields import CODE, PlainForm
from marketplace.registry.models import RoleGrant


class LoginForm(PlainForm):
    """Any name of the account, and the password."""

    username = forms.CharField(
        label=_("用户名、手机号或电子邮箱"),
        max_length=254,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label=_("密码"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class NewPasswordForm(PlainForm):
    """A new password, typed twice."""

    password = forms.CharField(
        label=_("新密码"),
        max_length=256,
        strip=False,
        help_text=_("至少 10 位，不要使用常见密码，不要全是数字，也不要与用户名相近。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("再输入一次新密码"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Both must be the same."""
        data = super().clean() or {}
        if data.get("password") and data.get("again") and data["password"] != data["again"]:
            self.add_error("again", _("两次输入的密码不一致。"))
        return data


class CodeForm(NewPasswordForm):
    """A one-time code and the new password."""

    username = forms.CharField(
        label=_("用户名、手机号或电子邮箱"),
        max_length=254,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    code = forms.CharField(
        label=_("一次性代码"),
        max_length=32,
        help_text=_("打印单或邮件上的 12 位代码，横线和大小写不限。"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )
    field_order = ("username", "code", "password", "again")


class AskCodeForm(PlainForm):
    """Whose code shall be mailed."""

    username = forms.CharField(
        label=_("用户名、手机号或电子邮箱"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", **CODE}),
    )


class ChangePasswordForm(NewPasswordForm):
    """The old password and the new one."""

    old = forms.CharField(
        label=_("原密码"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("old", "password", "again")


class RoleForm(PlainForm):
    """Which of one's grants to work in."""

    grant = forms.TypedChoiceField(label=_("本次以哪个身份办理"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: Any, grants: list[RoleGrant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grant"].choices = [(grant.pk, describe(grant)) for grant in grants]


def describe(grant: RoleGrant) -> str:
    """A grant in one line: role, unit or branch, region."""
    parts = [grant.get_role_display()]
    parts += [str(scope) for scope in (grant.party, grant.branch, grant.region) if scope]
    return " · ".join(str(part) for part in parts)
