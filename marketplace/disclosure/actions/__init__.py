"""Every write of this room."""

from marketplace.disclosure.actions._checks import ScanRefused
from marketplace.disclosure.actions._preview import Checked, check_notice
from marketplace.disclosure.actions.content import NoticeContent, PartyName
from marketplace.disclosure.actions.files import FileRefused, attach_file
from marketplace.disclosure.actions.imports import (
    Imported,
    close_batch,
    import_notice,
    open_batch,
    resolve_scan_hit,
)
from marketplace.disclosure.actions.levels import load_field_levels
from marketplace.disclosure.actions.projects import merge_projects, split_project
from marketplace.disclosure.actions.questions import (
    TooManyQuestions,
    answer_question,
    ask_question,
    close_question,
    forget_askers,
    publish_question,
    read_asker,
)
from marketplace.disclosure.actions.release import (
    AlreadyReleased,
    release_correction,
    release_notice,
    withdraw_notice,
)
from marketplace.disclosure.rules.dataset import FieldsRefused
from marketplace.disclosure.rules.deadlines import DeadlineRefused

__all__ = [
    "AlreadyReleased",
    "Checked",
    "DeadlineRefused",
    "FieldsRefused",
    "FileRefused",
    "Imported",
    "NoticeContent",
    "PartyName",
    "ScanRefused",
    "TooManyQuestions",
    "answer_question",
    "ask_question",
    "attach_file",
    "check_notice",
    "close_batch",
    "close_question",
    "forget_askers",
    "import_notice",
    "load_field_levels",
    "merge_projects",
    "open_batch",
    "publish_question",
    "read_asker",
    "release_correction",
    "release_notice",
    "resolve_scan_hit",
    "split_project",
    "withdraw_notice",
]
