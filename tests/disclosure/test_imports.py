"""Import: the same again changes nothing; projects by code; findings are queued, not refused."""

import dataclasses
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.disclosure import actions, queries
from marketplace.disclosure.models import ImportBatch, Notice, NoticeParty, ProjectCode, ScanHit, TradeProject
from marketplace.disclosure.states import PartyPart
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.moves import MoveRefused
from marketplace.kernel.refusal import NotAllowed, Refused
from marketplace.ledger.models import Event
from marketplace.registry.states import Role
from tests.disclosure.conftest import COMMAND, Town, imported


def take(content: actions.NoticeContent, batch: ImportBatch) -> actions.Imported:
    return actions.import_notice(content, batch=batch, by=COMMAND, at=clock.now())


def test_a_second_run_changes_nothing(batch: ImportBatch) -> None:
    content = imported()
    first = take(content, batch)
    state = (
        Notice.objects.count(),
        TradeProject.objects.count(),
        Event.objects.count(),
        ScanHit.objects.count(),
    )
    second = take(content, batch)
    assert (first.outcome, second.outcome, second.notice) == ("taken", "known", first.notice)
    assert state == (
        Notice.objects.count(),
        TradeProject.objects.count(),
        Event.objects.count(),
        ScanHit.objects.count(),
    )


def test_without_an_id_the_digest_of_the_text_decides(batch: ImportBatch) -> None:
    content = imported(source_id="")
    assert take(content, batch).outcome == "taken"
    assert take(dataclasses.replace(content, parties=()), batch).outcome == "known"
    assert take(dataclasses.replace(content, body_text="另一段文字"), batch).outcome == "taken"


def test_a_changed_source_is_told_to_an_editor_and_not_overwritten(batch: ImportBatch) -> None:
    content = imported()
    old = take(content, batch).notice
    new = dataclasses.replace(content, body_text="改动后的正文")
    assert [take(new, batch).outcome, take(new, batch).outcome] == ["changed", "known"]
    assert Notice.objects.get(pk=old.pk).body_text == old.body_text
    assert ScanHit.objects.filter(notice=old, rule="changed").count() == 1


def test_origin_batch_and_precision_are_kept(batch: ImportBatch) -> None:
    notice = take(imported(source_url="javascript:alert(1)"), batch).notice
    assert (notice.origin, notice.batch, notice.precision, notice.source) == (
        "imported",
        batch,
        "day",
        "南岭市交易网",
    )
    assert notice.source_url == ""


def test_findings_wait_for_an_editor(town: Town, batch: ImportBatch) -> None:
    notice = take(imported(body_text="负责人身份证 11010519491231002X"), batch).notice
    hit = ScanHit.objects.get(notice=notice)
    assert hit.state == "open" and "1949" not in hit.excerpt
    reviewer = town.actor(Role.REVIEWER)
    assert list(queries.scan_hits_visible_to(reviewer)) == [hit]
    assert not queries.scan_hits_visible_to(town.actor(Role.OPERATOR)).exists()
    done = actions.resolve_scan_hit(hit, event="act", reason="已通知来源", by=reviewer, at=clock.now())
    assert done.state == "acted" and done.resolved_at == clock.now()
    with pytest.raises(MoveRefused):
        actions.resolve_scan_hit(hit, event="accept", reason="再", by=reviewer, at=clock.now())


@pytest.mark.parametrize(
    ("role", "place"),
    [(Role.OPERATOR, "east"), (Role.AUTHOR, "east"), (Role.SUPERVISOR, "420500"), (Role.SUPPLIER, "某公司")],
)
def test_who_resolves_findings(town: Town, batch: ImportBatch, role: Role, place: str) -> None:
    hit = take(imported(body_text="电话 13800138000"), batch).notice.scan_hits.get()
    with pytest.raises(NotAllowed):
        actions.resolve_scan_hit(
            hit, event="accept", reason="无碍", by=town.actor(role, place), at=clock.now()
        )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"body_text": "\n \x00"}, "body"),
        ({"published_at": None}, "published_at"),
        ({"kind": "?"}, "kind"),
        ({"title": "长" * 601}, "title"),
    ],
)
def test_a_line_that_is_no_notice_is_refused(
    batch: ImportBatch, change: dict[str, object], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        take(imported(**change), batch)
    assert refused.value.field == field
    assert not Notice.objects.exists() and not TradeProject.objects.exists()


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.OPERATOR])
def test_who_imports(town: Town, batch: ImportBatch, role: Role) -> None:
    for by in (town.actor(role), Actor.visitor()):
        with pytest.raises(NotAllowed):
            actions.import_notice(imported(), batch=batch, by=by, at=clock.now())
        with pytest.raises(NotAllowed):
            actions.open_batch(source="x", by=by, at=clock.now())
    assert actions.import_notice(
        imported(), batch=batch, by=town.actor(Role.REVIEWER), at=clock.now()
    ).notice.pk


