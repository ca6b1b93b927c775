"""What a production start needs; half-configured it does not start at all."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured


def refuse_half_configured(settings: Mapping[str, Any]) -> None:
    """Raise ``ImproperlyConfigured`` that names everything still missing, in plain sentences."""
    missing = list(problems(settings))
    if missing:
        raise ImproperlyConfigured(
            "SUNLIT_PRODUCTION=1, but this installation is not ready to serve the public:\n"
            + "\n".join(f"  - {sentence}" for sentence in missing)
        )


def problems(settings: Mapping[str, Any]) -> Iterator[str]:
    """Sentences that say what to set; none when the settings are complete."""
    if len(settings["SECRET_KEY"]) < 40 or len(set(settings["SECRET_KEY"])) < 10:
        yield "SECRET_KEY must be at least 40 random characters."
    if settings["DEBUG"]:
        yield "DEBUG must be off."
    hosts = settings["ALLOWED_HOSTS"]
    if not hosts or any("*" in host for host in hosts) or set(hosts) <= {"127.0.0.1", "localhost", "[::1]"}:
        yield "ALLOWED_HOSTS must name the public host names, without *."
    if settings["DATABASES"]["default"]["ENGINE"].endswith("sqlite3") and not settings["env"].bool(
        "SQLITE_ON_PURPOSE", False
    ):
        yield "DATABASE_URL must name a PostgreSQL database (or set SQLITE_ON_PURPOSE=1 for one machine)."
    if not settings["USE_TLS"]:
        yield "USE_TLS must stay on: sessions and forms travel encrypted only."
    if not settings["BASE_URL"].startswith("https://"):
        yield "BASE_URL must be the public address, beginning with https://."
    if not settings["RATE_LIMITS_ENABLED"]:
        yield "RATE_LIMITS_ENABLED must stay on."
    yield from _key_problems(settings)


def _key_problems(settings: Mapping[str, Any]) -> Iterator[str]:
    folder = Path(settings["KEYS_DIR"])
    if folder.is_dir() and folder.stat().st_mode & 0o077:
        yield f"{folder} must be readable by its owner only (chmod 700)."


def database_problems() -> Iterator[str]:
    """Sentences about what lies in the database; raises ``DatabaseError`` where it cannot be asked."""
    from marketplace.ledger import keys

    if keys.is_demo():
        yield "The database holds demo data, whose passwords everybody knows: use a new one."
    current = keys.current()
    if current is None:
        yield "The ledger has no key yet: run sunlit setup."
    elif not keys.path(current.key_id).exists():
        yield f"The ledger's private key {keys.path(current.key_id)} is missing: put it back."


def refuse_unfit_database() -> None:
    """Raise ``ImproperlyConfigured`` where a production start finds an unfit database."""
    found = list(database_problems())
    if found:
        raise ImproperlyConfigured(
            "SUNLIT_PRODUCTION=1, but the database is not fit to serve the public:\n"
            + "\n".join(f"  - {sentence}" for sentence in found)
        )
