"""What the public reads: home, announcement, stub, project, party, policies, files for machines."""

import json
import re
from datetime import timedelta
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.models import (
    ErrorReport,
)
from marketplace.disclosure import actions as disclosure
from marketplace.disclosure.models import Notice
from marketplace.kernel import clock
from marketplace.kernel.clock import ScriptedClock
from marketplace.ledger.models import Event
from marketplace.ledger.sequencer import run_once
from marketplace.registry.states import PartyRole, Role
from tests.cms.conftest import LogIn, Town, page, purchase
from tests.cms.test_policies import imported


@pytest.fixture
def visitor() -> Client:
    """A reader without a session."""
    return Client()


def released(town: Town, **more: object) -> Notice:
    """A published 采购公告."""
    return disclosure.release_notice(purchase(town, **more), by=town.actor(Role.REVIEWER), at=clock.now())


def corrected(town: Town, original: Notice, **more: object) -> Notice:
    """Its correction."""
    draft = purchase(town, project_codes=tuple(original.codes), **more)
    return disclosure.release_correction(original, draft, by=town.actor(Role.REVIEWER), at=clock.now())


def later_by(days: int) -> dict[str, object]:
    """Deadline and opening moved to that many days from now."""
    at = clock.now() + timedelta(days=days)
    return {"deadline_at": at, "opening_at": at}


