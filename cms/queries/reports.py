"""Reads of readers' error reports."""

from cms.models import ErrorReport
from cms.states import ReportState
from marketplace.kernel.actor import Actor


def open_reports(actor: Actor) -> int:
    """How many reports wait for an answer; everybody who may answer sees all of them."""
    return ErrorReport.objects.filter(state=ReportState.OPEN).count()
