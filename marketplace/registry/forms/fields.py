"""Fields that several forms share, and the way a refusal reaches its field."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from marketplace.kernel.refusal import NotAllowed, Refused
from marketplace.registry.models import Party, Region
from marketplace.registry.queries import region_by_name

Result = TypeVar("Result")
CODE = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}


def show_refusal(form: forms.BaseForm, refused: Refused) -> None:
    """Put a refusal at its field, or above the form when it has none."""
    form.add_error(refused.field if refused.field in form.fields else None, refused.message)


def carry_out(form: forms.BaseForm, act: Callable[[], Result]) -> Result | None:
    """Run an act; put its refusal at the field of the form, turn a missing right into 403."""
    try:
        return act()
    except NotAllowed as refused:
        if refused.field:
            form.add_error(refused.field, refused.message)
            return None
        raise PermissionDenied(refused.message) from refused
    except Refused as refused:
        show_refusal(form, refused)
        return None


class PlainForm(forms.Form):
    """A form whose empty fields are named: 请填写“姓名”, 请选择“角色”."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            name_required(field)


def name_required(field: forms.Field) -> None:
    """Say which field is empty, in the page's language, when it is shown."""
    message = _("请选择“%s”。") if isinstance(field, forms.ChoiceField) else _("请填写“%s”。")
    field.error_messages["required"] = message % field.label


class RegionField(forms.CharField):
    """A place in words or as a code; cleans to the GB/T 2260 code, empty stays empty."""

    default_error_messages = {
        "unknown": _("没有找到“%(text)s”。请写全称或六位代码，例如“湖北省宜昌市夷陵区”或 420506。"),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("行政区划"))
        kwargs.setdefault("help_text", _("写全称或六位代码，例如“湖北省宜昌市夷陵区”。"))
        super().__init__(max_length=64, **kwargs)

    def clean(self, value: Any) -> str:
        """The code; ``ValidationError`` for a place that is unknown or ambiguous."""
        text = super().clean(value)
        if not text:
            return ""
        region = region_by_name(text)
        if region is None:
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown", params={"text": text})
        return region.code

    def prepare_value(self, value: Any) -> Any:
        """A code is shown as the full name."""
        if isinstance(value, str) and len(value) == 6 and value.isdecimal():
            region = Region.objects.filter(pk=value).first()
            return region.full_name if region else value
        return value


class PartyField(forms.CharField):
    """A party by its code or exact name among those that may be chosen; cleans to its id."""

    default_error_messages = {"unknown": _("没有找到已入库的单位“%(text)s”。请填写统一社会信用代码或全称。")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("代表单位"))
        kwargs.setdefault("help_text", _("统一社会信用代码或单位全称。"))
        super().__init__(max_length=200, widget=forms.TextInput(attrs=CODE), **kwargs)
        self.choices_from: QuerySet[Party] = Party.objects.none()

    def clean(self, value: Any) -> int | None:
        """The id; ``ValidationError`` for an unknown party or a name that two parties share."""
        text = super().clean(value)
        if not text:
            return None
        found = self.choices_from.filter(uscc=text.upper())[:1] or self.choices_from.filter(name=text)[:2]
        if len(found) != 1:
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown", params={"text": text})
        return int(found[0].pk)


class DayField(forms.DateField):
    """A day, typed or picked."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        formats = ["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"]
        super().__init__(widget=widget, input_formats=formats, **kwargs)


class IdChoiceField(forms.ModelChoiceField):
    """A choice among rows that cleans to the id."""

    def clean(self, value: Any) -> int | None:
        """The id of the chosen row, None for none."""
        row = super().clean(value)
        return int(row.pk) if row is not None else None


class ReasonForm(PlainForm):
    """The reason that an act must state."""

    reason = forms.CharField(label=_("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class EmptyForm(PlainForm):
    """A form with nothing to fill in: the click itself is the answer."""
