"""Forms of this room; what the rules refuse is shown at the field."""

import secrets

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.disclosure.actions.questions import ANSWER_LIMIT, NAME_LIMIT, TEXT_LIMIT
from marketplace.disclosure.models import Notice, TradeProject
from marketplace.disclosure.states import WithdrawalBasis


def new_key() -> str:
    """A key for a form that must not act twice."""
    return secrets.token_urlsafe(24)


class QuestionForm(forms.Form):
    """What a reader asks; name and contact are for the unit alone."""

    name = forms.CharField(
        label=gettext_lazy("您的称呼"),
        max_length=NAME_LIMIT,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    contact = forms.CharField(
        label=gettext_lazy("手机号码或电子邮箱"),
        max_length=254,
        help_text=gettext_lazy("仅供单位答复时联系您，加密保存，不会公开。"),
        widget=forms.TextInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )
    text = forms.CharField(
        label=gettext_lazy("问题"),
        max_length=TEXT_LIMIT,
        help_text=gettext_lazy("请勿填写身份证号码、电话等个人信息。"),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    agrees = forms.BooleanField(label=gettext_lazy("同意公开问题和答复，不含个人信息"), required=False)
    consent = forms.BooleanField(
        label=gettext_lazy("我同意平台为答复本问题处理我填写的信息"),
        error_messages={"required": gettext_lazy("须同意后才能提交。")},
    )
    key = forms.CharField(max_length=80, widget=forms.HiddenInput, initial=new_key)


class AnswerForm(forms.Form):
    """The unit's answer."""

    answer = forms.CharField(
        label=gettext_lazy("答复"), max_length=ANSWER_LIMIT, widget=forms.Textarea(attrs={"rows": 8})
    )
    publish = forms.BooleanField(label=gettext_lazy("同意公开问题和答复"), required=False)


class ReasonForm(forms.Form):
    """Why a question is not answered."""

    reason = forms.CharField(label=gettext_lazy("不予答复的理由"), max_length=500)


class WithdrawForm(forms.Form):
    """On which ground a notice is taken down."""

    basis = forms.ChoiceField(
        label=gettext_lazy("撤下依据"), choices=WithdrawalBasis.choices, widget=forms.RadioSelect
    )
    document = forms.CharField(
        label=gettext_lazy("监督决定文号"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("依据监督部门决定撤下时必填。"),
    )
    reason = forms.CharField(
        label=gettext_lazy("撤下原因"),
        max_length=500,
        help_text=gettext_lazy("将在公告页公开显示，请勿写入需保密的内容。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class HitForm(forms.Form):
    """What became of a finding."""

    event = forms.ChoiceField(
        label=gettext_lazy("处理结果"),
        choices=[
            ("accept", gettext_lazy("核实无碍")),
            ("act", gettext_lazy("已处置（更正、撤下或联系来源）")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("处理说明"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class MergeForm(forms.Form):
    """Into which project another one goes: by its address, id or any of its codes."""

    into = forms.CharField(
        label=gettext_lazy("并入项目"),
        max_length=200,
        help_text=gettext_lazy("填写另一项目的编号、标段编号或项目页网址。"),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("合并理由"), max_length=500, help_text=gettext_lazy("将记入公开的留痕记录。")
    )


class SplitForm(forms.Form):
    """Which notices leave a project."""

    notices = forms.TypedMultipleChoiceField(
        label=gettext_lazy("移出的公告"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("更正公告随原公告一并移出。"),
        error_messages={"required": gettext_lazy("请选择要移出的公告。")},
    )
    name = forms.CharField(label=gettext_lazy("新项目名称"), max_length=600)
    codes = forms.CharField(
        label=gettext_lazy("随同移出的编号"),
        max_length=1000,
        required=False,
        help_text=gettext_lazy("多个编号用空格或分号隔开。"),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("拆分理由"), max_length=500, help_text=gettext_lazy("将记入公开的留痕记录。")
    )

    def __init__(self, *args: object, project: TradeProject, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        rows = (
            Notice.objects.filter(project=project)
            .order_by("published_at")
            .only("pk", "title", "state", "kind")
        )
        choices = [(row.pk, _("（已撤下）") if row.is_withdrawn else row.title) for row in rows]
        self.fields["notices"].choices = choices  # type: ignore[attr-defined]

    def clean_codes(self) -> list[str]:
        """The codes, one by one."""
        text = self.cleaned_data["codes"]
        return [code for code in text.replace("；", ";").replace(";", " ").split() if code]
