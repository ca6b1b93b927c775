from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    name = "marketplace.disclosure"
    label = "disclosure"
    verbose_name = "信息公开"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """What is public cannot be rewritten: the database itself refuses. Put this room's pages on the desk."""
        from marketplace.disclosure import models, views
        from marketplace.ledger import triggers

        triggers.register(models.Notice, allow=models.Notice.MUTABLE)
        triggers.register(models.NoticeParty)
        triggers.register(models.Attachment, allow=("notice", "position"))
        triggers.register(models.ScanHit, columns=("notice", "rule", "excerpt", "found_at"))
        triggers.register(
            models.Question, deny=("update",), columns=("notice", "text", "asker_agrees", "asked_at")
        )
        views.register_desk()
        _show_acts_in_the_public_log()


def _show_acts_in_the_public_log() -> None:
    from django.utils.translation import gettext_lazy as _

    from marketplace.disclosure.queries import was_withdrawn
    from marketplace.ledger.rules import declare_public

    notices = {"disclosure.notice_released": _("公告发布"), "disclosure.notice_imported": _("公告导入")}
    declare_public(notices, unless=was_withdrawn)
    declare_public(
        {
            "disclosure.notice_withdrawn": _("公告撤下"),
            "disclosure.project_merged": _("项目合并"),
            "disclosure.project_split": _("项目拆分"),
            "disclosure.question_published": _("提问与答复公开"),
        }
    )
