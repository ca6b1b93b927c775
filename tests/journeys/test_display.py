"""The same site for other eyes and hands: 长辈版, contrast, dark, English, keyboard alone (R54, ux 12)."""

import json
import re
import sqlite3
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE, Visits
from tests.journeys.server import ROOT, Site

WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Texts and labels of a page that hold Chinese characters and are not marked as Chinese.
CHINESE = """() => {
  const han = /[\\u4e00-\\u9fff]/, found = [];
  const marked = (node) => (node.closest("[lang]")?.lang ?? "").startsWith("zh") || node.closest("script, style");
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    if (han.test(text.textContent) && !marked(text.parentElement)) found.push(text.textContent.trim());
  }
  for (const name of ["aria-label", "title", "placeholder", "alt"])
    for (const node of document.querySelectorAll(`[${name}]`))
      if (han.test(node.getAttribute(name)) && !marked(node)) found.push(node.getAttribute(name).trim());
  return found;
}"""


def press(page: Page, name: str) -> None:
    """One of the switches in the top line."""
    page.get_by_role("banner").get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize(
    "name, attribute, value",
    [("长辈版", "data-elder", ""), ("高对比度", "data-contrast", ""), ("深色", "data-theme", "dark")],
)
@pytest.mark.parametrize("script", [True, False])
def test_a_display_mode_stays(visit: Visits, name: str, attribute: str, value: str, script: bool) -> None:
    """Chosen on one page it holds on all others, after coming back, and in English; pressed again it ends."""
    page = visit(viewport=PHONE, java_script_enabled=script)
    page.goto("/notices/?status=all")
    press(page, name)
    html = page.locator("html")
    for address in (page.url, "/", "/policies/", "/en/ledger/"):
        page.goto(address)
        expect(html).to_have_attribute(attribute, value)
    page.goto("/notices/?status=all")
    expect(page).to_have_url(f"{visit.base}/notices/?status=all")
    press(page, name)
    expect(html).not_to_have_attribute(attribute, value)


def test_the_elders_pages_are_large_and_fit_the_smallest_phone(visit: Visits) -> None:
    """Text of at least 18 px; nothing to be pushed sideways at 320 px."""
    page = visit(viewport={"width": 320, "height": 640})
    page.goto("/")
    press(page, "长辈版")
    notice = page.request.get("/api/v1/notices/?status=all").json()["results"][0]["url"]
    for address in (
        "/",
        "/notices/?status=all",
        notice,
        "/policies/",
        "/rules/",
        "/ledger/",
        "/accounts/login/",
    ):
        page.goto(address)
        assert page.evaluate(WIDER) <= 0, address
        assert (
            page.evaluate("parseFloat(getComputedStyle(document.querySelector('main p, main dd')).fontSize)")
            >= 18
        )


def contents(site: Site) -> str:
    """All that is content: what lies in the database, and what the demo calls itself."""
    with sqlite3.connect(f"file:{site.folder / 'sunlit.sqlite3'}?mode=ro", uri=True) as database:
        rows = "\n".join(database.iterdump())
    database.close()
    unescaped = re.sub(r"(?:\\u[0-9a-f]{4})+", lambda found: json.loads(f'"{found[0]}"'), rows)
    own = [path.read_text() for path in (ROOT / "site" / "sunlit").rglob("*.py")]
    return "\n".join([unescaped, *own])


def interface_words() -> set[str]:
    """Chinese messages that have another text in English."""
    with Path(ROOT / "frontend/locale/en/LC_MESSAGES/django.po").open("rb") as file:
        catalogue = read_po(file)
    return {
        str(one.id) for one in catalogue if isinstance(one.id, str) and one.string and one.string != one.id
    }


def test_english_pages_speak_english(visit: Visits, site: Site, addresses: dict[str, dict[str, str]]) -> None:
    """Every public page: Chinese is left only where it is content, and all of that lies in the database."""
    page = visit()
    words, known, wrong = interface_words(), contents(site), []
    for name, address in addresses["visitor"].items():
        page.goto(f"/en{address}")
        expect(page.locator("html")).to_have_attribute("lang", "en")
        for text in page.evaluate(CHINESE):
            runs = re.findall(r"[\u4e00-\u9fff]{2,}", text)
            if text not in address and (text in words or any(run not in known + address for run in runs)):
                wrong.append((name, text))
    assert wrong == []


def focused(page: Page, selector: str) -> bool:
    """Whether the keyboard is at such an element."""
    return bool(page.evaluate("(selector) => document.activeElement.matches(selector)", selector))


def tab_to(page: Page, selector: str, most: int) -> None:
    """Press Tab until the focus is there; each stop on the way must be seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", page.evaluate("document.activeElement.outerHTML")
        if focused(page, selector):
            return
    raise AssertionError(f"{selector} is not reached by {most} times Tab")


def test_the_keyboard_alone_finds_and_opens_a_notice(visit: Visits) -> None:
    """Skip link first; search box, result and its text without a pointer."""
    page = visit()
    page.goto("/")
    page.keyboard.press("Tab")
    assert focused(page, "a.skip")
    page.keyboard.press("Enter")
    assert focused(page, "main")
    page.goto("/")
    tab_to(page, "#find-q", 12)
    page.keyboard.insert_text("采购公告")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("采购公告")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    tab_to(page, "ol.rows-notice a", 40)
    title = str(page.evaluate("document.activeElement.textContent"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
