"""Forms of people and grants."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.kernel.actor import Actor
from marketplace.kernel.trade import TradeType
from marketplace.registry.actions import AccountContent, GrantContent
from marketplace.registry.forms.fields import (
    CODE,
    DayField,
    IdChoiceField,
    PartyField,
    PlainForm,
    RegionField,
)
from marketplace.registry.models import Branch, Party, Person
from marketplace.registry.queries import active_branches, visible_parties, visible_people
from marketplace.registry.states import PartyState, Role


class PersonForm(PlainForm):
    """A person and the account."""

    name = forms.CharField(label=_("姓名"), max_length=64)
    username = forms.CharField(
        label=_("用户名"),
        max_length=32,
        help_text=_("2 至 32 个汉字、字母、数字、点或横线；登录时不分大小写。"),
        widget=forms.TextInput(attrs=CODE),
    )
    mobile = forms.CharField(
        label=_("手机号"),
        max_length=32,
        required=False,
        help_text=_("可用于登录；加密保存，不公开。"),
        widget=forms.TextInput(attrs={"inputmode": "tel", **CODE}),
    )
    email = forms.CharField(
        label=_("电子邮箱"),
        max_length=254,
        required=False,
        help_text=_("可用于登录和自行重置密码。"),
        widget=forms.EmailInput(attrs=CODE),
    )
    id_number = forms.CharField(
        label=_("身份证号"),
        max_length=32,
        required=False,
        help_text=_("加密保存，不公开；修改时留空表示不变。"),
        widget=forms.TextInput(attrs=CODE),
    )
    branch = IdChoiceField(
        label=_("所属平台"), queryset=Branch.objects.none(), required=False, empty_label=_("不属于任何平台")
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["branch"].queryset = active_branches()

    def content(self) -> AccountContent:
        """What the action takes."""
        return AccountContent(**self.cleaned_data)


class GrantForm(PlainForm):
    """A dated role for a person."""

    person = IdChoiceField(label=_("人员"), queryset=Person.objects.none())
    role = forms.ChoiceField(label=_("角色"), choices=[("", _("请选择")), *Role.choices])
    party = PartyField(
        required=False,
        help_text=_("采购单位、代理机构、供应商角色必填：统一社会信用代码或单位全称，单位须已入库。"),
    )
    branch = IdChoiceField(
        label=_("平台"),
        queryset=Branch.objects.none(),
        required=False,
        empty_label=_("不限"),
        help_text=_("经办、公告编写、公告审核角色必填；管理员不选表示管理全部平台。"),
    )
    region = RegionField(
        label=_("监督区域"), required=False, help_text=_("监督角色必填，例如“湖北省宜昌市”；包含其下级区域。")
    )
    trade_type = forms.ChoiceField(
        label=_("交易类型"), choices=[("", _("全部")), *TradeType.choices], required=False
    )
    valid_from = DayField(label=_("生效日"), required=False, help_text=_("留空为今天。"))
    valid_to = DayField(label=_("截止日"), required=False, help_text=_("当日仍有效；留空为长期。"))
    reason = forms.CharField(label=_("授权依据"), max_length=200, required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = visible_people(actor).exclude(pk=actor.person_id)
        self.fields["branch"].queryset = active_branches()
        self.fields["party"].choices_from = (
            visible_parties(actor).filter(state=PartyState.ADMITTED)
            if actor.branch_id
            else Party.objects.filter(state=PartyState.ADMITTED)
        )

    def content(self) -> GrantContent:
        """What the action takes."""
        return GrantContent(**self.cleaned_data)
