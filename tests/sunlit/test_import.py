"""Taking in files: every format, every bad line named, idempotent, resumable (issue: real input)."""

import gzip
import hashlib
import json
import os
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as platform
from django.core.management import CommandError, call_command

from cms.actions import build_site
from cms.models import PolicyPage
from marketplace.disclosure.actions import load_field_levels
from marketplace.disclosure.models import ImportBatch, Notice, NoticeParty, ScanHit, TradeProject
from marketplace.disclosure.states import PartyPart, Precision
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.recognise import recognise
from marketplace.ledger import deliveries
from marketplace.ledger.models import Event
from marketplace.registry.actions import load_regions
from search.find import find
from search.query import parse
from sunlit.imports import Outcome, import_files
from sunlit.imports import run as runs

SAMPLES = Path(platform.PACKAGE_DIR) / "imports" / "samples"
SHARED = Path(platform.BASE_DIR).parent / "shared"
REAL = SHARED / "data" / "yichang_announcements.jsonl.gz"
SEEDS = SHARED / "seeds"
BY = Actor.command("test")


@pytest.fixture
def installed(db: None) -> None:
    """What ``sunlit setup`` loads and an import needs."""
    load_regions(by=BY, at=clock.now())
    load_field_levels(by=BY, at=clock.now())
    build_site(by=BY, at=clock.now())


class Run:
    """One run over files, with what it said."""

    def __init__(
        self, *paths: Path, progress: Callable[[Path, int, int], None] | None = None, source: str = ""
    ) -> None:
        self.refused: list[tuple[str, int, str]] = []
        self.remarks: list[tuple[str, int, str]] = []
        self.seen: list[tuple[int, int]] = []
        self.outcomes = import_files(
            paths,
            report=lambda path, line, why: self.refused.append((path.name, line, why)),
            remark=lambda path, line, text: self.remarks.append((path.name, line, text)),
            progress=progress or (lambda path, done, of: self.seen.append((done, of))),
            source=source,
        )

    @property
    def outcome(self) -> Outcome:
        """Of all files together."""
        total = Outcome()
        for outcome in self.outcomes.values():
            total.add(outcome)
        return total


def row(number: int, **changes: object) -> dict[str, object]:
    """One plain line."""
    base: dict[str, object] = {
        "id": f"n{number}",
        "source": "示例来源",
        "title": f"示例道路养护工程第{number}号中标结果公告",
        "date": "2026-05-06",
        "region": "湖北省宜昌市夷陵区",
        "kind": "中标结果公告",
        "body": f"招标人：示例市养护中心\n标段(包)编号：SLA{number:06d}-202601-01\n中标人：示例建设有限公司\n中标价(元)：{number}00.50",
    }
    return base | changes


def jsonl(path: Path, rows: list[object]) -> Path:
    """A file of lines; text stays as it is."""
    lines = [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in rows]
    data = "\n".join(lines).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


