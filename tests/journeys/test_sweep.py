"""Every page that a visitor or a role of the demo can open, looked at by the machine (ux 6.4).

Each answers below 400, writes no error into the console, breaks no content policy, asks no
stranger, is never wider than the screen, and axe finds nothing (WCAG 2.2 AA and best practice).
"""

import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.conftest import Visits
from tests.sunlit.test_permissions import ROLES

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
WIDTHS = (1280, 390)
NARROWEST = 320
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Looked at in both widths and both colours; the others at one width in light and for their colours in dark.
MAIN = frozenset(
    {
        *("home", "notices", "notices: nothing", "notice: tender", "notice: corrected", "project: longest"),
        *("party: supplier", "policies", "rules", "ledger", "login", "report", "desk"),
    }
)
EDITOR = "wagtailsnippets_cms_noticedraft:"
axe = Axe()


def violations(page: Page, *, colours_only: bool = False) -> list[str]:
    """What axe says is wrong: rule, place, words."""
    only = {"type": "rule", "values": ["color-contrast"]} if colours_only else {"type": "tag", "values": TAGS}
    found = axe.run(page, options={"runOnly": only, "resultTypes": ["violations"]}).response["violations"]
    return [
        f"{rule['id']}: {node['target'][0]} — {node['failureSummary'].splitlines()[-1].strip()}"
        for rule in found
        for node in rule["nodes"]
    ]


def resized(page: Page, width: int) -> None:
    """The same page on a screen of another width."""
    page.set_viewport_size({"width": width, "height": 844 if width < 600 else 900})


def look(page: Page, *, thoroughly: bool) -> list[str]:
    """All that is wrong with the page that is open."""
    found = []
    for width in WIDTHS:
        resized(page, width)
        if page.evaluate(WIDER) > 0:
            found.append(f"wider than {width} px")
        if not thoroughly and width != WIDTHS[0]:
            continue
        page.emulate_media(color_scheme="light")
        found += [f"{width} light {line}" for line in violations(page)]
        page.emulate_media(color_scheme="dark")
        found += [f"{width} dark {line}" for line in violations(page, colours_only=not thoroughly)]
    resized(page, NARROWEST)
    if page.evaluate(WIDER) > 0:
        found.append(f"wider than {NARROWEST} px")
    return found


@pytest.mark.parametrize("role", ROLES)
def test_every_page_of(role: str, visit: Visits, addresses: dict[str, dict[str, str]]) -> None:
    """All pages of one role, with all that is wrong in one list."""
    page = visit() if role == "visitor" else visit.log_in(role)
    page.emulate_media(reduced_motion="reduce")
    watch, wrong = visit.watches[0], []
    for name, address in addresses[role].items():
        if name.startswith(EDITOR):
            continue
        t = time.time()
        answer = page.goto(address)
        found = [] if answer and answer.status < 400 else [f"answer {answer and answer.status}"]
        found += look(page, thoroughly=name in MAIN) + watch.take()
        wrong += [f"{name} ({address}): {line}" for line in dict.fromkeys(found)]
        print(name, round(time.time() - t, 2))
    assert wrong == []
