from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate


class LedgerConfig(AppConfig):
    name = "marketplace.ledger"
    label = "ledger"
    verbose_name = "全程留痕"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Guard the append-only tables after every migrate and look for the guards in checks."""
        from marketplace.ledger import keys, models, triggers

        for model in (models.Event, models.Leaf, models.Node, models.Checkpoint):
            triggers.register(model)
        triggers.register(models.LogKey, columns=["origin", "key_id", "public_key", "created_at"])
        post_migrate.connect(triggers.install, sender=self, dispatch_uid="ledger.triggers")
        checks.register(triggers.check_triggers, checks.Tags.database)
        checks.register(keys.check_log, checks.Tags.database)
