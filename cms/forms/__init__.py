"""Forms of the editors' room."""

from cms.forms.drafts import MoneyField, NoticeDraftForm
from cms.forms.public import ErrorReportForm, PolicyFilterForm
from cms.forms.review import AttachmentForm, ReviewForm, StartForm

__all__ = [
    "AttachmentForm",
    "ErrorReportForm",
    "MoneyField",
    "NoticeDraftForm",
    "PolicyFilterForm",
    "ReviewForm",
    "StartForm",
]