def queries(client: Client, url: str) -> int:
    """How many queries a page takes, warmed up and not from the cache."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return len([one for one in captured.captured_queries if "SAVEPOINT" not in one["sql"]])


def test_the_notice_page_says_everything(editors: Town, visitor: Client) -> None:
    """Key facts with 大写, fields, text, proof, remedy, calendar, data."""
    town, notice = editors, released(editors)
    run_once()
    text = page(visitor, notice.get_absolute_url())
    for words in (
        notice.title,
        "¥1,286,000.00",
        "人民币壹佰贰拾捌万陆仟元整",
        "LX-ZC-2026-",
        "临溪市图书馆",
        "明衡招标代理有限公司",
        "采购自助借还设备 12 台",
        "周启明",
        "已写入公开台账",
        "下载证明",
        "政府采购法",
        "我要提问",
        "notice.json",
        "deadline.ics",
        'name="ArticleTitle"',
    ):
        assert words in text, words
    assert text.count("<h1") == 1
    assert town.east.name in text


def test_amounts_and_parties_link_to_the_register(editors: Town, visitor: Client) -> None:
    """A unit of the register is a link to its page, which lists the announcement."""
    party = editors.party("临溪市图书馆", PartyRole.PROCURING_ENTITY)
    notice = released(editors)
    assert f"/parties/{party.public_id}/" in page(visitor, notice.get_absolute_url())
    text = page(visitor, f"/parties/{party.public_id}/")
    assert notice.title in text
    assert party.uscc in text
    assert notice.title in page(visitor, f"/parties/{party.public_id}/?kind=tender")
    assert page(visitor, "/parties/aaaaaaaaaaaa/", 404)


def test_a_corrected_page_says_so_and_shows_the_difference(editors: Town, visitor: Client) -> None:
    """R3: before and after, in words, on both pages; the text of the old one stays."""
    first = released(editors)
    later = corrected(editors, first, **later_by(40), amount=Decimal("1300000.00"))
    old, new = page(visitor, first.get_absolute_url()), page(visitor, later.get_absolute_url())
    assert "内容以更正公告为准" in old
    assert later.get_absolute_url() in old
    assert first.get_absolute_url() in new
    for text in (old, new):
        assert "<del>1,286,000.00 元</del>" in text
        assert "<ins>1,300,000.00 元</ins>" in text
    assert "更正（第 1 次）" in old


def test_withdrawal_leaves_a_stub(editors: Town, visitor: Client) -> None:
    """Reason, ground and date; nothing of the content, in no form."""
    notice = released(editors)
    disclosure.withdraw_notice(
        notice,
        basis="order",
        reason="含有不应公开的商业秘密",
        document="临财监〔2026〕7号",
        by=editors.actor(Role.SUPERVISOR, "420500"),
        at=clock.now(),
    )
    text = page(visitor, notice.get_absolute_url())
    for words in ("公告已撤下", "含有不应公开的商业秘密", "临财监〔2026〕7号", "2026年6月1日"):
        assert words in text, words
    for address in ("", "notice.json", "questions/", "deadline.ics"):
        body = visitor.get(f"{notice.get_absolute_url()}{address}").content.decode()
        for secret in (notice.title, "自助借还设备 12 台", "1,286,000", "明衡招标代理有限公司"):
            assert secret not in body, (address, secret)


def test_the_deadline_is_a_calendar_file(editors: Town, visitor: Client) -> None:
    """RFC 5545: CRLF, at most 75 octets a line, UTC, escaped; nothing for a notice without times."""
    notice = released(editors, title="设备采购公告；含逗号,分号;与很长很长很长很长很长很长很长很长很长的标题")
    response = visitor.get(f"{notice.get_absolute_url()}deadline.ics")
    assert response["Content-Type"].startswith("text/calendar")
    raw = response.content
    assert raw.endswith(b"\r\n")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    lines = raw.decode().replace("\r\n ", "").split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 2
    at = notice.deadline_at.astimezone(clock.UTC).strftime("%Y%m%dT%H%M%SZ")
    assert f"DTSTART:{at}" in lines
    assert any(line.startswith("SUMMARY:截止：") and "\\," in line and "\\;" in line for line in lines)


def test_the_notice_as_data(editors: Town, visitor: Client) -> None:
    """Amounts are decimal strings; the digest and the ledger event are there; nothing internal."""
    notice = released(editors)
    said = json.loads(page(visitor, f"{notice.get_absolute_url()}notice.json"))
    assert said["amount"] == "1286000.00"
    assert said["digest"] == notice.digest
    assert said["ledger_event"] == Event.objects.get(kind="disclosure.notice_released").uid
    assert "author_id" not in json.dumps(said)
    assert {"role": "buyer", "name": "临溪市图书馆", "uscc": ""} in said["parties"]


def test_a_project_has_a_tab_per_stage_and_redirects_after_a_merge(editors: Town, visitor: Client) -> None:
    """Two announcements of one project share its page; a merged one leads there."""
    one = released(editors)
    two = released(editors, title="另一个项目的采购公告", project_name="另一个项目")
    text = page(visitor, f"/projects/{one.project.public_id}/")
    assert one.title in text and two.title not in text
    assert "?stage=notice" in text
    merged = disclosure.merge_projects(
        two.project, into=one.project, reason="同一项目", by=editors.actor(Role.REVIEWER), at=clock.now()
    )
    assert merged is not None
    response = visitor.get(f"/projects/{two.project.public_id}/")
    assert response.status_code == 302
    assert response["Location"] == f"/projects/{one.project.public_id}/"
    assert two.title in page(visitor, f"/projects/{one.project.public_id}/?stage=notice")
    assert page(visitor, "/projects/aaaaaaaaaaaa/", 404)


def test_home_shows_what_there_is(editors: Town, visitor: Client) -> None:
    """Numbers that are links, what is open, what closes, the newest by trade."""
    notice = released(editors)
    soon = released(
        editors, title="明日截止的询价公告", fields={"BULLETIN_BID_NUM": "1", "PURCHASER_MODE": "4"}
    )
    text = page(visitor, "/")
    for words in (
        notice.title,
        soon.title,
        "今日公告",
        "/notices/?date=1d&amp;status=all",
        "公开台账",
        "服务指南",
    ):
        assert words in text, words
    assert re.search(r"<b>2</b>", text)
    works = page(visitor, "/?trade=works")
    assert "这一类还没有公告" in works
    assert page(visitor, "/?trade=nonsense")


def test_an_empty_site_says_so(editors: Town, visitor: Client) -> None:
    """No invented numbers, no broken blocks."""
    text = page(visitor, "/")
    assert "还没有发布过公告" in text
    assert "还没有政策文件" in text


def test_closing_soon_is_by_the_clock(editors: Town, visitor: Client, scripted_clock: ScriptedClock) -> None:
    """Within 72 hours it is listed with the time left; afterwards it is closed."""
    notice = released(editors)
    scripted_clock.move_to(notice.deadline_at - timedelta(hours=5))
    assert "还剩 5 小时" in page(visitor, "/?a")
    scripted_clock.move_to(notice.deadline_at)
    assert "已截止" in page(visitor, f"{notice.get_absolute_url()}?a")
    assert "72 小时内没有截止的项目" in page(visitor, "/?b")


def test_error_reports(editors: Town, visitor: Client, log_in: LogIn) -> None:
    """我为政府网站找错: anyone reports, the contact is encrypted, an operator answers."""
    assert (
        visitor.post("/report/", {"page": "/notices/", "description": "", "contact": ""}).status_code == 200
    )
    said = {"page": "/notices/", "description": "第二行有错字", "contact": "13800138000"}
    assert visitor.post("/report/", said).status_code == 302
    report = ErrorReport.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact FROM cms_errorreport")
        assert "13800138000" not in cursor.fetchone()[0]
    assert visitor.get("/desk/reports/")["Location"].startswith("/accounts/login/")
    assert log_in(editors.actor(Role.REVIEWER)).get(f"/desk/reports/{report.pk}/").status_code == 403
    operator = log_in(editors.actor(Role.OPERATOR))
    assert "第二行有错字" in page(operator, "/desk/reports/")
    assert operator.post(f"/desk/reports/{report.pk}/", {"reply": "已改正"}).status_code == 302
    report.refresh_from_db()
    assert report.state == "answered"
    assert operator.post(f"/desk/reports/{report.pk}/", {"reply": "再答一次"}).status_code == 200


def test_english_pages(editors: Town, visitor: Client) -> None:
    """/en/ for everything public; links stay in the language; the text of the law stays Chinese."""
    notice = released(editors)
    imported()
    for url in (
        "/en/",
        f"/en{notice.get_absolute_url()}",
        "/en/policies/",
        "/en/report/",
        f"/en/policies/d{'d' * 12}/",
    ):
        text = page(visitor, url)
        assert '<html lang="en"' in text, url
    assert f'href="/en{notice.get_absolute_url()}"' in page(visitor, "/en/")


def test_what_machines_read_first(editors: Town, visitor: Client) -> None:
    """robots.txt and a well-formed sitemap with stable addresses only."""
    notice = released(editors)
    policy, _created = imported()
    assert "Disallow: /desk/" in page(visitor, "/robots.txt")
    response = visitor.get("/sitemap.xml")
    tree = ElementTree.fromstring(b"".join(response.streaming_content))
    found = {one.text for one in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")}
    assert f"http://testserver{notice.get_absolute_url()}" in found
    assert f"http://testserver/policies/{policy.slug}/" in found
    assert "http://testserver/services/" in found


def test_pages_take_at_most_twelve_queries(editors: Town, visitor: Client, settings: object) -> None:
    """Whatever the page shows."""
    settings.MICRO_CACHE_SECONDS = 0
    party = editors.party("临溪市图书馆", PartyRole.PROCURING_ENTITY)
    first = released(editors)
    later = corrected(editors, first, **later_by(40))
    imported()
    for url in (
        "/",
        first.get_absolute_url(),
        later.get_absolute_url(),
        f"/projects/{first.project.public_id}/",
        f"/parties/{party.public_id}/",
        "/policies/",
        f"/policies/d{'d' * 12}/",
        "/services/",
        "/statistics/",
        "/circulars/",
    ):
        assert queries(visitor, url) <= 12, (url, queries(visitor, url))


def test_caching_headers(editors: Town, visitor: Client, log_in: LogIn) -> None:
    """Seconds for everyone, nothing for who is logged in."""
    url = released(editors).get_absolute_url()
    assert "no-cache" in visitor.get(url)["Cache-Control"]
    assert "no-store" in log_in(editors.actor(Role.AUTHOR)).get(url)["Cache-Control"]


@pytest.mark.parametrize(
    "address",
    [
        "/notices/!/",
        "/notices/aaaaaaaaaaa/",
        "/notices/aaaaaaaaaaaa/",
        "/notices/AAAAAAAAAAAA/",
        "/projects/x/",
        "/parties/1/",
    ],
)
def test_strange_addresses_are_not_found(editors: Town, visitor: Client, address: str) -> None:
    """404, whatever is put in the place of an id."""
    assert visitor.get(address).status_code == 404
