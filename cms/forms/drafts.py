"""The editor's form of a notice draft."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from cms.forms.structured import PREFIX, field_for, read
from marketplace.disclosure.queries.levels import field_specs
from marketplace.disclosure.rules.dataset import day, moment
from marketplace.kernel import money
from marketplace.registry.models import Region


class MoneyField(forms.CharField):
    """An amount as people type it (1,000、1000元、1.2万元); cleans to 元 with two places."""

    def to_python(self, value: Any) -> Decimal | None:
        """The amount; raises ``ValidationError`` with what to write instead."""
        text = super().to_python(value)
        if not text:
            return None
        try:
            return money.parse_yuan(text)
        except money.MoneyError as error:
            raise ValidationError(str(error)) from error

    def prepare_value(self, value: Any) -> Any:
        """Shown with separators again."""
        return money.format_yuan(value) if isinstance(value, Decimal) else value


class NoticeDraftForm(WagtailAdminModelForm):
    """The draft's own columns, and one input for each structured field of its kind and trade."""

    amount = MoneyField(
        label=_("金额（元）"), required=False, help_text=_("可以写 1,280,000、1280000元 或 128万元。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        draft = self.instance
        base = draft.corrects.base_kind if draft.corrects_id else ""
        self.specs = field_specs(draft.kind, draft.trade_type, base_kind=base) if draft.kind else []
        for spec in self.specs:
            self.fields[PREFIX + spec.key] = field_for(
                spec, kind=base or draft.kind, trade_type=draft.trade_type
            )
            self.initial[PREFIX + spec.key] = _shown(spec.format, (draft.fields or {}).get(spec.key))
        if "region" in self.fields:
            self.fields["region"].queryset = _regions(draft)

    def structured(self) -> list[forms.BoundField]:
        """The bound structured fields in the order of the standard."""
        return [self[PREFIX + spec.key] for spec in self.specs]

    def clean(self) -> dict[str, Any]:
        """Collect the structured fields into ``instance.fields``."""
        cleaned = super().clean() or self.cleaned_data
        kept = {key: value for key, value in (self.instance.fields or {}).items() if key not in self._keys()}
        self.instance.fields = {**kept, **read(self.specs, cleaned)}
        return cleaned

    def _keys(self) -> set[str]:
        return {spec.key for spec in self.specs}


def _shown(shape: str, value: Any) -> Any:
    if value is None:
        return None
    if shape == "yyyyMMddHHmmss":
        return moment(value)
    return day(value) if shape == "yyyyMMdd" else value


def _regions(draft: Any) -> Any:
    return Region.objects.filter(path__startswith=draft.branch.region.path).order_by("code")
