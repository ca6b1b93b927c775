"""Levels of disclosure: default deny, overrides that name their law, and a canary."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from marketplace.disclosure import actions, queries
from marketplace.disclosure.actions import NoticeContent, PartyName
from marketplace.disclosure.models import FieldDisclosure, Notice
from marketplace.disclosure.queries.levels import datasets_with, levels_for
from marketplace.disclosure.states import Disclosure, NoticeKind, PartyPart
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import NotAllowed
from marketplace.ledger.models import Event
from marketplace.registry.states import Role
from tests.disclosure.conftest import COMMAND, Town, moment, purchase

PROJECT, LOT = "E4205000001000001001", "E4205000001000001001001"


def works(town: Town, **more: object) -> NoticeContent:
    """A notice of works by the east branch's author."""
    base: dict[str, object] = {
        "kind": NoticeKind.CANDIDATES.value,
        "trade_type": "works",
        "title": "白石桥加固工程中标候选人公示",
        "body_html": "<p>评标结束，现予公示。</p>",
        "region_code": "420500",
        "branch_id": town.east.pk,
        "project_codes": (PROJECT,),
        "lot_code": LOT,
        "parties": (PartyName("临溪市交通局", PartyPart.BUYER),),
        "responsible_person": "周启明",
        "verifier": "何静",
        "author_id": town.actor(Role.AUTHOR).user_id,
    }
    return NoticeContent(**(base | more))  # type: ignore[arg-type]


CANDIDATE = {
    "WIN_CANDIDATE_NAME": "北渡建设有限公司",
    "WIN_CANDIDATE_CODE": "91420500MA0000001X",
    "WIN_CANDIDATE_ORDER": "1",
    "PRICE_FORM_CODE": "1",
    "BID_PRICE": "20797381.58",
    "QUALITY": "合格",
    "EVALUATION_STATUS": "通过",
    "WIN_CANDIDATE_QUALIFICATION": "市政公用工程施工总承包贰级",
    "BID_MANAGER": "贺平",
    "EVALUATION_RESULT": "CANARY-SCORE",
    "PM_CODE": "CANARY-ID",
}


def candidates(town: Town) -> NoticeContent:
    """候选人公示 with one candidate."""
    fields = {
        "PUBLICITY_START_TIME": moment(1),
        "PUBLICITY_END_TIME": moment(4, 23),
        "OBJECTION_METHOD": "向招标人书面提出",
        "CANDIDATES": [CANDIDATE],
        "UNDECLARED": "CANARY-UNDECLARED",
    }
    return works(town, fields=fields)


def text_of(notice: Notice) -> str:
    """Everything that the public queries say about a notice."""
    return repr([queries.public_fields(notice), queries.key_facts(notice), queries.public_parties(notice)])


def test_candidates_prices_are_public_by_the_tenth_order(town: Town, reviewer: Actor) -> None:
    """10 号令第六条; scores and the manager's identity number stay inside."""
    notice = actions.release_notice(candidates(town), by=reviewer, at=clock.now())
    said = text_of(notice)
    assert "20,797,381.58 元" in said and "贺平" in said
    assert "CANARY" not in said
    assert [party.name for party in queries.public_parties(notice) if party.role == "candidate"] == [
        "北渡建设有限公司"
    ]


def test_purchase_results_show_the_experts_works_results_do_not(town: Town, reviewer: Actor) -> None:
    """政府采购法实施条例第四十三条."""
    experts = [{"EXPERT_NAME": "某专家", "ID_CARD": "CANARY-ID"}]
    common = {"kind": NoticeKind.RESULT.value, "amount": Decimal("1200000"), "amount_kind": "award"}
    winner = (
        PartyName("临溪市图书馆", PartyPart.BUYER),
        PartyName("明衡代理", PartyPart.AGENCY, "91420500MA0000002X"),
        PartyName("云阁科技有限公司", PartyPart.WINNER, "91420500MA0000003X"),
    )
    fields = {"PRICE_FORM_CODE": "1", "EXPERTS": experts}
    bought = purchase(town, **common, parties=winner, fields=fields, deadline_at=None, opening_at=None)
    assert "某专家" in text_of(actions.release_notice(bought, by=reviewer, at=clock.now()))
    built = works(town, **common, parties=winner, fields=fields)
    notice = actions.release_notice(built, by=reviewer, at=clock.now())
    assert "某专家" not in text_of(notice) and "CANARY" not in text_of(notice)
    assert notice.fields["EXPERTS"] == experts


