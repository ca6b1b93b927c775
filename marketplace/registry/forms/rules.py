"""Forms of rules and holidays."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.kernel import clock
from marketplace.kernel.money import MoneyError, parse_yuan
from marketplace.kernel.trade import TradeType
from marketplace.registry.actions import RuleContent
from marketplace.registry.forms.fields import CODE, DayField, PlainForm, RegionField
from marketplace.registry.models import Rule
from marketplace.registry.models.rules import Evidence, RuleUnit

ANY_TRADE = [("", _("全部交易类型")), *TradeType.choices]


class RulesForm(PlainForm):
    """Which rules the reader asks for: a day, a trade type, a place."""

    date = DayField(label=_("日期"), required=False)
    trade = forms.ChoiceField(label=_("交易类型"), choices=ANY_TRADE, required=False)
    region = RegionField(label=_("地区"), required=False, help_text="")


class StartForm(PlainForm):
    """From which day a period is counted."""

    start = DayField(label=_("起算日"), required=False)


class ProposalForm(PlainForm):
    """A new version of a rule, or its repeal."""

    rule_id = forms.ChoiceField(label=_("规则"))
    trade_type = forms.ChoiceField(label=_("交易类型"), choices=ANY_TRADE, required=False)
    region = RegionField(required=False, help_text=_("只在一地适用时填写；留空为全国。"))
    repeals = forms.BooleanField(
        label=_("废止该范围内的现行版本，不再另行规定"), required=False, help_text=_("勾选后不填数值。")
    )
    value = forms.CharField(
        label=_("数值"),
        max_length=40,
        required=False,
        help_text=_("单位为元时可写 80万元。"),
        widget=forms.TextInput(attrs={"inputmode": "decimal", **CODE}),
    )
    unit = forms.ChoiceField(label=_("单位"), choices=RuleUnit.choices, help_text=_("“日”和“工作日”不同。"))
    text = forms.CharField(
        label=_("文字或分数"),
        max_length=300,
        required=False,
        help_text=_("单位为“文字规定”或“分数”时填写，如 2/3。"),
    )
    effective_from = DayField(label=_("生效日期"))
    effective_to = DayField(label=_("失效日期"), required=False, help_text=_("最后一个有效日；没有则留空。"))
    legal_basis = forms.CharField(label=_("依据"), max_length=300, help_text=_("法规名称、文号和条款。"))
    evidence = forms.ChoiceField(label=_("核对情况"), choices=Evidence.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = Rule.objects.values_list("key", "name")
        self.fields["rule_id"].choices = [("", _("请选择")), *((key, f"{key} {name}") for key, name in rules)]

    def clean(self) -> dict[str, Any]:
        """Read the number in its unit."""
        data = super().clean() or {}
        text = (data.get("value") or "").strip()
        if text and not data.get("repeals"):
            try:
                data["value"] = parse_yuan(text) if data.get("unit") == RuleUnit.YUAN else _number(text)
            except MoneyError as error:
                self.add_error("value", str(error))
        else:
            data["value"] = None
        return data

    def content(self) -> RuleContent:
        """What the action takes."""
        data = dict(self.cleaned_data)
        if data["repeals"]:
            data["text"] = ""
        return RuleContent(**data)


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise MoneyError(_("请填写数字，例如 20 或 0.5。")) from error
    if not number.is_finite() or abs(number) >= 10**12 or number != round(number, 4):
        raise MoneyError(_("请填写数字，最多四位小数。"))
    return number


class HolidayForm(PlainForm):
    """One day off or one swap workday."""

    day = DayField(label=_("日期"))
    name = forms.CharField(label=_("名称"), max_length=40, help_text=_("例如“春节”“春节调休上班”。"))
    is_workday = forms.TypedChoiceField(
        label=_("当天"),
        choices=[("0", _("放假")), ("1", _("上班（调休）"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        initial="0",
    )


class YearForm(PlainForm):
    """The notice that completes a year."""

    legal_basis = forms.CharField(
        label=_("放假通知文号"), max_length=200, help_text=_("国务院办公厅关于该年度部分节假日安排的通知。")
    )


def year_of(text: str) -> int:
    """A year that can be shown; nonsense is this year."""
    year = int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else clock.today().year
    return min(max(year, 2000), 2100)
