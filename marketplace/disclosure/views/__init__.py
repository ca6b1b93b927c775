"""Files, readers' questions, and the desk pages of this room."""

from django.utils.translation import gettext_lazy as _

from marketplace.disclosure.queries import open_questions, open_scan_hits
from marketplace.registry.desk import DeskEntry, register
from marketplace.registry.states import Role

_GROUP = _("公告")
CENTRE = (Role.OPERATOR, Role.AUTHOR, Role.REVIEWER, Role.SUPERVISOR)
ANSWERING = (Role.BUYER, Role.AGENCY, Role.OPERATOR, Role.REVIEWER)


def register_desk() -> None:
    """Put this room's pages on the desk; called once at start."""
    register(DeskEntry(_("已发布公告"), "disclosure:desk_notices", "file-text", _GROUP, CENTRE))
    register(
        DeskEntry(
            _("读者提问"),
            "disclosure:desk_questions",
            "message-square",
            _GROUP,
            ANSWERING,
            count=open_questions,
        )
    )
    register(
        DeskEntry(
            _("内容检查"),
            "disclosure:desk_scan_hits",
            "triangle-alert",
            _GROUP,
            (Role.REVIEWER,),
            count=open_scan_hits,
        )
    )
