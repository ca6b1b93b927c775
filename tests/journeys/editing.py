"""What authors and reviewers do in the editor, as they do it: typing and clicking."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from playwright.sync_api import Page, expect

from marketplace.kernel import clock

START = "/editor/notices/add/"


@dataclass(frozen=True, slots=True)
class Draft:
    """What an author types; ``number`` makes the project's code."""

    number: int
    subject: str
    budget: str = "86万元"

    @property
    def title(self) -> str:
        """The headline."""
        return f"{self.subject}公告"

    @property
    def code(self) -> str:
        """A project code that no other notice has."""
        return f"D1405020001{self.number:06d}001"


def in_days(days: int) -> str:
    """Nine o'clock of a day ahead, as the form wants it."""
    day: datetime = clock.now().astimezone(clock.BEIJING) + timedelta(days=days)
    return day.strftime("%Y-%m-%d 09:00")


def write(page: Page, draft: Draft) -> None:
    """From the question what it is to be, to the filled form of a purchase announcement."""
    page.goto(START)
    page.get_by_label("公告类型").select_option("tender")
    page.get_by_label("业务类型").select_option("gov_procurement")
    page.get_by_role("button", name="继续").click()
    for name, text in (
        ("title", draft.title),
        ("project_code", draft.code),
        ("project_name", draft.subject),
        ("buyer_name", "晋城市云栖实验学校"),
        ("amount", draft.budget),
        ("deadline_at", in_days(27)),
        ("opening_at", in_days(27)),
        ("f_BULLETIN_BID_NUM", "1"),
        ("responsible_person", "周起草"),
        ("verifier", "何审慎"),
    ):
        page.locator(f"#id_{name}").fill(text)
    page.locator("#id_amount_kind").select_option("budget")
    page.locator("#id_f_PURCHASER_MODE").select_option("1")
    add_text(page, f"{draft.subject}的潜在供应商应在本平台获取采购文件。")


def add_text(page: Page, text: str) -> None:
    """Put one block of running text into the body."""
    expect(page.locator("body.ready")).to_be_visible()
    page.get_by_title("Insert a block").last.click()
    page.get_by_role("option", name="文字").click()
    writing = page.locator("[contenteditable=true]").last
    writing.click()
    page.keyboard.insert_text(text)
    # The editor hands its text to the form a moment after the last key.
    expect(page.locator("[name^=body-][name$=-value]").last).to_have_value(re.compile(re.escape(text)))


def save(page: Page) -> None:
    """Store the draft and stay in its form."""
    page.get_by_role("button", name="保存草稿").click()
    expect(page.locator(".messages")).to_contain_text("已创建")


def submit(page: Page) -> None:
    """Hand the draft over to the reviewers."""
    page.get_by_role("button", name="更多动作").click()
    page.get_by_role("button", name="提交给公告审核").click()
    expect(page.locator(".messages")).to_contain_text("提交")


def find(page: Page, title: str) -> None:
    """Open a draft from the editor's list, which the search box narrows."""
    page.goto("/editor/notices/")
    page.get_by_role("link", name=title, exact=True).click()


def approve(page: Page, title: str) -> str:
    """The reviewer reads it and lets it go; returns the public address."""
    find(page, title)
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    page.get_by_label("说明").fill("要素齐全，同意发布。")
    page.get_by_role("button", name="通过并发布").click()
    expect(page.get_by_text("已发布。")).to_be_visible()
    find(page, title)
    return str(page.get_by_role("link", name="查看已发布的公告").get_attribute("href"))
