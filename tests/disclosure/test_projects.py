"""Merge and split are acts; old addresses redirect; nothing of the content changes."""

import pytest

from marketplace.disclosure import actions, queries
from marketplace.disclosure.actions._resolve import name_key
from marketplace.disclosure.models import ImportBatch, Notice, TradeProject
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import NotAllowed, Refused
from marketplace.ledger.models import Event
from marketplace.registry.states import Role
from tests.disclosure.conftest import COMMAND, Town, imported


@pytest.fixture
def pair(batch: ImportBatch) -> tuple[TradeProject, TradeProject]:
    """Two projects of works in one place, two notices in the first."""
    codes = ("LX-2025-001", "LX-2025-001", "LX-2025-002")
    rows = [
        actions.import_notice(imported(project_codes=(code,)), batch=batch, by=COMMAND, at=clock.now()).notice
        for code in codes
    ]
    return rows[0].project, rows[2].project


def merge(one: TradeProject, two: TradeProject, by: Actor, reason: str = "同一项目") -> TradeProject:
    return actions.merge_projects(one, into=two, reason=reason, by=by, at=clock.now())


def test_a_merged_project_redirects_and_brings_everything(
    town: Town, pair: tuple[TradeProject, TradeProject], reviewer: Actor
) -> None:
    one, two = pair
    before = Event.objects.count()
    digests = set(Notice.objects.values_list("pk", "digest"))
    merge(one, two, reviewer)
    landing = queries.public_project(one.public_id)
    assert landing is not None and landing.moved and landing.project == two
    assert len(queries.timeline(two)) == 3
    assert set(two.codes.values_list("code", flat=True)) == {"LX-2025-001", "LX-2025-002"}
    assert set(Notice.objects.values_list("pk", "digest")) == digests
    assert Event.objects.count() == before + 1
    assert queries.project_by_code("lx-2025-001") == two


def test_merges_follow_each_other(
    town: Town, pair: tuple[TradeProject, TradeProject], batch: ImportBatch
) -> None:
    by = town.actor(Role.OPERATOR)
    one, two = pair
    third = actions.import_notice(imported(), batch=batch, by=COMMAND, at=clock.now()).notice.project
    merge(one, two, by)
    merge(two, third, by)
    landing = queries.public_project(one.public_id)
    assert landing is not None and landing.project == third
    more = actions.import_notice(
        imported(project_codes=("LX-2025-001",)), batch=batch, by=COMMAND, at=clock.now()
    )
    assert more.notice.project == third


def test_what_cannot_be_merged(
    town: Town, pair: tuple[TradeProject, TradeProject], batch: ImportBatch
) -> None:
    by = town.actor(Role.REVIEWER)
    one, two = pair
    other = actions.import_notice(
        imported(trade_type="land"), batch=batch, by=COMMAND, at=clock.now()
    ).notice.project
    for source, target, reason in ((one, one, "x"), (one, other, "x"), (one, two, " ")):
        with pytest.raises(Refused):
            merge(source, target, by, reason)
    merge(one, two, by)
    with pytest.raises(Refused, match="已被合并"):
        merge(one, two, by)


@pytest.mark.parametrize(
    ("role", "place"),
    [(Role.AUTHOR, "east"), (Role.REVIEWER, "west"), (Role.SUPERVISOR, "420500"), (Role.SUPPLIER, "某公司")],
)
def test_who_merges_and_splits(
    town: Town, pair: tuple[TradeProject, TradeProject], role: Role, place: str
) -> None:
    by = town.actor(role, place)
    events = Event.objects.count()
    ids = [pair[0].notices.first().pk]
    with pytest.raises(NotAllowed):
        merge(*pair, by)
    with pytest.raises(NotAllowed):
        actions.split_project(pair[0], notices=ids, name="新", reason="x", by=by, at=clock.now())
    assert (
        Event.objects.count() == events
        and TradeProject.objects.filter(merged_into__isnull=False).count() == 0
    )


def test_a_split_moves_notices_and_codes(
    town: Town, pair: tuple[TradeProject, TradeProject], reviewer: Actor
) -> None:
    one, two = pair
    merge(one, two, reviewer)
    leaving = Notice.objects.filter(codes=["LX-2025-001"])
    fresh = actions.split_project(
        two,
        notices=leaving.values_list("pk", flat=True),
        name="分出的项目",
        codes=["lx-2025-001"],
        reason="误并",
        by=reviewer,
        at=clock.now(),
    )
    assert fresh.notices.count() == 2 and two.notices.count() == 1
    assert queries.project_by_code("LX-2025-001") == fresh
    assert Event.objects.latest("pk").kind == "disclosure.project_split"


@pytest.mark.parametrize("which", ["none", "all", "foreign"])
def test_a_split_moves_some_but_not_all(
    town: Town, pair: tuple[TradeProject, TradeProject], reviewer: Actor, which: str
) -> None:
    one, two = pair
    ids = {
        "none": [],
        "all": list(one.notices.values_list("pk", flat=True)),
        "foreign": list(two.notices.values_list("pk", flat=True)),
    }[which]
    with pytest.raises(Refused) as refused:
        actions.split_project(one, notices=ids, name="新", reason="x", by=reviewer, at=clock.now())
    assert refused.value.field == "notices"


def test_a_project_page_has_a_tab_for_each_stage(pair: tuple[TradeProject, TradeProject]) -> None:
    tabs = queries.stages(queries.project_notices(pair[0]))
    assert [(tab.key, len(tab.notices)) for tab in tabs] == [("result", 2)]


def test_nothing_comes_out_of_an_unknown_address(town: Town) -> None:
    assert queries.public_project("nothingthere") is None
    empty = TradeProject.objects.create(name="空", trade_type="works", created_at=clock.now())
    assert queries.public_project(empty.public_id) is None


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("白石县三岔河桥加固工程中标候选人公示", "白石县三岔河桥加固工程 中标结果公告"),
        ("南岭河治理（一期）招标公告", "南岭河治理(一期)第2次招标中标结果公告"),
        ("图书采购更正公告", "图书采购公告"),
    ],
)
def test_names_are_compared_without_kind_and_round(one: str, two: str) -> None:
    assert name_key(one) == name_key(two)
