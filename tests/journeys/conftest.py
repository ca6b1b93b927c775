"""One real site and one real browser for the journeys of a test process."""

import itertools
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests import services
from tests.journeys.server import ROOT, Site, environment_for
from tests.journeys.watching import Watch

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
PASSWORD = "Sunlit-demo-2026"  # printed by the demo for everybody
expect.set_options(timeout=15_000)
Open = Callable[..., Page]
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives Chromium."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def data_folder(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo for the tests of one worker."""
    folder = tmp_path_factory.mktemp("site") / "data"
    shutil.copytree(demo_folder, folder)
    return folder


@pytest.fixture(scope="session")
def addresses(data_folder: Path) -> dict[str, dict[str, str]]:
    """Role → name → address of every page that it may open (``visitor`` among the roles)."""
    environment = environment_for(data_folder) | {"DJANGO_SETTINGS_MODULE": "sunlit.settings"}
    command = [sys.executable, "-m", "tests.journeys.addresses"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)  # type: ignore[no-any-return]


@pytest.fixture(scope="session")
def site(data_folder: Path, addresses: object) -> Iterator[Site]:
    """The demo, furnished and served by a process of its own."""
    running = Site(data_folder).start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    program = services.find("chromium")
    if program is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


_numbers = itertools.count(1)


class Visits:
    """Opens browsers of people, each with its own cookies, and watches what they complain about."""

    def __init__(self, chromium: Browser, base: str) -> None:
        self.chromium, self.base = chromium, base
        self.watches: list[Watch] = []
        self.contexts: list[BrowserContext] = []

    def __call__(self, **options: Any) -> Page:
        """A new browser at the site; ``options`` are Playwright's (``viewport``, ``java_script_enabled`` …)."""
        settings: dict[str, Any] = {"viewport": DESK, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
        # A name of its own, so that the limits per browser do not take all people for one.
        settings["user_agent"] = f"Mozilla/5.0 (X11; Linux x86_64) Chrome/150 Journey/{next(_numbers)}"
        context = self.chromium.new_context(base_url=self.base, **settings | options)
        context.set_default_timeout(20_000)
        self.watches.append(Watch(context, self.base))
        self.contexts.append(context)
        return context.new_page()

    def log_in(self, username: str, password: str = PASSWORD, **options: Any) -> Page:
        """A new browser in which that person has logged in; stands at the desk."""
        page = self(**options)
        log_in(page, username, password)
        expect(page).to_have_url(f"{self.base}/desk/")
        return page

    def close(self) -> list[str]:
        """Close all browsers; returns what they complained about."""
        for context in self.contexts:
            context.close()
        return [line for watch in self.watches for line in watch.take()]


def log_in(page: Page, username: str, password: str = PASSWORD) -> None:
    """Fill the login form and send it."""
    page.goto("/accounts/login/")
    page.locator("#id_username").fill(username)
    page.locator("#id_password").fill(password)
    page.locator("main form button").first.click()


@pytest.fixture
def visit(chromium: Browser, site: Site) -> Iterator[Visits]:
    """Browsers at the demo site; at the end none of them may have complained."""
    visits = Visits(chromium, site.url)
    yield visits
    assert visits.close() == []
