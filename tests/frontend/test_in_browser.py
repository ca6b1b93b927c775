"""Every part in Chromium: axe, widths, target sizes, the content policy, and what the script adds."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from tests import services
from tests.frontend import parts

pytestmark = pytest.mark.browser
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BASE = "http://gallery.localhost"  # a name that browsers trust as they trust https
TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
Show = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    program = services.find("chromium")
    if program is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


def _policy() -> str:
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())


def _answer(route: Route, html: str) -> None:
    """The page itself, a static file, or the echo of what a form sent."""
    path = route.request.url.removeprefix(BASE)
    if path.startswith("/static/"):
        found = finders.find(path.removeprefix("/static/").split("?")[0])
        assert found, f"no static file {path}"
        route.fulfill(path=str(found), content_type=TYPES[path.split("?")[0].rsplit(".", 1)[-1]])
    else:
        route.fulfill(
            body=html, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": _policy()}
        )


@pytest.fixture
def show(chromium: Browser) -> Iterator[Show]:
    """Opens a gallery page; at the end nothing may have been complained about."""
    complaints: list[str] = []
    contexts = []

    def opened(name: str, display: str = "", width: int = 1280, scripts: bool = True) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 844},
            java_script_enabled=scripts,
            locale="zh-CN",
            permissions=["clipboard-read", "clipboard-write"],
        )
        contexts.append(context)
        page = context.new_page()
        html = parts.draw(name, display)
        page.route("**/*", lambda route: _answer(route, html))
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{BASE}/{name}/")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response["violations"]
    return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("display", ["", "dark", "elder", "contrast", "contrast.dark"])
@pytest.mark.parametrize("name", parts.PAGES)
def test_axe_finds_nothing(show: Show, name: str, display: str) -> None:
    for width in (1280, 390) if display in ("", "dark") else (390,):
        assert violations(show(name, display, width)) == [], width


@pytest.mark.parametrize("display", ["", "elder", "elder.150"])
@pytest.mark.parametrize("name", parts.PAGES)
def test_no_sideways_scroll_at_320(show: Show, name: str, display: str) -> None:
    page = show(name, display, 320)
    assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize(("display", "least"), [("", 44), ("elder", 60)])
def test_main_buttons_are_large(show: Show, display: str, least: int) -> None:
    page = show("form", display, 390)
    heights = page.eval_on_selector_all(
        "main .acts .btn:not(.btn-small)", "all => all.map(one => one.getBoundingClientRect().height)"
    )
    visible = [height for height in heights if height]
    assert visible and min(visible) >= least


def test_text_of_the_senior_mode_is_never_small(show: Show) -> None:
    page = show("notice", "elder", 390)
    sizes = page.eval_on_selector_all(
        "main p, main dd, main dt, main li, .tag, .kind, .meta",
        "all => all.filter(one => one.offsetParent).map(one => parseFloat(getComputedStyle(one).fontSize))",
    )
    assert min(size for size in sizes if size) >= 18  # a step without size is said in a sentence above


def test_filters_are_open_on_a_wide_screen_and_fold_on_a_phone_without_script(show: Show) -> None:
    assert show("list", scripts=False).get_by_label("有效").first.is_visible()
    phone = show("list", width=390, scripts=False)
    assert not phone.get_by_label("有效").first.is_visible()
    phone.locator(".facets-sheet > summary").click()
    assert phone.get_by_label("有效").first.is_visible()


def test_the_skip_link_comes_first_and_leads_to_the_content(show: Show) -> None:
    page = show("notice")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_errors_take_the_focus(show: Show) -> None:
    expect(show("form").locator("[data-error-summary]")).to_be_focused()


def test_a_digest_is_copied_whole_and_said(show: Show) -> None:
    page = show("notice")
    page.locator("[data-copy]").first.click()
    expect(page.get_by_role("status").last).to_have_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()") == parts.SHA


def test_the_time_left_follows_the_servers_clock(show: Show) -> None:
    page = show("notice")
    page.evaluate(
        "document.querySelector('[data-until]').dataset.until = new Date(Date.now() + 90500).toISOString()"
    )
    expect(page.locator("[data-until]").first).to_have_text("还剩 1 分钟")
    page.evaluate(
        "document.querySelector('[data-until]').dataset.until = new Date(Date.now() - 60000).toISOString()"
    )
    expect(page.locator("[data-until]").first).to_have_text("已截止")


def test_a_question_is_asked_before_the_act_and_back_has_the_focus(show: Show) -> None:
    page = show("form")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.get_by_role("button", name="保存并继续").click()
    expect(page.get_by_role("button", name="返回修改")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("dialog")).not_to_be_visible()
    assert sent == []
    page.get_by_role("button", name="保存并继续").click()
    page.get_by_role("button", name="确认提交").click()
    page.wait_for_url("**/sent/")
    assert len(sent) == 1


def test_an_amount_is_shown_in_words_while_it_is_typed(show: Show) -> None:
    page = show("form")
    page.get_by_label("注册资本（元）").fill("107000.53")
    expect(page.locator("#in-words")).to_have_text("人民币壹拾万柒仟元零伍角叁分")


def test_filters_apply_themselves_and_leave_nothing_empty_in_the_address(show: Show) -> None:
    page = show("list")
    page.get_by_label("临溪区").check()
    page.wait_for_url("**region=3**")
    assert "min=" not in page.url


def test_printing_shows_the_content_alone(show: Show) -> None:
    page = show("notice", "dark")
    page.emulate_media(media="print")
    for hidden in (".strip", ".nav", ".find", ".side-links"):
        assert not page.locator(hidden).first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator(".proof").is_visible()
