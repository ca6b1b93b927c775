"""Forms that readers use."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.queries import policy_topics, policy_years


class ErrorReportForm(forms.Form):
    """What is wrong, and where; contact only if the reader wants a reply."""

    page = forms.CharField(label=_("页面地址"), max_length=500)
    description = forms.CharField(
        label=_("哪里有错"), widget=forms.Textarea(attrs={"rows": 5}), max_length=2000
    )
    contact = forms.CharField(
        label=_("联系方式"),
        max_length=100,
        required=False,
        help_text=_("电话或邮箱，只用于告诉您处理结果，加密保存，两年后删除。"),
    )


class AnswerForm(forms.Form):
    """An operator's reply to a report."""

    reply = forms.CharField(label=_("答复"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2000)


class PolicyFilterForm(forms.Form):
    """Filters of the policy list; every value it does not know is left out, never an error page."""

    q = forms.CharField(label=_("标题、文号或正文"), required=False, max_length=100)
    topic = forms.ChoiceField(label=_("主题分类"), required=False)
    year = forms.TypedChoiceField(label=_("发布年份"), required=False, coerce=int, empty_value=None)
    in_force = forms.BooleanField(label=_("只看有效"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].choices = [("", _("全部")), *((topic, topic) for topic in policy_topics())]
        self.fields["year"].choices = [("", _("全部")), *((year, str(year)) for year in policy_years())]

    def known(self) -> dict[str, Any]:
        """The values that passed."""
        self.is_valid()
        cleaned = self.cleaned_data
        return {
            "text": cleaned.get("q") or "",
            "topic": cleaned.get("topic") or "",
            "year": cleaned.get("year"),
            "in_force": bool(cleaned.get("in_force")),
        }
