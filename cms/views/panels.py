"""Panels of the draft's form that Wagtail does not have."""

from typing import Any

from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, Panel

from cms.queries import draft_findings


class StructuredPanel(Panel):
    """The inputs that the dataset of the notice's kind and trade asks for."""

    class BoundPanel(Panel.BoundPanel):
        """Bound to one form."""

        template_name = "cms/editor/structured_panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """The bound fields in the order of the standard."""
            return {**super().get_context_data(parent_context), "fields": self.form.structured()}


class FindingsPanel(Panel):
    """What the scan finds in the stored text, and what is still missing."""

    class BoundPanel(Panel.BoundPanel):
        """Bound to one draft."""

        template_name = "cms/editor/findings_panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Findings of the stored version; nothing for a new one."""
            found = draft_findings(self.instance) if self.instance.pk else None
            return {**super().get_context_data(parent_context), "findings": found, "draft": self.instance}


class DraftPanels(ObjectList):
    """The whole form; Wagtail adds what no panel claims, which here is drawn already."""

    class BoundPanel(ObjectList.BoundPanel):
        """Bound to one form."""

        def render_missing_fields(self) -> str:
            """Nothing for the structured inputs: an empty copy further down would win when the form is sent."""
            drawn = {
                *self.panel.get_form_options().get("fields", []),
                *(one.name for one in self.form.structured()),
            }
            return mark_safe("".join(str(self.form[name]) for name in self.form.fields if name not in drawn))


def draft_edit_handler() -> ObjectList:
    """The form of a notice draft."""
    return DraftPanels(
        [
            FieldPanel("title", required_on_save=True),
            MultiFieldPanel(
                [
                    FieldPanel("project_code"),
                    FieldPanel("project_name"),
                    FieldPanel("lot_code"),
                    FieldPanel("lot_name"),
                    FieldPanel("region"),
                ],
                heading=_("项目"),
            ),
            MultiFieldPanel(
                [FieldPanel("buyer_name"), FieldPanel("agency_name"), FieldPanel("winner_name")],
                heading=_("单位（多个单位之间用分号隔开）"),
            ),
            MultiFieldPanel([FieldPanel("amount"), FieldPanel("amount_kind")], heading=_("金额")),
            MultiFieldPanel(
                [FieldPanel("deadline_at"), FieldPanel("opening_at")], heading=_("时间（北京时间）")
            ),
            StructuredPanel(heading=_("公告要素")),
            FieldPanel("body"),
            MultiFieldPanel(
                [FieldPanel("responsible_person"), FieldPanel("verifier"), FieldPanel("release_at")],
                heading=_("责任人与发布"),
            ),
            FindingsPanel(heading=_("检查结果")),
            MultiFieldPanel(
                [FieldPanel("scan_reason"), FieldPanel("deadline_reason")], heading=_("书面说明")
            ),
        ]
    )