class TestSamples:
    def test_good_lines_go_in_and_bad_ones_are_named(self, installed: None) -> None:
        run = Run(SAMPLES / "announcements.jsonl")
        assert run.outcome == Outcome(taken=4, refused=4)
        assert [(line, why) for _file, line, why in run.refused] == [
            (4, "没有发布日期。"),
            (5, "字段 body 不是文字。"),
            (6, "不是有效的 JSON：Expecting value"),
            (7, "无法识别发布日期“2026-02-30”。"),
        ]
        assert run.remarks == [("announcements.jsonl", 8, "不认识的地区“某某地方”")]

    def test_what_the_text_states_becomes_fields(self, installed: None) -> None:
        Run(SAMPLES / "announcements.jsonl")
        result = Notice.objects.get(source_id="demo-0002")
        assert (result.kind, result.trade_type, result.region_id) == ("result", "works", "420506")
        assert (result.buyer_name, result.amount) == ("宜昌市夷陵区示例水务中心", Decimal("9020000.00"))
        assert result.winner_name == "湖北示例乙建设有限公司;宜昌示例丙设计有限公司"
        assert (result.precision, result.published_at) == (
            Precision.DAY,
            clock.day_start(result.published_at.astimezone(clock.BEIJING).date()),
        )
        candidates = Notice.objects.get(source_id="demo-0001")
        assert candidates.project_id == result.project_id
        assert candidates.source_url == "https://example.org/notices/demo-0001.html"
        named = NoticeParty.objects.filter(notice=candidates, role=PartyPart.CANDIDATE)
        assert sorted(named.values_list("rank", flat=True)) == [1, 2, 2, 3]
        assert candidates.fields["CANDIDATES"][0]["BID_PRICE"] == "8916383.33"
        tender = Notice.objects.get(source_id="demo-0003")
        assert (tender.trade_type, tender.region_id, tender.amount_kind) == (
            "gov_procurement",
            "420500",
            "budget",
        )
        assert tender.deadline_at is not None

    def test_a_table_with_a_header(self, installed: None) -> None:
        run = Run(SAMPLES / "announcements.csv")
        assert run.outcome == Outcome(taken=3, refused=2)
        assert [line for _file, line, _why in run.refused] == [6, 7]
        assert run.remarks == [("announcements.csv", 9, "无法识别金额“大约十来万”")]
        first = Notice.objects.get(source_id="csv-1")
        assert (first.amount, first.winner_name) == (Decimal(1286000), "湖北示例医疗器械有限公司")
        assert Notice.objects.get(source_id="csv-4").precision == Precision.SECOND

    def test_a_document_becomes_a_policy(self, installed: None) -> None:
        Run(SAMPLES / "document.txt")
        page = PolicyPage.objects.get()
        assert page.title == "关于印发示例市公共资源交易服务规范的通知"
        assert page.document_number == "示公管〔2026〕7号"
        assert "索  引 号" in page.body_text or "索 引 号" in page.body_text

    def test_one_event_for_each_notice(self, installed: None) -> None:
        before = Event.objects.count()
        Run(SAMPLES / "announcements.jsonl")
        kinds = list(Event.objects.order_by("pk").values_list("kind", flat=True)[before:])
        assert kinds.count("disclosure.notice_imported") == 4
        assert kinds.count("disclosure.import_opened") == kinds.count("disclosure.import_closed") == 1
        assert len(kinds) == 6


