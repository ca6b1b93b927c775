"""Reads of drafts, pages and policies."""

from cms.queries.drafts import (
    check_draft,
    default_workflow,
    draft_findings,
    drafts_due,
    drafts_matching,
    preview_of,
    search_key,
)
from cms.queries.policies import policies, policies_matching, policy_topics, policy_years

__all__ = [
    "check_draft",
    "default_workflow",
    "draft_findings",
    "drafts_due",
    "drafts_matching",
    "policies",
    "policies_matching",
    "policy_topics",
    "policy_years",
    "preview_of",
    "search_key",
]
