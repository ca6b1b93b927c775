"""Forms of the editors' room."""

from cms.forms.drafts import MoneyField, NoticeDraftForm
from cms.forms.public import AnswerForm, ErrorReportForm, PolicyFilterForm
from cms.forms.review import AttachmentForm, ReviewForm, StartForm

__all__ = [
    "AnswerForm",
    "AttachmentForm",
    "ErrorReportForm",
    "MoneyField",
    "NoticeDraftForm",
    "PolicyFilterForm",
    "ReviewForm",
    "StartForm",
]
