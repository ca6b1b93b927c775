"""Policies with the government's metadata block, and the pages that editors maintain."""

from datetime import date

import pytest
from django.test import Client

from cms import actions
from cms.models import CatalogueItem, CataloguePage, ChannelPage, PolicyPage, PowersListPage, ServicePage
from marketplace.kernel import clock
from marketplace.ledger.models import Event
from tests.cms.conftest import COMMAND, Town, page


@pytest.fixture
def visitor() -> Client:
    """A reader without a session."""
    return Client()


POLICY = {
    "title": "临溪市公共资源交易管理办法",
    "body_text": "第一条 为了规范公共资源交易活动，制定本办法。\n第二条 本市行政区域内的交易适用本办法。",
    "index_number": "LX0010-2026-00012",
    "topic": "公共资源交易",
    "issuing_body": "临溪市人民政府",
    "document_number": "临政发〔2026〕3号",
    "keywords": "公共资源 交易",
    "source": "临溪市人民政府办公室",
    "summary": "规范公共资源交易活动。",
    "digest": "d" * 64,
}


def imported(**more: object) -> tuple[PolicyPage, bool]:
    """A policy taken in by the command line."""
    said = POLICY | {"written_on": date(2026, 3, 1), "published_on": date(2026, 3, 5)} | more
    return actions.import_policy(**said, by=COMMAND, at=clock.now())


def test_a_policy_is_taken_in_once(editors: Town) -> None:
    """Idempotent on the digest; one event."""
    first, created = imported()
    again, twice = imported(title="改过的标题")
    assert (created, twice, first.pk) == (True, False, again.pk)
    assert PolicyPage.objects.count() == 1
    assert Event.objects.filter(subject_type="cms.PolicyPage").count() == 1


def test_a_policy_carries_the_metadata_block(editors: Town, visitor: Client) -> None:
    """R10: every element, print, text size; list, filters and the search box find it."""
    policy, _created = imported()
    text = page(visitor, f"/policies/{policy.slug}/")
    for words in (
        *(
            "索引号",
            "LX0010-2026-00012",
            "主题分类",
            "发布机构",
            "临溪市人民政府",
            "成文日期",
            "2026年3月1日",
        ),
        *("发布日期", "2026年3月5日", "发文字号", "临政发〔2026〕3号", "关键词", "信息来源", "内容概述"),
        *("打印", "字体大小", "复制链接", "第一条 为了规范"),
    ):
        assert words in text, words
    for query, hit in (
        ("q=管理办法", True),
        ("q=打印机", False),
        ("topic=公共资源交易", True),
        ("year=2026", True),
        ("year=abc", True),
    ):
        assert (policy.title in page(visitor, f"/policies/?{query}")) is hit, query
    assert "没有符合条件的文件" in page(visitor, "/policies/?q=没有这个词")


def test_channels_catalogue_services_and_powers_can_be_read(editors: Town, visitor: Client) -> None:
    """R1, R11, R13, R14: pages that editors maintain; old versions of the catalogue stay readable."""
    for slug in ("disclosure", "services", "circulars", "credit", "statistics", "catalogue", "powers"):
        assert "<h1>" in page(visitor, f"/{slug}/")
    assert editors.east.name in page(visitor, "/services/")
    parent = ChannelPage.objects.get(slug="catalogue")
    for year, until in ((2021, date(2025, 12, 31)), (2026, None)):
        version = CataloguePage(
            title=f"公共资源交易目录（{year}版）",
            slug=str(year),
            version_name=f"{year}版",
            effective_from=date(year, 1, 1),
            effective_to=until,
        )
        version.items.add(CatalogueItem(trade_type="works", name="房屋建筑工程", scope="达到法定规模标准"))
        parent.add_child(instance=version)
    old, new = page(visitor, "/catalogue/2021/"), page(visitor, "/catalogue/2026/")
    assert "历史版本" in old and "房屋建筑工程" in old and "/catalogue/2026/" in old
    assert "现行版本" in new
    services = ChannelPage.objects.get(slug="services")
    services.add_child(
        instance=ServicePage(
            title="东区服务", slug="east", branch=editors.east, items=[("item", {"name": "主体入库"})]
        )
    )
    assert "主体入库" in page(visitor, "/services/east/")
    powers = ChannelPage.objects.get(slug="powers")
    powers.add_child(
        instance=PowersListPage(
            title="财政局权责清单", slug="cz", department="临溪市财政局", as_of=date(2026, 1, 1)
        )
    )
    assert "临溪市财政局" in page(visitor, "/powers/cz/")
