from django.apps import AppConfig


class FrontendConfig(AppConfig):
    name = "frontend"
    label = "frontend"
    default_auto_field = "django.db.models.BigAutoField"
