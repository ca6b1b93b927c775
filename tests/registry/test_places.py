"""The region tree (GB/T 2260), recognising places, and branches ("1+4", R99, R101)."""

import csv
from importlib import resources

import pytest
from django.test import Client

from marketplace.kernel.refusal import NotAllowed, Refused
from marketplace.ledger.models import Event
from marketplace.registry import actions
from marketplace.registry.models import Branch, Region
from marketplace.registry.queries import (
    branch_scope,
    region_by_name,
    region_covers,
    region_tree,
    regions_within,
)
from marketplace.registry.queries.region_names import NameIndex, Place
from marketplace.registry.states import Role
from tests.registry.world import AT, COMMAND, World, branch_content


@pytest.fixture(scope="module")
def rows() -> dict[str, dict[str, str]]:
    text = resources.files("marketplace.registry").joinpath("data/regions.csv").read_text("utf-8")
    return {row["code"]: row for row in csv.DictReader(text.splitlines())}


def above(rows: dict[str, dict[str, str]], code: str) -> list[str]:
    found = []
    while code:
        found.append(code)
        code = rows[code]["parent"]
    return found[::-1]


@pytest.fixture(scope="module")
def index(rows: dict[str, dict[str, str]]) -> NameIndex:
    places = (Place(c, row["name"], row["level"], frozenset(above(rows, c))) for c, row in rows.items())
    return NameIndex.build(places)


def test_the_shipped_list_is_a_whole_tree(rows: dict[str, dict[str, str]]) -> None:
    levels = [row["level"] for row in rows.values()]
    assert (levels.count("province"), levels.count("city"), levels.count("county")) == (34, 333, 2849)
    assert all(row["parent"] in rows or row["level"] == "province" for row in rows.values())
    assert not {"市辖区", "县", "省直辖县级行政区划"} & {row["name"] for row in rows.values()}
    assert above(rows, "420506") == ["420000", "420500", "420506"]
    assert above(rows, "110101") == ["110000", "110101"]  # no 市辖区 between
    assert above(rows, "429004") == ["420000", "429004"]


def test_every_full_name_is_found(index: NameIndex, rows: dict[str, dict[str, str]]) -> None:
    wrong = {}
    for code in rows:
        full = "".join(rows[one]["name"] for one in above(rows, code))
        if index.find(full) != code:
            wrong[full] = index.find(full)
    assert wrong == {}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("湖北省宜昌市夷陵区", "420506"),
        ("湖北省宜昌市市本级", "420500"),
        ("湖北省宜昌市本级", "420500"),
        ("湖北省 宜昌市 夷陵区", "420506"),
        ("湖北省/宜昌市/夷陵区", "420506"),
        ("湖北宜昌夷陵", "420506"),
        ("湖北省宜昌市长阳土家族自治县", "420528"),
        ("宜昌市五峰县", "420529"),
        ("湖北省宜昌市宜都市", "420581"),
        ("呼伦贝尔市", "150700"),
        ("呼伦贝尔", "150700"),
        ("楚雄州", "532300"),
        ("楚雄彝族自治州", "532300"),
        ("楚雄", "532300"),
        ("楚雄市", "532301"),
        ("楚雄州楚雄市", "532301"),
        ("云南省楚雄州人民政府", "532300"),
        ("晋城市人民政府办公室", "140500"),
        ("上海", "310000"),
        ("上海市浦东新区", "310115"),
        ("北京市市辖区东城区", "110101"),
        ("青岛市", "370200"),
        ("恩施州", "422800"),
        ("黔东南州", "522600"),
        ("内蒙古", "150000"),
        ("鄂伦春旗", "150723"),
        ("吉林", "220000"),
        ("吉林市", "220200"),
        ("海南州", "632500"),
        ("仙桃市", "429004"),
        ("湖北省宜昌市高新区", "420500"),
        ("鼓楼区", None),
        ("城区", None),
        ("上海路街道", None),
        ("蓬莱仙岛", None),
        ("", None),
        ("市本级", None),
        ("夷", None),
        ("<script>", None),
        ("湖" * 5000, None),
    ],
)
def test_places_as_people_write_them(index: NameIndex, text: str, code: str | None) -> None:
    assert index.find(text) == code


