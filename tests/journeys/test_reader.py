"""A reader on a phone, scripts switched off: search, narrow down, read, take along (R1, R16, R103)."""

import csv
import io
import re
import zipfile
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import PHONE, Visits

ATOM = "{http://www.w3.org/2005/Atom}"
WORD = "打印机"


@pytest.fixture
def phone(visit: Visits) -> Page:
    """A phone of 390 px that runs no script."""
    return visit(viewport=PHONE, java_script_enabled=False)


def search(page: Page) -> None:
    """From the home page, with the one box."""
    page.goto("/")
    page.get_by_role("searchbox").fill(WORD)
    page.get_by_role("button", name="搜索").click()


def total(page: Page) -> int:
    """How many results the list says there are."""
    said = page.get_by_role("status").inner_text()
    return int(re.search(r"共 ([\d,]+) 条", said)[1].replace(",", ""))  # type: ignore[index]


def titles(page: Page) -> list[str]:
    """The titles of the list."""
    return page.locator("ol.rows-notice li a").all_inner_texts()


def narrow(page: Page, option: Locator) -> None:
    """Open the filters, choose one option, apply."""
    page.locator("details.facets-sheet > summary").click()
    facet = page.locator("details.facet", has=option)
    if facet.get_attribute("open") is None:
        facet.locator("summary").click()
    option.check()
    page.locator(".facets-go button").click()


def test_a_reader_finds_narrows_and_reads(phone: Page, visit: Visits) -> None:
    """Count and chips, region and status, the notice with its key facts; the address says it all."""
    search(phone)
    expect(phone.get_by_role("heading", level=1)).to_contain_text(f"“{WORD}”")
    chips = phone.locator("ul.chips")
    expect(chips).to_contain_text("有效")
    open_now = total(phone)
    narrow(phone, phone.locator("input[name=status][value=all]"))
    assert total(phone) > open_now
    narrow(phone, phone.locator("input[name=region][value='140500']"))
    expect(chips).to_contain_text("晋城市")
    narrow(phone, phone.locator("input[name=status][value=active]"))
    assert total(phone) == open_now
    asked = parse_qs(urlsplit(phone.url).query)
    assert asked["q"] == [WORD]
    assert "140500" in asked["region"]  # beside its province, of which it is the narrower choice

    again = visit(viewport=PHONE, java_script_enabled=False)
    again.goto(phone.url)
    assert titles(again) == titles(phone) != []

    phone.locator("ol.rows-notice li a").first.click()
    keys = phone.locator("dl.keys").first
    expect(keys).to_contain_text("人民币")
    expect(keys).to_contain_text("整")
    expect(keys).to_contain_text("（北京时间）")
    timeline = phone.get_by_role("navigation", name="项目进程")
    expect(timeline).to_contain_text("采购公告")
    phone.go_back()
    expect(chips).to_contain_text("晋城市")


def test_the_feed_of_a_search_is_atom(phone: Page) -> None:
    """The link on the page leads to well-formed Atom with the same results."""
    search(phone)
    link = phone.get_by_role("link", name="Atom 订阅").first
    answer = phone.request.get(link.get_attribute("href"))
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.body())
    assert feed.tag == f"{ATOM}feed"
    assert [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")] == titles(phone)
    assert all(
        entry.findtext(f"{ATOM}id") and entry.findtext(f"{ATOM}updated")
        for entry in feed.iter(f"{ATOM}entry")
    )


def test_the_list_is_taken_along_as_tables(phone: Page) -> None:
    """CSV with the mark that Excel needs, and a real XLSX; both hold the rows of the list."""
    search(phone)
    with phone.expect_download() as getting:
        phone.get_by_role("link", name="CSV").click()
    text = getting.value.path().read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    assert len(rows) == 1 + total(phone)
    for title in titles(phone):
        assert any(title in row for row in rows[1:])
    with phone.expect_download() as getting:
        phone.get_by_role("link", name="XLSX").click()
    assert getting.value.suggested_filename.endswith(".xlsx")
    with zipfile.ZipFile(getting.value.path()) as book:
        assert book.testzip() is None
        words = "".join(book.read(name).decode() for name in book.namelist() if name.startswith("xl/"))
    assert all(title in words for title in titles(phone))


def test_a_search_without_results_says_what_to_drop(phone: Page) -> None:
    """An empty list names the filter that stands in the way, never just nothing."""
    phone.goto(f"/notices/?q={WORD}&region=310000")
    expect(phone.locator("main")).to_contain_text("没有")
    phone.get_by_role("region", name="去掉一个条件试试").get_by_role("link").first.click()
    assert titles(phone) != []
