"""Tags and filters: money, time, digests, prose, crumbs, chart."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

from frontend.templatetags import ui
from frontend.templatetags.chart import round_up
from marketplace.kernel import clock


def draw(source: str, **context: object) -> str:
    return Template("{% load ui i18n %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("source", "drawn"),
    [
        ("{{ x|money }}", "¥1,286,000.00"),
        ("{{ x|yuan }}", "1,286,000.00"),
        ("{{ x|wan }}", "128.60"),
        ("{{ x|words }}", "人民币壹佰贰拾捌万陆仟元整"),
        ("{{ none|money }}", "—"),
        ("{{ none|words }}", ""),
    ],
)
def test_money(source: str, drawn: str) -> None:
    assert draw(source, x=Decimal("1286000.00"), none=None) == drawn


@pytest.mark.parametrize(
    ("value", "drawn"),
    [
        ("31776758.28", "3,177.68"),
        ("1006039.36", "100.60"),
        ("1005000", "100.50"),
        ("999.99", "0.099999"),
        ("0", "0.00"),
    ],
)
def test_lists_show_ten_thousands_with_two_decimals(value: str, drawn: str) -> None:
    assert ui.wan(Decimal(value)) == drawn


def test_a_big_sum_carries_its_words() -> None:
    html = draw("{% amount x big=True %}", x=Decimal("107000.53"))
    assert "¥107,000.53" in html
    assert "人民币壹拾万柒仟元零伍角叁分" in html
    assert "money-big" in html


def test_a_deadline_is_a_beijing_time_for_everyone() -> None:
    at = datetime(2026, 12, 4, 1, 30, tzinfo=UTC)
    html = draw("{% when at %}", at=at)
    assert html == '<time datetime="2026-12-04T09:30:00+08:00">2026年12月4日 09:30</time>（北京时间）'
    with override("en"):
        assert "4 December 2026, 09:30" in draw("{% when at %}", at=at)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("short", "12月4日 09:30"),
        ("day", "2026年12月4日"),
        ("iso", "2026-12-04"),
        ("time", "09:30"),
        ("second", "2026年12月4日 09:30:00"),
    ],
)
def test_forms_of_a_time(form: str, words: str) -> None:
    at = datetime(2026, 12, 4, 1, 30, tzinfo=UTC)
    assert f">{words}</time>" in draw("{% when at form %}", at=at, form=form)


def test_a_day_has_no_hour_and_no_zone() -> None:
    assert draw("{% when at %}", at=date(2026, 12, 4)) == '<time datetime="2026-12-04">2026年12月4日</time>'


@pytest.mark.parametrize(
    ("left", "words", "soon"),
    [
        (timedelta(days=3, hours=4, minutes=59), "还剩 3 天 4 小时", False),
        (timedelta(hours=24), "还剩 1 天 0 小时", False),
        (timedelta(hours=23, minutes=59, seconds=59), "还剩 23 小时 59 分", True),
        (timedelta(minutes=5, seconds=59), "还剩 5 分钟", True),
        (timedelta(seconds=59), "不到 1 分钟", True),
        (timedelta(0), "已截止", False),
        (timedelta(days=-1), "已截止", False),
    ],
)
def test_time_left_is_never_more_than_is_true(
    scripted_clock: clock.ScriptedClock, left: timedelta, words: str, soon: bool
) -> None:
    html = draw("{% remaining at %}", at=clock.now() + left)
    assert words in html
    assert ("left-soon" in html) is soon


def test_digests_are_grouped_and_only_cut_on_request() -> None:
    sha = "8c1f40ab" * 8
    assert draw("{{ d|digest }}", d=sha).replace(" ", "") == sha
    assert draw("{{ d|digest_short }}", d=sha) == "8c1f 40ab 8c1f … 8c1f 40ab"
    assert draw("{{ d|digest }}", d=bytes.fromhex(sha)) == draw("{{ d|digest }}", d=sha)


@pytest.mark.parametrize(
    ("size", "words"), [(0, "0 B"), (126 * 1024, "126 KB"), (2_474_639, "2.36 MB"), (None, "0 B")]
)
def test_file_sizes(size: int | None, words: str) -> None:
    assert ui.file_size(size) == words


def test_tables_of_a_document_scroll_by_themselves_and_can_be_reached() -> None:
    html = ui.prose("<p>一</p><table><tr><td>二</td></tr></table>")
    assert html.count('class="scroll" role="region" tabindex="0"') == 1
    assert html.endswith("</table></div>")


def test_words_of_people_are_escaped() -> None:
    evil = "<script>alert(1)</script>"
    for source in (
        '{% status "open" x %}',
        "{% kind x %}",
        '{% tag "ok" "check" x %}',
        '{% crumbs x "/a/" x %}',
        "{% status x %}",
    ):
        assert "<script>" not in draw(source, x=evil)


def test_an_unknown_icon_draws_nothing() -> None:
    assert draw('{% icon "no-such-icon" %}') == ""


def test_crumbs_start_at_home_and_end_here() -> None:
    html = draw('{% crumbs "交易公告" "/notices/" "详情" %}')
    assert html.index("首页") < html.index('href="/notices/"') < html.index('aria-current="page">详情')


def test_chart_has_a_table_and_the_newest_column_is_marked() -> None:
    html = draw('{% bars rows "成交额" "亿元" %}', rows=[(f"{m}月", Decimal(m)) for m in range(1, 13)])
    assert html.count("<svg") == 2
    assert html.count('class="new"') == 2
    assert html.count("<tr>") == 13


def test_chart_of_nothing() -> None:
    assert "<table>" in draw('{% bars rows "成交额" "亿元" %}', rows=[])


@pytest.mark.parametrize(
    ("value", "top"), [("0", 1), ("1", 1), ("3.2", 4), ("5.21", 6), ("0.07", "0.08"), ("1234", 2000)]
)
def test_top_line_of_a_chart(value: str, top: object) -> None:
    assert round_up(Decimal(value)) == Decimal(str(top))


def test_pagination_keeps_the_question() -> None:
    from django.core.paginator import Paginator

    request = RequestFactory().get("/notices/", {"q": "打印机", "page": "2"})
    html = draw("{% pagination page %}", page=Paginator(range(100), 20).page(2), request=request)
    assert 'rel="next"' in html
    assert html.count("q=%E6%89%93%E5%8D%B0%E6%9C%BA") >= 4
    assert 'aria-current="page"' in html


def test_patterns_for_the_script_match_the_tag() -> None:
    assert (
        ui.left_patterns()
        == "还剩 {days} 天 {hours} 小时|还剩 {hours} 小时 {minutes} 分|还剩 {minutes} 分钟|不到 1 分钟|已截止"
    )
