from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "marketplace.inbox"
    label = "inbox"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear of the events that people are told about."""
        from marketplace.inbox import consumers

        consumers.connect()
