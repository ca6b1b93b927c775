"""What both engines promise: exact sets, orders, counts, cursors, and writes that never go back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from marketplace.kernel import clock
from search.backends.base import Backend
from search.cursor import Cursor
from search.query import SearchQuery, in_status, parse
from search.schema import Facts, SearchDoc
from tests.search import questions
from tests.search.conftest import settled
from tests.search.documents import NOW, documents
from tests.search.hostile import hostile_strings


@pytest.fixture(autouse=True)
def at_now() -> object:
    """Everything is asked at one moment."""
    questions.NOW_OF[:] = [NOW]
    with clock.script(NOW):
        yield


def doc(pk: int, title: str, body: str = "", **facts: object) -> SearchDoc:
    """One announcement."""
    base = {
        "group": "notice",
        "pk": pk,
        "published_at": NOW - timedelta(days=pk % 1000),
        "kind": "tender",
        "trade": "works",
    }
    return SearchDoc(Facts(**(base | facts)), title, body)


def fill(backend: Backend, docs: Sequence[SearchDoc]) -> None:
    """A served generation with these documents."""
    generation = backend.begin()
    backend.load(generation, docs)
    backend.swap(generation)


def found(backend: Backend, asked: SearchQuery | str, size: int = 9000) -> list[int]:
    """The ids that a question finds, in order."""
    query = parse({"q": asked, "status": "all", "sort": "newest"}) if isinstance(asked, str) else asked
    return [hit.pk for hit in backend.search(query, NOW, size=size, after=None, skip=0)]


FINDS: dict[str, list[int]] = {
    "医疗设备": [1, 2],
    "醫療設備": [1, 2],
    "医疗 设备": [1, 2, 3],
    "疗设": [1, 2],
    "备": [1, 2, 3],
    "医疗（设备": [3],
    "医疗设备 -采购": [2],
    "-采购": [2, 3, 4],
    "XSA070002-2024": [2],
    "xsa0700": [2],
    "070002": [],
    "202402-01": [2],
    "ct": [4],
    "c": [],
    "5000元": [4],
    "000元": [],
    "为5000": [4],
    '"价为 5000"': [4],
    "备采": [1],
    "不存在的词": [],
    "🙂": [],
    "ＣＴ": [4],
    "A4": [4],
}
"""Question and the documents below that it finds."""


def test_which_documents_a_question_finds(engine: Backend) -> None:
    fill(
        engine,
        [
            doc(1, "市医院医疗设备采购公告"),
            doc(2, "成交公告", "醫療設備維修，编号：XSA070002-202402-01(2)"),
            doc(3, "医疗（设备）清单"),
            doc(4, "CT 机房", "中标价为5000元，pct 不算，A4 纸"),
        ],
    )
    assert {question: found(engine, question) for question in FINDS} == FINDS


def test_title_only(engine: Backend) -> None:
    fill(engine, [doc(1, "桥梁检测"), doc(2, "道路养护", "含桥梁检测一项")])
    assert found(engine, "桥梁") == [1, 2]
    assert found(engine, parse({"q": "桥梁", "title": "1", "status": "all"})) == [1]


def test_words_of_fields_are_found_and_never_joined_with_the_text(engine: Backend) -> None:
    plain = doc(1, "采购公告", "内容")
    fill(engine, [replace(plain, words=("北渡区人民医院", "内容"))])
    assert found(engine, "北渡区人民") == [1]
    assert found(engine, "内容北渡") == []


def test_relevance_prefers_the_title(engine: Backend) -> None:
    filler = "项目 " * 30
    docs = [doc(at, "采购公告", filler + ("打印机" if at == 2 else "纸张")) for at in range(1, 9)]
    fill(engine, [*docs, doc(9, "打印机采购", filler)])
    assert found(engine, parse({"q": "打印机", "sort": "relevance", "status": "all"})) == [9, 2]
    assert found(engine, parse({"q": "打印机", "sort": "newest", "status": "all"})) == [2, 9]


def test_any_word_finds_what_is_near(engine: Backend) -> None:
    fill(engine, [doc(1, "碎纸机租赁"), doc(2, "道路租赁"), doc(3, "道路")])
    assert found(engine, parse({"q": "碎纸机租用", "status": "all"})) == []
    assert found(engine, parse({"q": "碎纸机租用", "match": "any", "status": "all"})) == [1]


def test_closing_soonest_first_then_without_deadline_then_past(engine: Backend) -> None:
    def due(hours: int | None) -> dict[str, object]:
        return {"deadline_at": None if hours is None else NOW + timedelta(hours=hours)}

    fill(
        engine,
        [doc(1, "桥", **due(None)), doc(2, "桥", **due(50)), doc(3, "桥", **due(3)), doc(4, "桥", **due(-5))],
    )
    assert found(engine, parse({"q": "桥", "sort": "deadline", "status": "all"})) == [3, 2, 1, 4]
    assert found(engine, parse({"sort": "deadline"})) == [3, 2, 1]


STATUSES: dict[tuple[int | None, bool], set[str]] = {
    (None, False): {"active", "all"},
    (None, True): {"closed", "all"},
    (71, False): {"active", "closing", "all"},
    (72, False): {"active", "closing", "all"},
    (73, False): {"active", "all"},
    (0, False): {"closed", "all"},
    (-1, False): {"closed", "all"},
    (71, True): {"closed", "all"},
}
"""Hours to the deadline, superseded or not, and the statuses that hold then."""


def test_statuses(engine: Backend) -> None:
    """Active: not superseded and not past the deadline; no deadline counts as active."""
    docs = [
        doc(
            pk,
            "桥",
            deadline_at=None if hours is None else NOW + timedelta(hours=hours),
            superseded=superseded,
        )
        for pk, (hours, superseded) in enumerate(STATUSES, 1)
    ]
    fill(engine, docs)
    counts = engine.counts(parse({"status": "all"}), NOW).statuses
    for name in ("active", "closing", "closed", "all"):
        wanted = {pk for pk, statuses in enumerate(STATUSES.values(), 1) if name in statuses}
        assert {one.facts.pk for one in docs if in_status(name, one.facts, NOW)} == wanted
        assert set(found(engine, parse({"status": name}))) == wanted
        assert counts[name] == len(wanted)


def test_a_facet_keeps_the_counts_of_its_own_choices(engine: Backend) -> None:
    fill(
        engine,
        [
            doc(1, "桥", kind="tender", region=("420000", "420500"), amount=Decimal(100)),
            doc(2, "桥", kind="result", region=("420000", "420500", "420506"), amount=Decimal(300000)),
            doc(3, "桥", kind="result", region=("310000",), trade="land"),
        ],
    )
    counts = engine.counts(parse({"q": "桥", "kind": "tender", "region": "420500"}), NOW)
    assert counts.total == 1
    assert counts.kinds == {"tender": 1, "result": 1}
    assert counts.regions == {"420000": 1, "420500": 1}
    assert counts.trades == {"works": 1}
    assert engine.counts(parse({"q": "桥", "region": "420500", "max": "199999.99"}), NOW).bands == [
        1,
        1,
        0,
        0,
    ]


def test_every_question_finds_exactly_what_it_should(engine: Backend) -> None:
    """Sets against substring search and ``admits``; totals against sets; cursors against one long page."""
    docs = list(documents(600, length=200))
    plains = questions.plains_of(docs)
    fill(engine, docs)
    for number, query in enumerate(
        questions.random_questions(docs, 200 if engine.name == "embedded" else 100)
    ):
        ids = found(engine, query)
        wanted = questions.expected(docs, plains, query)
        assert set(ids) == wanted, query.address()
        assert engine.counts(query, NOW).total == engine.total(query, NOW) == len(wanted) == len(ids)
        if number % 10 == 0:
            assert _by_cursor(engine, query) == ids


def _by_cursor(engine: Backend, query: SearchQuery) -> list[int]:
    ids: list[int] = []
    after = None
    while part := engine.search(query, NOW, size=7, after=after, skip=0):
        ids += [hit.pk for hit in part]
        after = Cursor(part[-1].values, int(NOW.timestamp()))
    return ids


@pytest.mark.elasticsearch
def test_both_engines_give_the_same_sets_orders_and_counts(embedded: Backend, elastic: Backend) -> None:
    docs = list(documents(800, seed=3, length=300))
    for backend in (embedded, elastic):
        fill(backend, docs)
    assert dict(embedded.digests()) == dict(elastic.digests())
    for query in questions.random_questions(docs, 150, seed=5):
        one, other = found(embedded, query), found(elastic, query)
        assert (set(one) == set(other)) if query.sort == "relevance" else (one == other), query.address()
        assert embedded.counts(query, NOW) == elastic.counts(query, NOW), query.address()


def test_ten_thousand_hostile_strings_raise_nothing(engine: Backend) -> None:
    """On Elasticsearch the first 500 of them."""
    fill(engine, [doc(1, "医疗设备 采购 2026 A4"), doc(2, "🙂 中 gc530100202600193001")])
    for number, text in enumerate(hostile_strings(10_000 if engine.name == "embedded" else 500)):
        asked = {
            "q": text,
            "status": "all",
            "match": "any" if number % 7 == 0 else "",
            "title": str(number % 2),
        }
        query = parse(asked | ({"sort": "relevance"} if number % 3 == 0 else {}))
        engine.search(query, NOW, size=5, after=None, skip=0)
        if number % 20 == 0:
            engine.counts(query, NOW)


def test_refreshing_adds_changes_and_removes(engine: Backend) -> None:
    rows = {1: doc(1, "旧标题"), 2: doc(2, "另一条")}

    def read(pks: list[int]) -> list[SearchDoc]:
        return [rows[pk] for pk in pks if pk in rows]

    engine.refresh("notice", [1, 2, 3], read)
    settled(engine)
    assert found(engine, "标题") == [1]
    rows[1] = doc(1, "新题目", published_at=NOW)
    del rows[2]
    engine.refresh("notice", [1, 2], read)
    engine.refresh("notice", [1, 2], read)
    settled(engine)
    assert (found(engine, "标题"), found(engine, "题目"), found(engine, "另一")) == ([], [1], [])
    assert engine.total(parse({"status": "all"}), NOW) == 1


def test_groups_do_not_mix(engine: Backend) -> None:
    fill(engine, [doc(1, "打印机"), doc(1, "打印机厂", group="party"), doc(1, "打印机目录", group="policy")])
    assert found(engine, "打印机") == [1]
    assert engine.total(parse({"q": "打印机", "group": "party", "status": "all"}), NOW) == 1


def test_a_bulk_load_never_overwrites_a_refresh(engine: Backend) -> None:
    """The generation being built hears of changes; a slower, older reading does not undo them."""
    generation = engine.begin()
    old, new = doc(1, "旧的"), doc(1, "新的")

    def slowly() -> object:
        engine.refresh("notice", [1], lambda pks: [new])
        yield old

    engine.load(generation, slowly())
    engine.swap(generation)
    assert (found(engine, "旧的"), found(engine, "新的")) == ([], [1])


def test_the_old_generation_serves_until_the_swap_and_an_abandoned_one_leaves_nothing(
    engine: Backend,
) -> None:
    fill(engine, [doc(1, "第一代")])
    generation = engine.begin()
    engine.load(generation, [doc(2, "第二代")])
    assert (found(engine, "第一代"), found(engine, "第二代")) == ([1], [])
    engine.abandon(generation)
    assert found(engine, "第一代") == [1]
    fill(engine, [doc(3, "第三代")])
    assert (found(engine, "第一代"), found(engine, "第三代")) == ([], [3])


def test_two_documents_of_one_second_whose_ids_share_their_last_digits(engine: Backend) -> None:
    pair = [doc(5, "桥", published_at=NOW), doc(5 + 2**22, "桥", published_at=NOW)]
    fill(engine, pair)
    assert sorted(found(engine, "桥")) == [5, 5 + 2**22]
