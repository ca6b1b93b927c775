"""The assembled platform as an app: its commands and its system checks."""

from django.apps import AppConfig


class SunlitConfig(AppConfig):
    """Named like the product; it has no tables."""

    name = "sunlit"
    label = "sunlit"
    verbose_name = "阳光交易"

    def ready(self) -> None:
        """Register the system checks."""
        from sunlit import checks  # noqa: F401
