"""What a release would refuse, found out without releasing: for editors while they write."""

from dataclasses import dataclass

from marketplace.disclosure.actions import _checks
from marketplace.disclosure.actions.content import NoticeContent
from marketplace.disclosure.actions.release import _built
from marketplace.disclosure.models import Notice
from marketplace.disclosure.rules.dataset import FieldsRefused
from marketplace.disclosure.rules.scan import Hit
from marketplace.kernel import clock
from marketplace.kernel.refusal import Refused
from marketplace.registry.models import Branch


@dataclass(frozen=True, slots=True)
class Checked:
    """Messages in the order of the form, and what the scan found (masked)."""

    problems: tuple[str, ...] = ()
    hits: tuple[Hit, ...] = ()


def check_notice(draft: NoticeContent, *, corrects: Notice | None = None) -> Checked:
    """The same checks as a release at this moment, except who acts; nothing is written, nothing raised."""
    if not draft.is_valid_kind or draft.branch_id is None:
        return Checked(problems=())
    branch = Branch.objects.get(pk=draft.branch_id)
    try:
        notice, content, specs = _built(draft, corrects, branch, clock.now())
    except Refused as refusal:
        return Checked(problems=(refusal.message,))
    problems: list[str] = []
    try:
        _checks.demand_lawful(notice, content, specs)
    except FieldsRefused as refusal:
        problems += [message for _key, message in refusal.problems]
    except Refused as refusal:
        problems.append(refusal.message)
    try:
        hits = _checks.demand_clean(notice, content, specs)
    except _checks.ScanRefused as refusal:
        hits = refusal.hits
        problems += [refusal.message] if any(hit.rule in _checks.NEVER for hit in hits) else []
    return Checked(problems=tuple(problems), hits=tuple(hits))