def test_the_sum_of_a_works_contract_stays_out_of_every_public_column(town: Town, reviewer: Actor) -> None:
    """Dataset 512: 政务公开."""
    parties = (
        PartyName("临溪市交通局", PartyPart.BUYER, "1"),
        PartyName("北渡建设有限公司", PartyPart.WINNER, "2"),
    )
    fields = {
        "CONTRACT_NAME": "施工合同",
        "PRICE_FORM_CODE": "1",
        "CONTRACT_CONTENT": "CANARY-CONTENT",
        "CONTRACT_SIGN_TIME": moment(1),
    }
    content = works(
        town,
        kind="contract",
        parties=parties,
        fields=fields,
        amount=Decimal("98765432.10"),
        amount_kind="contract",
    )
    notice = actions.release_notice(content, by=reviewer, at=clock.now())
    assert notice.amount is None and notice.amount_kind == ""
    assert notice.fields["CONTRACT_PRICE"] == "98765432.10"
    assert "98" not in text_of(notice).replace("9800", "") and "CANARY" not in text_of(notice)


@pytest.mark.parametrize(
    ("kind", "trade"),
    [
        ("tender", "gov_procurement"),
        ("tender", "works"),
        ("candidates", "works"),
        ("contract", "works"),
        ("result", "gov_procurement"),
    ],
)
def test_no_field_above_public_ever_comes_out(town: Town, kind: str, trade: str) -> None:
    """Every declared and one undeclared field holds a canary; only public keys come out."""
    dataset = queries.dataset_for(kind, trade)
    levels = levels_for(datasets_with(dataset))
    specs = levels.specs(dataset, kind=kind, trade_type=trade)
    notice = Notice(kind=kind, base_kind=kind, trade_type=trade, dataset=dataset, published_at=clock.now())
    notice.fields = {spec.key: f"CANARY-{spec.disclosure}" for spec in specs} | {"UNKNOWN": "CANARY-unknown"}
    said = repr(queries.public_fields(notice))
    assert "CANARY-public" in said or kind == "candidates"
    assert "government" not in said and "internal" not in said and "unknown" not in said
    for spec in specs:
        assert queries.may_disclose(notice, spec.key) == (spec.disclosure == Disclosure.PUBLIC)
    assert not queries.may_disclose(notice, "UNKNOWN")


def test_loading_again_changes_nothing_and_only_the_platform_loads(town: Town) -> None:
    events = Event.objects.count()
    assert actions.load_field_levels(by=COMMAND, at=clock.now()) == 0
    assert Event.objects.count() == events
    with pytest.raises(NotAllowed):
        actions.load_field_levels(by=town.actor(Role.SYSTEM_ADMIN), at=clock.now())


def test_an_altered_row_is_brought_back(town: Town) -> None:
    row = FieldDisclosure.objects.get(dataset="512", key="CONTRACT_PRICE", kind="")
    FieldDisclosure.objects.filter(pk=row.pk).update(disclosure=Disclosure.PUBLIC)
    assert actions.load_field_levels(by=COMMAND, at=clock.now()) == 1
    row.refresh_from_db()
    assert row.disclosure == Disclosure.GOVERNMENT


def test_an_override_names_its_law(town: Town) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        FieldDisclosure.objects.create(dataset="510", key="X", kind="result", label="x", disclosure="public")


def test_every_dataset_of_the_standard_that_we_use_is_declared(town: Town) -> None:
    declared = set(FieldDisclosure.objects.values_list("dataset", flat=True))
    assert {"503", "506", "510", "511", "512", "513", "551", "552", "553", "554", "1800", "1801"} <= declared


def test_an_editor_is_asked_for_form_fields_only(town: Town) -> None:
    specs = queries.field_specs("tender", "works")
    assert {"DOC_GET_START_TIME", "TENDERER_ADDRESS"} <= {spec.key for spec in specs}
    assert not {"PLATFORM_CODE", "NOTICE_NAME", "BID_OPEN_TIME"} & {spec.key for spec in specs}
    assert [row.key for row in queries.nested_specs(_list(), kind="candidates", trade_type="works")][0] == (
        "WIN_CANDIDATE_NAME"
    )


def _list() -> FieldDisclosure:
    return FieldDisclosure.objects.get(dataset="511", key="CANDIDATES")
