from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistryConfig(AppConfig):
    """Who acts, for whom, where, and under which law."""

    name = "marketplace.registry"
    label = "registry"
    verbose_name = _("登记")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give every login a session row; put this room's pages on the desk."""
        from django.contrib.auth.signals import user_logged_in

        from marketplace.registry import views
        from marketplace.registry.backends import open_session

        user_logged_in.connect(open_session, dispatch_uid="registry.open_session")
        views.register_desk()
