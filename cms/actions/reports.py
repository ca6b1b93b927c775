"""A reader says what is wrong on the site; an operator answers."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cms.models import ErrorReport
from cms.states import REPORT_MOVES
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import NotAllowed, Refused
from marketplace.ledger.actions import append
from marketplace.registry.rules import actor_has
from marketplace.registry.states import Role


@transaction.atomic
def report_error(*, page_path: str, description: str, contact: str, by: Actor, at: datetime) -> ErrorReport:
    """Take a reader's report (国办发〔2017〕47号「我为政府网站找错」); anyone may.

    ``contact`` is optional and stored encrypted. Raises ``Refused`` for an empty description.
    """
    if not description.strip():
        raise Refused(_("请写明哪里有错。"), field="description")
    report = ErrorReport.objects.create(
        page_path=page_path[:500], description=description.strip(), contact=contact.strip(), reported_at=at
    )
    append("cms.error_reported", by=by, at=at, subject=report, data={"page": report.page_path})
    return report


@transaction.atomic
def read_error_report(*, report: ErrorReport, by: Actor, at: datetime) -> None:
    """Note that somebody read a reader's contact (个人信息保护法: access leaves a trace). Raises ``NotAllowed``."""
    if not actor_has(by, Role.OPERATOR, Role.AUTHOR):
        raise NotAllowed(_("只有交易中心经办和公告编写人可以查看。"))
    append("access.error_report_contact", by=by, at=at, subject=report)


@transaction.atomic
def answer_error_report(*, report: ErrorReport, reply: str, by: Actor, at: datetime) -> ErrorReport:
    """Close a report with a reply; operators and authors only. Raises ``NotAllowed``, ``Refused``."""
    if not actor_has(by, Role.OPERATOR, Role.AUTHOR):
        raise NotAllowed(_("只有交易中心经办和公告编写人可以答复。"))
    current = ErrorReport.objects.select_for_update().get(pk=report.pk)
    if not reply.strip():
        raise Refused(_("请填写答复。"), field="reply")
    current.state = REPORT_MOVES.after(current.state, "answer")
    current.reply, current.answered_at, current.answered_by_id = reply.strip(), clock.now(), by.user_id
    current.save()
    append("cms.error_answered", by=by, at=at, subject=current, data={"page": current.page_path})
    return current
