"""Reads of drafts, pages and policies."""

from cms.queries.drafts import (
    check_draft,
    default_workflow,
    draft_findings,
    drafts_due,
    drafts_matching,
    preview_of,
    search_key,
    waiting_for,
)
from cms.queries.home import Home, home
from cms.queries.notices import NoticePage, notice_page, remedy, standing
from cms.queries.policies import policies, policies_matching, policy_topics, policy_years
from cms.queries.reports import open_reports

__all__ = [
    "Home",
    "NoticePage",
    "check_draft",
    "default_workflow",
    "draft_findings",
    "drafts_due",
    "drafts_matching",
    "home",
    "notice_page",
    "open_reports",
    "policies",
    "policies_matching",
    "policy_topics",
    "policy_years",
    "preview_of",
    "remedy",
    "search_key",
    "standing",
    "waiting_for",
]
