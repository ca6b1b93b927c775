"""Projects, notices, questions and the levels of disclosure."""

from marketplace.disclosure.models.files import Attachment
from marketplace.disclosure.models.imports import ImportBatch, ScanHit
from marketplace.disclosure.models.levels import FieldDisclosure
from marketplace.disclosure.models.notices import Notice, NoticeParty
from marketplace.disclosure.models.projects import Lot, ProjectCode, TradeProject
from marketplace.disclosure.models.questions import Question

__all__ = [
    "Attachment",
    "FieldDisclosure",
    "ImportBatch",
    "Lot",
    "Notice",
    "NoticeParty",
    "ProjectCode",
    "Question",
    "ScanHit",
    "TradeProject",
]
