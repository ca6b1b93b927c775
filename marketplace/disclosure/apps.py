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
