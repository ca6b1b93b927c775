"""What every test may use: a migrated database, a clean cache, a scripted clock, the services."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client, TransactionTestCase
from django.utils import translation

from marketplace.kernel import clock
from marketplace.ledger.quiet import watch
from tests import databases
from tests import demo as demo_site

# Rooms whose tests touch the database, locks or search: they run on PostgreSQL as well.
ON_POSTGRESQL = (
    "tests/ledger/",
    "tests/registry/",
    "tests/disclosure/",
    "tests/inbox/",
    "tests/search/",
    "tests/cms/",
)
SERVICES = {"elasticsearch": "TEST_ELASTICSEARCH_URL", "redis": "TEST_REDIS_URL"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what also runs on PostgreSQL; leave out what needs a service that was not started."""
    for item in items:
        path = item.nodeid.replace("\\", "/")
        if path.startswith(ON_POSTGRESQL) and _uses_database(item):
            item.add_marker("postgres")
        for marker, variable in SERVICES.items():
            if item.get_closest_marker(marker) and not os.environ.get(variable):
                item.add_marker(pytest.mark.skip(reason=f"needs {marker}: run by `make test`"))


def _uses_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db", "live_server"})


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: object, django_db_use_migrations: bool
) -> Iterator[None]:
    """A copy of the migrated template database for this worker."""
    with django_db_blocker.unblock():
        databases.prepare(migrations=django_db_use_migrations)
    yield
    with django_db_blocker.unblock():
        databases.remove()


def _restore_instead_of_flush(case: TransactionTestCase) -> None:
    databases.restore()


TransactionTestCase._fixture_teardown = _restore_instead_of_flush

_plain_request = Client.request


def _watched_request(client: Client, **request: object) -> HttpResponse:
    """Every request of every test: nothing outside the quiet tables is written without an event."""
    with watch():
        return _plain_request(client, **request)


Client.request = _watched_request


@pytest.fixture(autouse=True)
def clean_cache() -> Iterator[None]:
    """No test sees what another one cached."""
    cache.clear()
    yield


@pytest.fixture(autouse=True)
def in_chinese() -> Iterator[None]:
    """Every test starts in the site's own language, whatever page another one asked for."""
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def scripted_clock() -> Iterator[clock.ScriptedClock]:
    """The platform's clock, standing at Monday 2026-06-01 09:00 in Beijing; move it by hand."""
    with clock.script(datetime(2026, 6, 1, 9, 0, tzinfo=clock.BEIJING)) as scripted:
        yield scripted


@pytest.fixture(scope="session")
def demo_folder() -> Path:
    """A data folder with the demo; never write into it."""
    return demo_site.folder()


@pytest.fixture
def demo(demo_folder: Path, transactional_db: None, settings, tmp_path: Path) -> Path:
    """The test's database is the demo's, and so are its files, keys and search index. SQLite only."""
    if not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        pytest.skip("the demo is tested on the embedded edition")
    target = tmp_path / "demo"
    demo_site.put_in_place(demo_folder, target)
    settings.DATA_DIR, settings.KEYS_DIR, settings.FILES_DIR = target, target / "keys", target / "files"
    settings.MEDIA_ROOT, settings.LEDGER_KEYS_DIR = target / "media", target / "keys"
    return target