def test_two_announcements_of_one_code_share_a_project(batch: ImportBatch) -> None:
    one = take(
        imported(kind="candidates", project_codes=("yda010043-202501",), lot_code="YDA010043-202501-01"),
        batch,
    )
    two = take(imported(project_codes=("ＹＤＡ010043—202501",)), batch)
    three = take(imported(lot_code="YDA010043-202501-01"), batch)
    assert one.notice.project == two.notice.project == three.notice.project
    assert one.notice.lot == three.notice.lot and one.notice.lot is not None
    assert set(ProjectCode.objects.values_list("code", "kind")) == {
        ("YDA010043-202501", "project"),
        ("YDA010043-202501-01", "lot"),
    }


def test_without_codes_the_same_name_in_the_same_place_is_the_same_project(batch: ImportBatch) -> None:
    name = "白石县三岔河桥加固工程"
    one = take(imported(title=f"{name}中标候选人公示"), batch)
    two = take(imported(title=f"{name}中标结果公告"), batch)
    elsewhere = take(imported(title=f"{name}中标结果公告", region_code="420506"), batch)
    assert one.notice.project == two.notice.project != elsewhere.notice.project


def test_the_same_name_with_another_code_is_another_project(batch: ImportBatch) -> None:
    title = "临溪市市政道路养护服务采购项目结果公告"
    one = take(imported(title=title, project_codes=("LX-2025-001",)), batch)
    two = take(imported(title=title, project_codes=("LX-2026-001",)), batch)
    assert one.notice.project != two.notice.project


def test_codes_of_two_projects_are_a_finding_and_merge_nothing(batch: ImportBatch) -> None:
    one = take(imported(project_codes=("LX-2025-001",)), batch)
    take(imported(project_codes=("LX-2025-002",)), batch)
    both = take(imported(project_codes=("LX-2025-001", "LX-2025-002")), batch)
    assert both.notice.project == one.notice.project
    assert both.notice.scan_hits.get().rule == "conflict"


def test_a_circular_needs_no_project(batch: ImportBatch) -> None:
    assert take(imported(kind="circular", title="关于调整工作时间的通知"), batch).notice.project is None


def test_parties_are_named_and_found(town: Town, batch: ImportBatch) -> None:
    party = town.party("北渡建设有限公司", "supplier")
    parties = (
        actions.PartyName("北渡建设有限公司", PartyPart.WINNER),
        actions.PartyName("无名公司", PartyPart.WINNER, rank=2),
    )
    notice = take(imported(parties=parties), batch).notice
    assert notice.winner_name == "北渡建设有限公司;无名公司"
    assert NoticeParty.objects.filter(notice=notice, party=party).exists()
    assert list(queries.party_notices(party)) == [notice]


def test_a_party_admitted_later_finds_its_old_notices(town: Town, batch: ImportBatch) -> None:
    notice = take(imported(parties=(actions.PartyName("后来公司", PartyPart.WINNER),)), batch).notice
    assert list(queries.party_notices(town.party("后来公司", "supplier"))) == [notice]


def test_batches_keep_their_counts(batch: ImportBatch) -> None:
    done = actions.close_batch(batch, taken=3, known=2, refused=1, by=COMMAND, at=clock.now())
    assert (done.taken, done.known, done.refused, done.finished_at) == (3, 2, 1, clock.now())


def test_few_queries_for_each_line(batch: ImportBatch) -> None:
    take(imported(project_codes=("LX-2025-100",)), batch)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        take(
            imported(
                project_codes=("LX-2025-101",), parties=(actions.PartyName("某公司", PartyPart.WINNER),)
            ),
            batch,
        )
    assert len(caught) <= 16, [query["sql"][:80] for query in caught]


@pytest.mark.parametrize("by", ["source_id", "digest"])
def test_a_known_announcement_is_found_by_an_index(batch: ImportBatch, by: str) -> None:
    """Or each import would be slower than the one before."""
    rows = Notice.objects.filter(source="x", origin="imported", **{by: "y"}).order_by().values_list("pk")
    assert "index" in rows.explain().lower() or connection.vendor == "postgresql"


def test_hostile_texts_do_no_harm(batch: ImportBatch) -> None:
    """Null bytes, overlong codes and names, impossible places and sums: refused or cut, never a broken batch."""
    nasty = imported(
        title="标\x00题\n公告",
        body_text="正\x00文",
        lot_code="L" * 300,
        project_codes=("P" * 300, "\x00", "ok-code-1"),
        parties=(actions.PartyName("公\x00司" * 200, PartyPart.WINNER, "X" * 40),),
        source_id="s\x001",
    )
    notice = take(nasty, batch).notice
    assert (notice.title, notice.body_text) == ("标题 公告", "正文")
    assert take(nasty, batch).outcome == "known"
    for change in ({"region_code": "999999"}, {"amount": Decimal(-1)}, {"amount": Decimal(10) ** 19}):
        with pytest.raises(Refused):
            take(imported(**change), batch)
