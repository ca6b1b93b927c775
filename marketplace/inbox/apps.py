from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "marketplace.inbox"
    label = "inbox"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear of the events that people are told about; stand on the desk."""
        from django.utils.translation import gettext_lazy as _

        from marketplace.inbox import consumers
        from marketplace.inbox.queries import unread_count
        from marketplace.registry.desk import DeskEntry, register

        consumers.connect()
        register(DeskEntry(_("消息"), "inbox:list", "bell", count=unread_count, todo=False))
