"""An empty installation, from the code in the terminal to an author at work (R81, DESIGN 7)."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Visits, log_in
from tests.journeys.server import Site

PASSWORD = "Kiln-Orchid-4471"
ADMINISTRATORS = {
    "system_admin": ("丁维一", "ding"),
    "security_admin": ("安守正", "an"),
    "audit_admin": ("纪明察", "ji"),
}
CENTRE = "临溪市公共资源交易中心"


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Site]:
    """A site that was started with ``DEMO=0`` on an empty folder."""
    folder = tmp_path / "data"
    folder.mkdir()
    running = Site(folder, DEMO="0").start()
    yield running
    running.stop()


def printed_code(site: Site) -> str:
    """The one-time code as it stands in the terminal."""
    asked = next(number for number, line in enumerate(site.lines) if "one-time code" in line)
    return next(line.strip() for line in site.lines[asked + 1 :] if line.strip())


def set_up(page: Page, code: str) -> dict[str, str]:
    """Fill the first page; returns the activation code of each administrator by user name."""
    page.goto("/setup/")
    page.locator("#id_code").fill("0000-0000-0000")
    page.locator("#id_region").fill("湖北省宜昌市")
    page.locator("#id_branch_code").fill("LX")
    page.locator("#id_branch_name").fill(CENTRE)
    for role, (name, username) in ADMINISTRATORS.items():
        page.locator(f"#id_{role}_name").fill(name)
        page.locator(f"#id_{role}_username").fill(username)
    page.get_by_role("button", name="完成设置").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.locator("#id_code").fill(code)
    page.get_by_role("button", name="完成设置").click()
    expect(page.get_by_role("heading", name="设置完成")).to_be_visible()
    slips = page.locator("section.sect").all()
    codes = [slip.locator("dd.code").all_inner_texts() for slip in slips]
    return dict(codes)


def activate(page: Page, username: str, code: str) -> None:
    """Set the own password with the code from the slip."""
    page.goto("/accounts/activate/")
    page.locator("#id_username").fill(username)
    page.locator("#id_code").fill(code)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_again").fill(PASSWORD)
    page.get_by_role("button", name="设置密码").click()
    expect(page).not_to_have_url(re.compile("/activate/"))


def at_the_desk(visits: Visits, username: str, code: str) -> Page:
    """Activate and log in, in a browser of one's own."""
    page = visits()
    activate(page, username, code)
    log_in(page, username, PASSWORD)
    expect(page).to_have_url(f"{visits.base}/desk/")
    return page


def register(page: Page, name: str, username: str) -> str:
    """The system administrator writes a person down; returns the activation code."""
    page.goto("/desk/people/new/")
    page.locator("#id_name").fill(name)
    page.locator("#id_username").fill(username)
    page.locator("#id_branch").select_option(label=CENTRE)
    page.get_by_role("button", name="保存").click()
    page.get_by_role("link", name="签发激活代码").click()
    page.get_by_role("button", name="签发", exact=True).click()
    return page.locator("dd.code strong").inner_text()


def grant_author(page: Page, name: str) -> None:
    """The security administrator gives the role, at the one branch."""
    page.goto("/desk/people/")
    page.get_by_role("link", name=name).click()
    page.get_by_role("link", name="授予角色").click()
    page.locator("#id_role").select_option("author")
    page.locator("#id_branch").select_option(label=CENTRE)
    page.locator("#id_reason").fill("岗位任命")
    page.locator("main form.form button[type=submit]").first.click()
    expect(page.locator("main")).to_contain_text(name)
    expect(page.locator("main")).to_contain_text("公告编写")


def test_an_empty_site_is_put_to_work_in_the_browser(empty: Site, chromium: Browser) -> None:
    """Code, three administrators, region, branch, roles, an author; nobody holds all the keys."""
    visits = Visits(chromium, empty.url)
    first = visits()
    first.goto("/notices/")
    expect(first.locator("main")).to_contain_text("还没有公告")
    codes = set_up(first, printed_code(empty))
    assert set(codes) == {username for _, username in ADMINISTRATORS.values()}
    gone = first.goto("/setup/")
    assert gone is not None and gone.status == 404

    system, security = (at_the_desk(visits, username, codes[username]) for username in ("ding", "an"))
    code = register(system, "温书言", "wen")
    refused = system.goto("/desk/grants/new/")
    assert refused is not None and refused.status == 403
    grant_author(security, "温书言")

    author = at_the_desk(visits, "wen", code)
    author.locator("#main").get_by_role("link", name="编写和审核公告").click()
    author.get_by_role("link", name="添加 公告稿").first.click()
    expect(author.get_by_label("公告类型")).to_be_visible()
    auditor = at_the_desk(visits, "ji", codes["ji"])
    auditor.goto("/desk/logins/")
    expect(auditor.locator("main")).to_contain_text("wen")
    assert visits.close() == []
