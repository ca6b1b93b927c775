"""Forms of branches and of the first setup."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.kernel.actor import Actor
from marketplace.registry.actions import AccountContent, BranchContent, FirstSetup
from marketplace.registry.forms.fields import CODE, IdChoiceField, PlainForm, RegionField, name_required
from marketplace.registry.models import Branch
from marketplace.registry.queries import branch_scope, visible_branches
from marketplace.registry.states import BranchMode, Role


class BranchForm(PlainForm):
    """A branch of the platform."""

    code = forms.CharField(
        label=_("平台编号"),
        max_length=32,
        help_text=_("本系统内的编号，例如 YC 或 YC-YL。"),
        widget=forms.TextInput(attrs=CODE),
    )
    name = forms.CharField(label=_("平台名称"), max_length=128)
    region = RegionField()
    mode = forms.ChoiceField(
        label=_("运行方式"),
        choices=BranchMode.choices,
        initial=BranchMode.DIRECT,
        widget=forms.RadioSelect,
        help_text=_("“1+4”：区县直接在市平台交易，或作为同一规则下的分平台。"),
    )
    parent = IdChoiceField(
        label=_("上级平台"), queryset=Branch.objects.none(), required=False, empty_label=_("没有上级")
    )
    uscc = forms.CharField(
        label=_("统一社会信用代码"), max_length=32, required=False, widget=forms.TextInput(attrs=CODE)
    )
    platform_code = forms.CharField(
        label=_("平台标识码"),
        max_length=11,
        required=False,
        help_text=_("数据规范中的 11 位标识码。"),
        widget=forms.TextInput(attrs=CODE),
    )
    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    phone = forms.CharField(label=_("办公电话"), max_length=64, required=False, help_text=_("对外公开。"))
    hours = forms.CharField(label=_("办公时间"), max_length=200, required=False)
    services = forms.CharField(
        label=_("办理事项"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    is_active = forms.BooleanField(label=_("启用"), required=False, initial=True)

    def __init__(self, *args: Any, actor: Actor, branch: Branch | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parents = visible_branches(actor).filter(is_active=True)
        self.fields["parent"].queryset = (
            parents.exclude(pk__in=branch_scope(branch.pk)) if branch else parents
        )

    def content(self) -> BranchContent:
        """What the action takes."""
        return BranchContent(**self.cleaned_data)


class SetupForm(PlainForm):
    """The first page of an empty installation."""

    code = forms.CharField(
        label=_("启动代码"),
        max_length=32,
        help_text=_("启动程序时打印在终端中的 12 位代码。"),
        widget=forms.TextInput(attrs=CODE),
    )
    region = forms.CharField(
        label=_("所在行政区划"), max_length=64, help_text=_("写全称或六位代码，例如“湖北省宜昌市”或 420500。")
    )
    branch_code = forms.CharField(
        label=_("平台编号"), max_length=32, help_text=_("例如 YC。"), widget=forms.TextInput(attrs=CODE)
    )
    branch_name = forms.CharField(
        label=_("平台名称"), max_length=128, help_text=_("例如“宜昌市公共资源交易中心”。")
    )
    branch_uscc = forms.CharField(
        label=_("平台的统一社会信用代码"), max_length=32, required=False, widget=forms.TextInput(attrs=CODE)
    )

    THREE = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for role in self.THREE:
            self.fields[f"{role.value}_name"] = forms.CharField(
                label=_("%(role)s的姓名") % {"role": role.label}, max_length=64
            )
            self.fields[f"{role.value}_username"] = forms.CharField(
                label=_("%(role)s的用户名") % {"role": role.label},
                max_length=32,
                widget=forms.TextInput(attrs=CODE),
            )
            self.fields[f"{role.value}_email"] = forms.CharField(
                label=_("%(role)s的电子邮箱") % {"role": role.label},
                max_length=254,
                required=False,
                widget=forms.EmailInput(attrs=CODE),
            )
        for field in self.fields.values():
            name_required(field)

    def clean(self) -> dict[str, Any]:
        """Three roles are three people."""
        data = super().clean() or {}
        names = [str(data.get(f"{role.value}_username", "")).strip().casefold() for role in self.THREE]
        for place, name in enumerate(names):
            if name and name in names[:place]:
                self.add_error(
                    f"{self.THREE[place].value}_username", _("三名管理员须是三个人，用户名不能相同。")
                )
        return data

    def content(self) -> FirstSetup:
        """What the action takes."""
        data = self.cleaned_data
        people = {
            role.value: AccountContent(
                name=data[f"{role.value}_name"],
                username=data[f"{role.value}_username"],
                email=data[f"{role.value}_email"],
            )
            for role in self.THREE
        }
        branch = BranchContent(
            code=data["branch_code"],
            name=data["branch_name"],
            region=data["region"],
            uscc=data["branch_uscc"],
        )
        return FirstSetup(region=data["region"], branch=branch, administrators=people)
