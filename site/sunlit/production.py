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
    if not folder.is_dir():
        yield f"{folder} must exist and hold the keys of the ledger and of personal data (sunlit setup makes them)."
    elif folder.stat().st_mode & 0o077:
        yield f"{folder} must be readable by its owner only (chmod 700)."
