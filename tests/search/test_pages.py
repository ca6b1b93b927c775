"""The list, its feed, its exports and the API as readers and programs meet them."""

import csv
import io
import json
import re
import zipfile
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.disclosure import actions
from marketplace.disclosure.models import ImportBatch, Notice
from marketplace.kernel import clock
from search import sources
from search.backends import get_backend
from search.backends.base import EngineUnavailable
from search.exports import guarded
from tests.disclosure.conftest import COMMAND, imported
from tests.search.hostile import hostile_strings

pytestmark = pytest.mark.django_db
ADDRESSES = (
    "/notices/",
    "/api/v1/notices/",
    "/notices/feed.atom",
    "/notices/export.csv",
    "/notices/export.xlsx",
)


@pytest.fixture
def notices(batch: ImportBatch) -> list[Notice]:
    """Forty-five announcements in a province, a city and a district, of two kinds, the first one the newest."""
    rows = []
    for at in range(45):
        content = imported(
            title=f"{'道路' if at % 3 else '桥梁'}养护工程第 {at} 号公告",
            body_text=f"编号：YH-2026-{at:04d}\n采购养护服务，预算见附件。<b>粗体</b> & 其他。",
            kind="tender" if at % 2 else "result",
            region_code=("420500", "420506", "420000")[at % 3],
            published_at=clock.day_start(clock.today() - timedelta(days=at)),
            deadline_at=clock.now() + timedelta(hours=at) if at % 5 == 0 and at else None,
            amount=Decimal(100000) * at if at else None,
        )
        rows.append(actions.import_notice(content, batch=batch, by=COMMAND, at=clock.now()).notice)
    sources.refresh("notice", [notice.pk for notice in rows])
    return rows


def page(client: Client, **asked: object) -> str:
    """The list's HTML."""
    answer = client.get("/notices/", asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_shows_the_newest_with_total_and_pages(client: Client, notices: list[Notice]) -> None:
    html = page(client)
    assert "45 条</h1>" in html
    assert html.index(notices[1].public_id) < html.index(notices[2].public_id)
    assert html.count('class="snip"') == 20
    assert "第 1 页，共 3 页" in html and 'href="?page=2"' in html
    last = page(client, page=3)
    assert last.count('<p class="snip"') == 5 and 'start="41"' in last


def test_words_are_marked_and_everything_else_is_escaped(client: Client, notices: list[Notice]) -> None:
    html = page(client, q="桥梁 附件")
    assert "<mark>桥梁</mark>养护工程" in html and "<mark>附件</mark>" in html
    assert "&lt;b&gt;粗体&lt;/b&gt; &amp; 其他" in html and "<b>粗体" not in html
    assert "<script>alert" not in page(client, q="<script>alert(1)</script>")


def test_facets_count_and_keep_the_state_in_the_address(client: Client, notices: list[Notice]) -> None:
    html = page(client, q="养护", kind="tender", region="420500")
    assert re.search(r'name="kind" value="tender" checked><span>交易公告</span><small>\d+</small>', html)
    assert re.search(r'name="kind" value="result"><span>', html)
    assert '<input type="hidden" name="q" value="养护">' in html
    assert re.search(r'name="region" value="420000" checked>', html), (
        "the way down to the chosen place is chosen"
    )
    assert "去掉条件" in html and "全部清除" in html


def test_an_empty_answer_says_which_filter_to_drop(client: Client, notices: list[Notice]) -> None:
    html = page(client, q="桥梁", kind="result", max="1")
    assert "没有找到有效公告" in html
    ways = re.findall(r'<a href="([^"]+)">([^<]+)</a><span class="meta">(\d+) 条', html)
    assert [label for _url, label, _count in ways][0] == "不限“1.00 元以下”"
    url, _label, count = ways[0]
    assert f"找到 {count} 条有效公告" in client.get("/notices/" + url.replace("&amp;", "&")).content.decode()


def test_an_empty_site_is_honest(client: Client, db: None) -> None:
    assert "还没有公告" in page(client, status="all")


def test_problems_are_said_and_the_rest_is_answered(client: Client, notices: list[Notice]) -> None:
    html = page(
        client, q="养护", **{"from": "2026-13-01", "min": "很多", "sort": "price", "cursor": "forged"}
    )
    assert "日期请写成" in html and "没有这个选项" in html and "翻页标记无效" in html
    assert notices[1].public_id in html


def test_at_most_twelve_queries(client: Client, notices: list[Notice]) -> None:
    for asked in (
        {},
        {"q": "养护 桥梁", "region": "420500", "kind": "tender"},
        {"q": "没有的"},
        {"status": "all", "sort": "deadline"},
    ):
        page(client, **asked)
        with CaptureQueriesContext(connection) as queries:
            page(client, **asked)
        assert len(queries) <= 12


def test_english(client: Client, notices: list[Notice]) -> None:
    answer = client.get("/en/notices/", {"q": "养护"})
    assert answer.status_code == 200 and notices[1].public_id in answer.content.decode()


def test_a_silent_engine_is_said_politely(
    client: Client, notices: list[Notice], monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_args: object, **_named: object) -> None:
        raise EngineUnavailable("down")

    monkeypatch.setattr(type(get_backend()), "search", down)
    answer = client.get("/notices/")
    assert answer.status_code == 503 and answer["Retry-After"] and "搜索暂时不可用" in answer.content.decode()
    assert client.get("/api/v1/notices/").json()["error"]["code"] == "unavailable"
    assert client.get("/notices/feed.atom").status_code == 503
    assert client.get("/notices/export.csv").status_code == 503
    assert client.get("/notices/export.xlsx").status_code == 503


def test_five_hundred_hostile_strings_never_break_a_page(client: Client, notices: list[Notice]) -> None:
    names = ("q", "q", "q", "kind", "region", "from", "min", "cursor", "page", "status", "sort", "date")
    for number, text in enumerate(hostile_strings(500)):
        text = text.encode("utf-8", "replace").decode()[:2000]
        address = ADDRESSES[0] if number % 3 else ADDRESSES[number % len(ADDRESSES)]
        answer = client.get(address, {names[number % len(names)]: text})
        assert answer.status_code < 500, (address, text)


# --- API ------------------------------------------------------------------------------


def test_the_api_answers_in_the_promised_shape(client: Client, notices: list[Notice]) -> None:
    data = client.get("/api/v1/notices/", {"q": "养护", "status": "all", "page_size": 2}).json()
    assert set(data) == {"total", "results", "facets", "next"}
    assert data["total"] == 45 and len(data["results"]) == 2
    first = data["results"][0]
    assert list(first) == [
        "id", "source_id", "title", "kind", "trade", "region", "published_at", "deadline_at", "amount", "url", "snippet",
    ]  # fmt: skip
    assert first["id"] == notices[0].public_id and first["source_id"] == notices[0].source_id
    assert first["published_at"] == f"{clock.today()}T00:00:00+08:00"
    assert first["url"] == f"http://testserver/notices/{first['id']}/"
    assert data["results"][1]["amount"] == "100000.00"
    assert data["facets"]["kind"] == {"tender": 22, "result": 23}


def test_the_cursor_walks_through_everything_once(client: Client, notices: list[Notice]) -> None:
    for sort in ("newest", "relevance", "deadline"):
        asked = {"q": "养护", "status": "all", "page_size": "7", "sort": sort}
        seen: list[str] = []
        cursor = ""
        while cursor is not None:
            data = client.get("/api/v1/notices/", asked | ({"cursor": cursor} if cursor else {})).json()
            seen += [row["id"] for row in data["results"]]
            cursor = data["next"]
        assert len(seen) == 45 and set(seen) == {notice.public_id for notice in notices}


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"page_size": "101"}, "page_size"),
        ({"cursor": "abc"}, "cursor"),
        ({"kind": "x"}, "kind"),
        ({"from": "x"}, "from"),
        ({"min": "x"}, "min"),
        ({"status": "x"}, "status"),
    ],
)
def test_the_api_refuses_what_it_does_not_understand(
    client: Client, db: None, asked: dict, field: str
) -> None:
    answer = client.get("/api/v1/notices/", asked)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "fields"} and list(error["fields"]) == [field]


