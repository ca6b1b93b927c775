"""Small forms around a draft: start it, attach to it, decide on it."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.disclosure.models import Notice
from marketplace.disclosure.states import NoticeKind, NoticeState
from marketplace.kernel.actor import Actor
from marketplace.kernel.trade import TradeType

_PUBLIC_ID = re.compile(r"([a-z2-9]{12})/?(?:[?#].*)?$")
_STARTABLE = [choice for choice in NoticeKind.choices if choice[0] != NoticeKind.CORRECTION]


class StartForm(forms.Form):
    """What kind of notice, in which trade; or which published notice is to be corrected."""

    kind = forms.ChoiceField(label=_("公告类型"), choices=[("", "—"), *_STARTABLE], required=False)
    trade_type = forms.ChoiceField(
        label=_("业务类型"), choices=[("", "—"), *TradeType.choices], required=False
    )
    corrects = forms.CharField(
        label=_("更正哪一条公告"),
        required=False,
        help_text=_("填写已发布公告的网址。填写后不必再选类型。"),
        max_length=300,
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        self.actor = actor
        super().__init__(*args, **kwargs)

    def clean_corrects(self) -> Notice | None:
        """The newest version of the notice, if it is the branch's own."""
        text = self.cleaned_data["corrects"].strip()
        if not text:
            return None
        found = _PUBLIC_ID.search(text)
        notice = (
            found and Notice.objects.filter(public_id=found.group(1), branch_id=self.actor.branch_id).first()
        )
        if not notice or notice.state != NoticeState.PUBLISHED:
            raise ValidationError(_("本中心没有这条已发布的公告，请核对网址。"))
        return notice.superseded_by or notice

    def clean(self) -> dict[str, Any]:
        """Either a notice to correct, or a kind and a trade."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("corrects"):
            for name in ("kind", "trade_type"):
                if not cleaned.get(name):
                    self.add_error(name, _("请选择。"))
        return cleaned


class AttachmentForm(forms.Form):
    """One file for a draft."""

    upload = forms.FileField(label=_("选择文件"), max_length=200)


DECISIONS = [("approve", _("通过")), ("return", _("退回")), ("take_back", _("收回"))]


class ReviewForm(forms.Form):
    """The reviewer's decision; a return needs a reason."""

    decision = forms.ChoiceField(label=_("审核意见"), choices=DECISIONS)
    comment = forms.CharField(
        label=_("说明"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000, required=False
    )
