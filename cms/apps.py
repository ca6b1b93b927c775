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
        from cms.models import NoticeDraft
        from cms.queries.documents import POLICIES
        from cms.rules.policy import DraftPolicy
        from marketplace.ledger.rules import declare_public
        from search.sources import register

        declare_public({"cms.policy_imported": _("收录政策文件")})
        register(POLICIES)
        consumers.connect()
        register_permission_policy(NoticeDraft, DraftPolicy(NoticeDraft))

        def keep(instance: object, created: bool, **kwargs: object) -> None:
            from cms.actions import journal

            if created:
                journal(entry=instance)

        for model in (ModelLogEntry, PageLogEntry):
            post_save.connect(keep, sender=model, weak=False, dispatch_uid=f"cms.journal.{model.__name__}")