def test_the_api_reads_only(client: Client, db: None) -> None:
    for address in ADDRESSES:
        assert client.post(address).status_code == 405


def test_the_same_address_gives_page_and_api_the_same_rows(client: Client, notices: list[Notice]) -> None:
    asked = {"q": "养护", "region": "420500", "min": "500000", "status": "all"}
    html = page(client, **asked)
    for row in client.get("/api/v1/notices/", asked).json()["results"]:
        assert row["id"] in html


# --- feed and exports --------------------------------------------------------------------


def test_the_feed_is_atom_with_the_newest_first(client: Client, notices: list[Notice]) -> None:
    answer = client.get("/notices/feed.atom", {"q": "桥梁\x0b", "status": "all"})
    assert answer["Content-Type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.content)
    space = {"a": "http://www.w3.org/2005/Atom"}
    assert len(feed.findall("a:entry", space)) == 15
    assert feed.find("a:entry/a:id", space).text.endswith(f"/notices/{notices[0].public_id}/")
    link = feed.find("a:link[@rel='alternate']", space).attrib["href"]
    assert parse_qs(urlsplit(link).query)["q"] == ["桥梁"]


def test_csv_has_a_mark_lines_and_no_formula(client: Client, batch: ImportBatch) -> None:
    evil = '=HYPERLINK("http://x","点我")'
    content = imported(title=evil, amount=Decimal("1234.50"))
    notice = actions.import_notice(content, batch=batch, by=COMMAND, at=clock.now()).notice
    sources.refresh("notice", [notice.pk])
    answer = client.get("/notices/export.csv", {"status": "all"})
    raw = b"".join(answer.streaming_content)
    assert raw.startswith(b"\xef\xbb\xbf") and raw.count(b"\r\n") == 2
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    assert rows[1][0] == "'" + evil and rows[1][7] == "1234.50"
    assert all(not cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row)
    assert [guarded(cell) for cell in ("-1", "+1", "@x", "a=1", "")] == ["'-1", "'+1", "'@x", "a=1", ""]


def test_a_workbook_holds_text_only(client: Client, notices: list[Notice], tmp_path: Path) -> None:
    answer = client.get("/notices/export.xlsx", {"q": "养护", "status": "all"})
    target = tmp_path / "x.xlsx"
    target.write_bytes(b"".join(answer.streaming_content))
    with zipfile.ZipFile(target) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == 46
    assert "<f>" not in sheet and not re.search(r"<c [^>]*t=\"n\"", sheet)


def test_pages_name_their_feed_and_keep_searches_out_of_engines(
    client: Client, notices: list[Notice]
) -> None:
    html = page(client, q="养护")
    assert 'type="application/atom+xml"' in html and "noindex" in html
    assert "noindex" not in page(client)


def test_json_is_readable(client: Client, notices: list[Notice]) -> None:
    raw = client.get("/api/v1/notices/", {"q": "养护"}).content.decode()
    assert "养护" in raw and json.loads(raw)
