"""The search app; its label is ``fulltext`` because the shop's framework owns ``search``."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Registers the documents of the rooms below; rooms above register theirs."""

    name = "search"
    label = "fulltext"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear of what is published, changed and withdrawn."""
        from search import notices, parties, sources

        sources.register(notices.NOTICES)
        sources.register(parties.PARTIES)