def test_lookups_over_the_table(world: World) -> None:
    assert region_by_name("湖北省宜昌市夷陵区").pk == "420506"
    assert region_by_name("420506").full_name == "湖北省宜昌市夷陵区"
    assert region_by_name("999999") is None
    assert region_by_name("") is None
    assert region_covers("420000", "420506") and region_covers("", "420506")
    assert not region_covers("420506", "420500") and not region_covers("420500", "140500")
    assert regions_within("420500").count() == 14
    assert not regions_within("x")
    top = {node.code: node for node in region_tree()}
    assert [child.code for child in top["420000"].children][:2] == ["420100", "420200"]
    assert len(top["110000"].children) == 16


def test_loading_again_changes_nothing_and_renames_what_differs(world: World) -> None:
    assert (
        actions.load_regions(by=COMMAND, at=AT)
        == 3216 - Region.objects.filter(pk__regex="^(11|14|42)").count()
    )
    assert region_by_name("呼伦贝尔").pk == "150700"
    events = Event.objects.count()
    assert actions.load_regions(by=COMMAND, at=AT) == 0
    assert Event.objects.count() == events
    Region.objects.filter(pk="420506").update(name="旧名区")
    assert actions.load_regions(by=COMMAND, at=AT) == 1
    assert Region.objects.get(pk="420506").name == "夷陵区"
    assert Event.objects.count() == events + 1


def test_scope_is_a_branch_and_those_below_it(world: World) -> None:
    assert branch_scope(world.city.pk) == {world.city.pk, world.district.pk}
    assert branch_scope(world.district.pk) == {world.district.pk}
    assert branch_scope(None) == set()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": ""}, "code"),
        ({"code": "yc"}, "code"),  # taken, whatever the case
        ({"name": ""}, "name"),
        ({"name": "名" * 129}, "name"),
        ({"region": "999999"}, "region"),
        ({"mode": "both"}, "mode"),
        ({"mode": "sub_platform"}, "parent"),
        ({"uscc": "91420506MA4900000X"}, "uscc"),
        ({"platform_code": "D" * 12}, "platform_code"),
    ],
)
def test_a_bad_branch_is_refused_at_its_field(world: World, changes: dict[str, object], field: str) -> None:
    from dataclasses import replace

    with pytest.raises(Refused) as refused:
        actions.create_branch(replace(branch_content("ZZ", "420500"), **changes), by=COMMAND, at=AT)
    assert refused.value.field == field
    assert Branch.objects.count() == 3


def test_a_branch_never_lies_below_itself_and_closes_after_those_below(world: World) -> None:
    from dataclasses import replace

    content = branch_content("YC", "420500")
    for parent in (world.city, world.district):
        with pytest.raises(Refused) as refused:
            actions.change_branch(world.city, replace(content, parent=parent.pk), by=COMMAND, at=AT)
        assert refused.value.field == "parent"
    with pytest.raises(Refused):
        actions.change_branch(world.city, replace(content, is_active=False), by=COMMAND, at=AT)


def test_a_branchs_own_administrator_stays_below_it(world: World) -> None:
    by = world.actor(Role.SYSTEM_ADMIN, world.city)
    actions.create_branch(branch_content("YC-ZG", "420527", world.city), by=by, at=AT)
    for parent in (None, world.other):
        with pytest.raises(NotAllowed):
            actions.create_branch(branch_content("YY", "420500", parent), by=by, at=AT)
    with pytest.raises(NotAllowed):
        actions.change_branch(world.district, branch_content("YC-YL", "420506", world.other), by=by, at=AT)


def test_the_pages_of_branches(world: World) -> None:
    client = Client()
    client.force_login(world.user(Role.SYSTEM_ADMIN))
    data = {
        "code": "yc-zg",
        "name": "秭归示例中心",
        "region": "湖北省宜昌市秭归县",
        "mode": "sub_platform",
        "parent": world.city.pk,
        "is_active": "on",
    }
    assert client.post("/desk/branches/new/", data).status_code == 302
    again = client.post("/desk/branches/new/", data)
    assert again.status_code == 422 and "平台编号已被使用" in again.content.decode()
    branch = Branch.objects.get(code="YC-ZG")
    page = client.get(f"/desk/branches/{branch.pk}/").content.decode()
    assert "湖北省宜昌市秭归县" in page
    del data["is_active"]
    assert client.post(f"/desk/branches/{branch.pk}/", data).status_code == 302
    assert not Branch.objects.get(pk=branch.pk).is_active
    assert client.get("/desk/branches/").status_code == 200
