from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    name = "cms"
    label = "cms"
    verbose_name = "内容管理"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hang the ledger on Wagtail's log, drafts' own policy on Wagtail, policies on search, messages."""
        from django.db.models.signals import post_save
        from wagtail.models import ModelLogEntry, PageLogEntry
        from wagtail.permissions import register_permission_policy

        from cms import consumers
        from cms.actions._desk import Desk
        from cms.models import NoticeDraft, ReviewTask
        from cms.queries.documents import POLICIES
        from cms.rules.policy import DraftPolicy
        from marketplace.ledger.rules import declare_public
        from search.sources import register

        ReviewTask.desk = Desk()
        consumers.connect()
        self._stand_on_the_desk()
        declare_public({"cms.policy_imported": _("收录政策文件")})
        register(POLICIES)
        register_permission_policy(NoticeDraft, DraftPolicy(NoticeDraft))

        def keep(instance: object, created: bool, **kwargs: object) -> None:
            from cms.actions._journal import journal

            if created:
                journal(entry=instance)

        for model in (ModelLogEntry, PageLogEntry):
            post_save.connect(keep, sender=model, weak=False, dispatch_uid=f"cms.journal.{model.__name__}")

    @staticmethod
    def _stand_on_the_desk() -> None:
        """Entries of the workbench: the editor with what waits for review, and readers' reports."""
        from cms.queries import open_reports, waiting_for
        from marketplace.registry.desk import DeskEntry, register
        from marketplace.registry.states import Role

        editors, answering = (Role.AUTHOR, Role.REVIEWER), (Role.OPERATOR, Role.AUTHOR)
        register(
            DeskEntry(_("编写和审核公告"), "/editor/notices/", "pencil", _("公告"), editors, waiting_for)
        )
        register(DeskEntry(_("网站栏目和政策"), "/editor/pages/", "file-text", _("公告"), editors))
        register(DeskEntry(_("网站纠错"), "desk_reports", "flag", _("公告"), answering, open_reports))
