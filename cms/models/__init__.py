"""Tables of the editors: notice drafts, editorial pages, policies, error reports."""

# First: wagtail.actions and wagtail.models import each other, in this order only.
import wagtail.models  # noqa: F401

from cms.models.drafts import DraftAttachment, NoticeDraft, ReviewDesk, ReviewTask
from cms.models.guides import CatalogueItem, CataloguePage, PowerItem, PowersListPage, ServicePage
from cms.models.pages import ChannelPage, HomePage
from cms.models.policies import PolicyIndexPage, PolicyPage
from cms.models.reports import ErrorReport

__all__ = [
    "CatalogueItem",
    "CataloguePage",
    "ChannelPage",
    "DraftAttachment",
    "ErrorReport",
    "HomePage",
    "NoticeDraft",
    "PolicyIndexPage",
    "PolicyPage",
    "PowerItem",
    "PowersListPage",
    "ReviewDesk",
    "ReviewTask",
    "ServicePage",
]
