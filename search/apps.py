from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "search"
    label = "fulltext"
    default_auto_field = "django.db.models.BigAutoField"
