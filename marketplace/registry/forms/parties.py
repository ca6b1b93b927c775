"""Forms of parties."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.kernel.actor import Actor
from marketplace.registry.actions import PartyContent
from marketplace.registry.forms.fields import CODE, IdChoiceField, PlainForm, RegionField
from marketplace.registry.models import Branch, Party
from marketplace.registry.queries import visible_branches
from marketplace.registry.states import PartyRole

OWN_FIELDS = ("address", "contact_name", "contact_phone", "basic_account")


class PartyForm(PlainForm):
    """A party's entry, for the operator."""

    name = forms.CharField(label=_("单位名称"), max_length=200, help_text=_("与营业执照或法人证书一致。"))
    uscc = forms.CharField(
        label=_("统一社会信用代码"),
        max_length=32,
        help_text=_("18 位，登记后不能修改。"),
        widget=forms.TextInput(attrs=CODE),
    )
    roles = forms.MultipleChoiceField(
        label=_("主体类别"),
        choices=PartyRole.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("可多选。"),
    )
    region = RegionField(label=_("注册地"))
    branch = IdChoiceField(label=_("受理平台"), queryset=Branch.objects.none())
    legal_representative = forms.CharField(label=_("法定代表人"), max_length=64, required=False)
    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    contact_name = forms.CharField(label=_("联系人"), max_length=64, required=False)
    contact_phone = forms.CharField(
        label=_("联系电话"),
        max_length=32,
        required=False,
        help_text=_("加密保存，不公开。"),
        widget=forms.TextInput(attrs={"inputmode": "tel", **CODE}),
    )
    basic_account = forms.CharField(
        label=_("基本账户账号"),
        max_length=64,
        required=False,
        help_text=_("保证金从此账户交纳并原路退回；加密保存，不公开。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", **CODE}),
    )

    def __init__(self, *args: Any, actor: Actor, party: Party | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        branches = visible_branches(actor).filter(is_active=True)
        self.fields["branch"].queryset = branches
        self.fields["branch"].initial = actor.branch_id
        if party is not None:
            self.fields["uscc"].disabled = True
            self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def content(self) -> PartyContent:
        """What the action takes."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return PartyContent(**data)


class OwnPartyForm(PartyForm):
    """What a party's own people may change themselves."""

    def __init__(self, *args: Any, actor: Actor, party: Party, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, party=party, **kwargs)
        self.party = party
        for name in [name for name in self.fields if name not in (*OWN_FIELDS, "version")]:
            del self.fields[name]

    def content(self) -> PartyContent:
        """The entry with the changed lines."""
        party = self.party
        fixed = PartyContent(
            name=party.name,
            uscc=party.uscc,
            roles=party.roles,
            region=party.region_id,
            branch=party.branch_id,
            legal_representative=party.legal_representative,
        )
        own = {name: self.cleaned_data[name] for name in OWN_FIELDS}
        return PartyContent(**{**_as_dict(fixed), **own})


def _as_dict(content: PartyContent) -> dict[str, Any]:
    return {name: getattr(content, name) for name in PartyContent.__slots__}


def initial_of(party: Party) -> dict[str, Any]:
    """What the form shows of an entry."""
    names = ("name", "uscc", "roles", "legal_representative", *OWN_FIELDS, "version")
    return {name: getattr(party, name) for name in names} | {
        "region": party.region_id,
        "branch": party.branch_id,
    }
