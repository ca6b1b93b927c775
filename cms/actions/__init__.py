"""Every write of the editors' room."""

from cms.actions.drafts import attach, delete_draft, detach, save_draft, write_draft
from cms.actions.pages import add_page
from cms.actions.policies import import_policy
from cms.actions.reports import answer_error_report, read_error_report, report_error
from cms.actions.review import (
    approve_draft,
    refuse_release,
    release_draft,
    return_draft,
    submit_draft,
    take_back_draft,
)
from cms.actions.site import build_site, follow_grants

__all__ = [
    "add_page",
    "answer_error_report",
    "approve_draft",
    "attach",
    "build_site",
    "delete_draft",
    "detach",
    "follow_grants",
    "import_policy",
    "read_error_report",
    "refuse_release",
    "release_draft",
    "report_error",
    "return_draft",
    "save_draft",
    "submit_draft",
    "take_back_draft",
    "write_draft",
]