class TestAgain:
    def test_a_second_run_changes_nothing(self, installed: None) -> None:
        files = sorted(SAMPLES.iterdir())
        first = Run(*files)
        before = (
            Event.objects.count(),
            ImportBatch.objects.count(),
            Notice.objects.count(),
            PolicyPage.objects.count(),
        )
        second = Run(*files)
        assert second.outcome == Outcome(known=first.outcome.taken, refused=first.outcome.refused)
        assert second.refused == first.refused
        assert before == (
            Event.objects.count(),
            ImportBatch.objects.count(),
            Notice.objects.count(),
            PolicyPage.objects.count(),
        )

    def test_without_an_id_the_text_itself_is_known(self, installed: None, tmp_path: Path) -> None:
        rows: list[object] = [row(1, id=""), row(1, id=""), row(2, id="")]
        assert Run(jsonl(tmp_path / "a.jsonl", rows)).outcome == Outcome(taken=2, known=1)
        assert Run(jsonl(tmp_path / "b.jsonl", rows)).outcome == Outcome(known=3)

    def test_another_text_under_a_known_id_is_not_overwritten(self, installed: None, tmp_path: Path) -> None:
        Run(jsonl(tmp_path / "a.jsonl", [row(1)]))
        run = Run(jsonl(tmp_path / "b.jsonl", [row(1, body="招标人：另一家单位")]))
        assert run.outcome == Outcome(changed=1)
        assert "已提请编辑核对" in run.remarks[0][2]
        assert Notice.objects.get().buyer_name == "示例市养护中心"
        assert ScanHit.objects.filter(rule="changed").count() == 1

    def test_a_killed_run_is_continued(
        self, installed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(runs, "BATCH", 10)
        path = jsonl(tmp_path / "many.jsonl", [row(number) for number in range(45)])

        def kill(file: Path, done: int, of: int) -> None:
            assert of == 45
            if done >= 20:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            Run(path, progress=kill)
        assert Notice.objects.count() == 20
        again = Run(path)
        assert again.outcome == Outcome(taken=25, known=20)
        batch = ImportBatch.objects.get()
        assert (batch.taken, batch.finished_at is not None) == (45, True)

    def test_a_line_that_breaks_takes_nothing_with_it(self, installed: None, tmp_path: Path) -> None:
        rows: list[object] = [
            row(1),
            row(2, title="题" * 700),
            row(3, id="x" * 300),
            row(4, body="\x00\u200b"),
            row(5),
        ]
        run = Run(jsonl(tmp_path / "a.jsonl", rows))
        assert sorted(line for _file, line, _why in run.refused) == [2, 3, 4]
        assert run.outcome.taken == 2


class TestFiles:
    def test_gzip_is_read_directly(self, installed: None, tmp_path: Path) -> None:
        assert Run(jsonl(tmp_path / "a.jsonl.gz", [row(1), row(2)])).outcome == Outcome(taken=2)

    def test_a_cut_gzip_gives_what_it_has(self, installed: None, tmp_path: Path) -> None:
        rows: list[object] = [
            row(number, body=random.Random(number).randbytes(900).hex()) for number in range(80)
        ]
        whole = jsonl(tmp_path / "a.jsonl.gz", rows)
        cut = tmp_path / "cut.jsonl.gz"
        cut.write_bytes(whole.read_bytes()[:-4000])
        run = Run(cut)
        assert run.outcome.taken > 10
        assert run.refused[-1][2] in ("压缩文件不完整，从这里起无法读取。",) or run.outcome.refused

    def test_a_file_in_gb18030(self, installed: None, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        path.write_bytes(
            "标题,正文,日期\n示例道路工程招标公告,招标人：示例单位,2026-05-06\n".encode("gb18030")
        )
        assert Run(path).outcome == Outcome(taken=1)

    @pytest.mark.parametrize(
        ("name", "data"),
        [
            ("a.csv", b"\xff\xff\xff"),
            ("a.csv", "姓名,电话\n张三,1\n".encode()),
            ("a.csv", b""),
            ("a.txt", b""),
            ("a.txt.gz", gzip.compress(b"x" * 4000, mtime=0)[:30]),
            ("a.jsonl.gz", b"\x1f\x8bnonsense"),
            ("a.jsonl", b"\xff\xfe\x00"),
            ("a.jsonl", b"[1, 2]\n" + b"[" * 100_000),
        ],
    )
    def test_a_file_that_is_none_is_named_and_the_next_one_goes_in(
        self, installed: None, tmp_path: Path, name: str, data: bytes
    ) -> None:
        bad = tmp_path / name
        bad.write_bytes(data)
        run = Run(bad, jsonl(tmp_path / "good.jsonl", [row(1)]))
        assert run.outcomes[bad].refused >= 1
        assert run.refused[0][0] == name
        assert run.outcome.taken == 1

    def test_a_file_without_an_ending_is_recognised(self, installed: None, tmp_path: Path) -> None:
        assert Run(jsonl(tmp_path / "lines", [row(1)])).outcome == Outcome(taken=1)
        text = tmp_path / "text"
        text.write_bytes((SAMPLES / "document.txt").read_bytes())
        assert Run(text).outcome == Outcome(taken=1)

    def test_lines_without_a_source_take_the_given_one(self, installed: None, tmp_path: Path) -> None:
        Run(jsonl(tmp_path / "a.jsonl", [row(1, source="")]), source="示例市交易中心")
        assert Notice.objects.get().source == "示例市交易中心"


class TestProjects:
    def test_a_notice_without_number_finds_its_lot_by_name(self, installed: None, tmp_path: Path) -> None:
        """Lots whose tenders have numbers of their own stay apart, whatever comes first in the file."""
        rows: list[object] = []
        for lot, number in (("一标段", 7), ("二标段", 8)):
            name = f"示例河道整治工程（{lot}）"
            rows.append(
                row(
                    number * 10,
                    title=f"{name}中标候选人公示",
                    kind="中标候选人公示",
                    body="招标概况见招标文件。",
                )
            )
            rows.append(row(number, title=f"{name}(第2次招标)中标结果公告"))
        Run(jsonl(tmp_path / "a.jsonl", rows))
        project = dict(Notice.objects.values_list("source_id", "project_id"))
        assert project["n7"] == project["n70"] != project["n8"] == project["n80"]

    def test_lots_of_one_tender_share_their_page(self, installed: None, tmp_path: Path) -> None:
        body = "招标人：示例单位\n标段(包)编号：SLA000009-202601-0{}"
        rows: list[object] = [
            row(lot, title=f"示例农田工程（{lot}标段）中标结果公告", body=body.format(lot)) for lot in (1, 2)
        ]
        Run(jsonl(tmp_path / "a.jsonl", rows))
        project = TradeProject.objects.get()
        assert project.name == "示例农田工程"
        assert project.lots.count() == 2


class TestCommand:
    def test_it_ends_with_one_when_a_line_was_refused(
        self, installed: None, capsys: pytest.CaptureFixture[str]
    ) -> None:
        errors = StringIO()
        with pytest.raises(CommandError) as ended:
            call_command("import_announcements", str(SAMPLES / "announcements.jsonl"), stderr=errors)
        assert ended.value.returncode == 1
        assert "announcements.jsonl:6: 不是有效的 JSON" in errors.getvalue()
        assert "4 new, 0 known, 0 changed, 4 refused" in capsys.readouterr().out

    def test_it_says_which_file_is_missing(self, installed: None) -> None:
        with pytest.raises(CommandError, match="No such file"):
            call_command("import_announcements", "nowhere.jsonl")


@pytest.fixture
def real() -> Iterator[None]:
    """The material beside the checkout; CI must have it."""
    if not (REAL.exists() and SEEDS.exists()):
        if os.environ.get("CI") == "true":
            pytest.fail(f"{SHARED} is missing")
        pytest.skip("the real files do not lie beside the checkout")
    yield


def test_the_real_files(installed: None, real: None, tmp_path: Path, settings: Any) -> None:
    """All 3,645 + 5 go in, in their place, in their project, and are found by any phrase."""
    settings.SEARCH_DIR, settings.ELASTICSEARCH_URL = tmp_path / "search", ""
    run = Run(REAL, *sorted(SEEDS.glob("*.txt")))
    assert run.outcome == Outcome(taken=3650)
    assert not run.refused
    assert Notice.objects.filter(region__path__startswith="420000/420500").count() == 3645
    assert Notice.objects.exclude(buyer_name="").count() >= 1787
    assert Notice.objects.exclude(amount=None).count() >= 1395
    _shared_projects()
    assert PolicyPage.objects.filter(region__isnull=False).count() == 5
    _found_by_phrases()


def _shared_projects() -> None:
    """Candidates and result of the same tender share one project page."""
    projects: dict[str, dict[str, set[int | None]]] = defaultdict(lambda: defaultdict(set))
    for notice in Notice.objects.only("title", "body_text", "kind", "project_id"):
        projects[recognise(notice.title, notice.body_text).full_name][notice.kind].add(notice.project_id)
    both = [kinds for kinds in projects.values() if len(kinds) == 2]
    assert len(both) >= 1330
    assert all(kinds["candidates"] & kinds["result"] for kinds in both)


def _found_by_phrases() -> None:
    """Random runs of Chinese characters from titles, texts and the five files find their document."""
    while deliveries.drain():
        pass
    dice = random.Random(20261124)
    for notice in dice.sample(list(Notice.objects.all()), 30):
        phrase = _phrase(f"{notice.title}\n{notice.body_text}", dice)
        found = find(parse({"q": [phrase], "status": ["all"], "page_size": ["100"]}))
        assert notice.public_id in {row.item.public_id for row in found.rows} or found.total > 100, phrase
    pages = {page.digest: page.pk for page in PolicyPage.objects.all()}
    for path in sorted(SEEDS.glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        page = pages[hashlib.sha256(text.encode()).hexdigest()]
        for _again in range(10):
            phrase = _phrase(text, dice)
            found = find(parse({"q": [phrase], "status": ["all"], "group": ["policy"]}))
            assert page in {row.item.pk for row in found.rows}, phrase


def _phrase(text: str, dice: random.Random) -> str:
    """A run of 2 to 8 Chinese characters that stands in the text."""
    run = dice.choice(re.findall(r"[\u4e00-\u9fff]{2,}", text))
    length = dice.randint(2, min(8, len(run)))
    start = dice.randint(0, len(run) - length)
    return run[start : start + length]
