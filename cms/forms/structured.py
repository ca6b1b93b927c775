"""Form fields made from the dataset of the public standard: one input per declared field."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from wagtail.admin.widgets import AdminDateInput, AdminDateTimeInput

from marketplace.disclosure.models import FieldDisclosure
from marketplace.disclosure.queries.levels import nested_specs
from marketplace.kernel.clock import BEIJING

PREFIX = "f_"
SPARE_ROWS = 2
_TEXT_LIMIT = 300


class RowsField(forms.Field):
    """A list of rows such as the candidates: a small table of inputs, empty rows dropped."""

    def __init__(self, columns: list[FieldDisclosure], **kwargs: Any) -> None:
        self.columns = columns
        super().__init__(widget=RowsWidget(columns), **kwargs)

    def clean(self, value: Any) -> list[dict[str, str]]:
        """Rows with at least one filled cell."""
        return [row for row in value or [] if any(cell.strip() for cell in row.values())]


class RowsWidget(forms.Widget):
    """Renders and reads the table; names are ``<field>-<row>-<column>``."""

    template_name = "cms/editor/rows_widget.html"

    def __init__(self, columns: list[FieldDisclosure]) -> None:
        self.columns = columns
        super().__init__()

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        rows = list(value or []) + [{} for _spare in range(SPARE_ROWS)]
        context = super().get_context(name, value, attrs)
        context["rows"] = [
            [_cell(spec, f"{name}-{place}-{spec.key}", str(row.get(spec.key, ""))) for spec in self.columns]
            for place, row in enumerate(rows)
        ]
        context["count_name"], context["count"] = f"{name}-rows", len(rows)
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[dict[str, str]]:
        try:
            count = min(int(data.get(f"{name}-rows", 0)), 200)
        except ValueError:
            count = 0
        return [
            {spec.key: str(data.get(f"{name}-{place}-{spec.key}", "")).strip() for spec in self.columns}
            for place in range(count)
        ]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return f"{name}-rows" not in data


def _cell(spec: FieldDisclosure, name: str, value: str) -> dict[str, Any]:
    """One input of the table: a choice where the standard gives the values, else a line of text."""
    choices = [(key, words, key == value) for key, words in spec.choice_map.items()] if spec.choices else []
    return {"name": name, "label": spec.label, "value": value, "choices": choices}


def field_for(spec: FieldDisclosure, *, kind: str, trade_type: str) -> forms.Field:
    """The form field of one declared field; never required here, so that a draft can be half done."""
    common = {"label": spec.label, "required": False, "help_text": _("必填") if spec.required else ""}
    if spec.format.startswith("list:"):
        return RowsField(nested_specs(spec, kind=kind, trade_type=trade_type), **common)
    if spec.choices:
        return forms.ChoiceField(choices=[("", "—"), *spec.choice_map.items()], **common)
    if spec.format == "yyyyMMddHHmmss":
        return forms.DateTimeField(widget=AdminDateTimeInput(), **common)
    if spec.format == "yyyyMMdd":
        return forms.DateField(widget=AdminDateInput(), **common)
    if spec.format.startswith("N"):
        return forms.DecimalField(min_value=0, max_digits=26, **common)
    return forms.CharField(widget=_text_widget(spec.format), **common)


def _text_widget(shape: str) -> forms.Widget:
    limit = shape.removeprefix("C").removeprefix("..")
    long = not limit.isdigit() or int(limit) > _TEXT_LIMIT
    return forms.Textarea(attrs={"rows": 3}) if long else forms.TextInput()


def stored(value: Any) -> Any:
    """A cleaned value as it is kept: ISO 8601 with offset, decimal strings, plain text."""
    if value in (None, "", []):
        return None
    if isinstance(value, Decimal):
        return format(value, "f")
    if hasattr(value, "utcoffset"):
        return value.astimezone(BEIJING).isoformat()
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value


def read(specs: Iterable[FieldDisclosure], cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """The structured fields out of a cleaned form, empty ones left out."""
    values = {spec.key: stored(cleaned.get(PREFIX + spec.key)) for spec in specs}
    return {key: value for key, value in values.items() if value is not None}
