"""Test databases: migrated once, copied for each worker, restored after each test that commits.

Django would empty every table after a test that commits; that loses the rows which migrations
make, and the append-only triggers refuse it. Here the whole database is put back instead
(SQLite's backup call, PostgreSQL's CREATE DATABASE … TEMPLATE).
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from sunlit import schema

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


def prepare(*, migrations: bool) -> None:
    """Make this worker's database and remember its clean state."""
    if connection.vendor == "postgresql":
        _prepare_postgresql(migrations)
    else:
        _prepare_sqlite(migrations)


def restore() -> None:
    """Put the clean state back, whatever was committed since."""
    if connection.vendor == "postgresql":
        connections.close_all()
        _postgresql_copy(_template_name(), settings.DATABASES["default"]["NAME"])
        return
    connection.close()
    with (
        sqlite3.connect(_clean_copy()) as source,
        sqlite3.connect(settings.DATABASES["default"]["NAME"]) as target,
    ):
        source.backup(target)
    source.close()
    target.close()


def remove() -> None:
    """Drop this worker's database."""
    connections.close_all()
    if connection.vendor == "postgresql":
        with _maintenance() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{settings.DATABASES["default"]["NAME"]}" WITH (FORCE)')


# --- SQLite ------------------------------------------------------------------------


def _clean_copy() -> Path:
    return settings.DATA_DIR / "clean.sqlite3"


def _prepare_sqlite(migrations: bool) -> None:
    name = settings.DATA_DIR / "test.sqlite3"
    if migrations:
        shutil.copyfile(_template(), _clean_copy())
    else:
        _use(_clean_copy())
        _migrate_without_migrations()
        _checkpoint()
    shutil.copyfile(_clean_copy(), name)
    _use(name)


def _template() -> Path:
    """The migrated file of exactly these migrations, made by the first worker that needs it."""
    folder = Path(tempfile.gettempdir()) / f"sunlit-test-templates-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{_fingerprint()}.sqlite3"
    with _locked(folder / "lock"):
        if not path.exists():
            for old in sorted(folder.glob("*.sqlite3"), key=os.path.getmtime)[:-5]:
                old.unlink()
            building = path.with_suffix(".building")
            building.unlink(missing_ok=True)
            if not schema.why_not_usable():
                schema.load(building)
            _use(building)
            call_command("migrate", verbosity=0, interactive=False)
            _checkpoint()
            building.rename(path)
    return path


def _use(name: Path) -> None:
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = str(name)


def _checkpoint() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connections.close_all()


# --- PostgreSQL --------------------------------------------------------------------


def _template_name() -> str:
    return f"sunlit_template_{_fingerprint()}"


def _prepare_postgresql(migrations: bool) -> None:
    template, name = _template_name(), f"sunlit_test_{WORKER}"
    with _locked(Path(tempfile.gettempdir()) / f"sunlit-test-{os.getuid()}.lock"):
        with _maintenance() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template])
            missing = cursor.fetchone() is None
        if missing:
            building = f"{template}_building"
            with _maintenance() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{building}" WITH (FORCE)')
                cursor.execute(f'CREATE DATABASE "{building}"')
            _use(building)
            call_command(
                "migrate", verbosity=0, interactive=False
            ) if migrations else _migrate_without_migrations()
            connections.close_all()
            with _maintenance() as cursor:
                cursor.execute(f'ALTER DATABASE "{building}" RENAME TO "{template}"')
    _postgresql_copy(template, name)
    _use(name)


def _postgresql_copy(template: str, name: str) -> None:
    with _locked(Path(tempfile.gettempdir()) / f"sunlit-test-{os.getuid()}.lock"), _maintenance() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


@contextmanager
def _maintenance() -> Iterator:
    import psycopg

    parameters = connection.get_connection_params() | {"dbname": "postgres"}
    known = {
        key: parameters[key] for key in ("host", "port", "user", "password", "dbname") if key in parameters
    }
    with psycopg.connect(**known, autocommit=True) as maintenance, maintenance.cursor() as cursor:
        yield cursor


# --- Both --------------------------------------------------------------------------


@cache
def _fingerprint() -> str:
    """Of every migration source, of what runs after migrating, and of our models."""
    digest = hashlib.sha256(connection.vendor.encode())
    for config in sorted(apps.get_app_configs(), key=lambda config: config.label):
        folder = Path(config.path)
        sources = [*folder.glob("migrations/*.py")]
        if folder.is_relative_to(settings.BASE_DIR) and "site-packages" not in folder.parts:
            sources += [*folder.glob("*.py"), *folder.glob("models/*.py")]
        for source in sorted(sources):
            digest.update(f"{config.label}/{source.name}\n".encode() + source.read_bytes())
    return digest.hexdigest()[:16]


def _migrate_without_migrations() -> None:
    from pytest_django.fixtures import _disable_migrations

    _disable_migrations()
    call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)
    _wagtail_rows()


def _wagtail_rows() -> None:
    """What Wagtail's own migrations would have made: a locale, the root page, the root collection."""
    from wagtail.models import Collection, Locale, Page, Site

    Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    if not Page.objects.exists():
        root = Page.add_root(title="Root", slug="root")
        Site.objects.create(hostname="localhost", root_page=root, is_default_site=True)
    if not Collection.objects.exists():
        Collection.add_root(name="Root")


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
