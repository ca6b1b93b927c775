"""Values that nobody outside may see are planted in every field; no anonymous answer holds one.

Dataset by dataset, each declared field and one undeclared gets a canary of its own; so do
drafts, questions, parties, people and error reports. Then everything a visitor can ask for is
read: pages, JSON, feeds, exports, proofs, error pages, and the search index on disk.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings as site_settings

from marketplace.disclosure import actions, queries
from marketplace.disclosure.actions import NoticeContent, PartyName
from marketplace.disclosure.models import FieldDisclosure
from marketplace.disclosure.queries.levels import dataset_for, datasets_with, levels_for
from marketplace.disclosure.states import Disclosure, NoticeKind, PartyPart
from marketplace.kernel import clock
from marketplace.kernel.codes import make_uscc
from marketplace.kernel.trade import TradeType
from marketplace.registry import actions as registry
from marketplace.registry.states import Role
from tests.disclosure.conftest import COMMAND, Town, purchase, town
from tests.sunlit.test_demo_site import Crawl

__all__ = ["town"]  # a fixture of the disclosure tests
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
MOBILE, OTHER_MOBILE = "13900001234", "13900005678"
ACCOUNT = "6222020200112233445"
IDENTITY = "110101199003070775"


@dataclass
class Planted:
    """What was planted: text → where; only ``hidden`` ones must never be seen."""

    hidden: dict[str, str] = field(default_factory=dict)
    public: dict[str, str] = field(default_factory=dict)


def every_dataset() -> list[tuple[str, str, str]]:
    """Each kind of notice and trade that fills a dataset."""
    return [
        (kind.value, trade.value, dataset)
        for kind in NoticeKind
        for trade in TradeType
        if (dataset := dataset_for(kind.value, trade.value))
    ]


def plant_notice(planted: Planted, kind: str, trade: str, dataset: str) -> NoticeContent:
    """A notice in which each field holds its own canary."""
    levels = levels_for(datasets_with(dataset))
    fields: dict[str, object] = {}
    for row in FieldDisclosure.objects.filter(dataset__in=datasets_with(dataset)):
        canary = f"CANARY-{kind}-{trade}-{row.dataset}-{row.key}".upper()
        level = levels.level(row.dataset, row.key, kind=kind, trade_type=trade)
        (planted.public if level == Disclosure.PUBLIC else planted.hidden)[canary] = (
            f"{row.dataset}.{row.key}"
        )
        if row.dataset in ("508", "510"):
            name = "EXPERTS" if row.dataset == "508" else "CANDIDATES"
            fields.setdefault(name, [{}])[0][row.key] = canary  # type: ignore[index]
        elif not row.format.startswith("list:"):
            fields[row.key] = canary
    undeclared = f"CANARY-{kind}-{trade}-UNDECLARED".upper()
    fields["UNDECLARED"] = undeclared
    planted.hidden[undeclared] = "undeclared"
    return NoticeContent(
        kind=kind,
        trade_type=trade,
        title=f"{NoticeKind(kind).label}试样（{TradeType(trade).label}）",
        body_text="一、项目概况\n试样正文。",
        fields=fields,
        source="试样来源",
        source_id=f"{kind}-{trade}",
        region_code="420500",
        parties=(PartyName("临溪市图书馆", PartyPart.BUYER),),
        published_at=clock.now(),
    )


@pytest.fixture
def planted(town: Town, settings, tmp_path: Path) -> Planted:
    settings.DATA_DIR, settings.FILES_DIR = tmp_path, tmp_path / "files"
    settings.KEYS_DIR = tmp_path / "keys"
    planted = Planted()
    batch = actions.open_batch(
        source="试样来源", file_name="canary.jsonl", file_digest="", by=COMMAND, at=clock.now()
    )
    for kind, trade, dataset in every_dataset():
        content = plant_notice(planted, kind, trade, dataset)
        actions.import_notice(content, batch=batch, by=COMMAND, at=clock.now())
    _plant_people(planted, town)
    _plant_question(planted, town)
    return planted


def _plant_people(planted: Planted, town: Town) -> None:
    account = registry.AccountContent(
        name="金丝雀", username="canary.person", mobile=MOBILE, email="canary@example.org", id_number=IDENTITY
    )
    registry.create_person_account(account, by=COMMAND, at=clock.now())
    content = registry.PartyContent(
        name="金丝雀贸易有限公司",
        uscc=make_uscc("91420500", "MA000099"),
        roles=("supplier",),
        region="420500",
        contact_name="雀联系",
        contact_phone=OTHER_MOBILE,
        basic_account=ACCOUNT,
    )
    party = registry.apply_party(content, by=COMMAND, at=clock.now())
    registry.admit_party(party, by=COMMAND, at=clock.now())
    hidden = {
        MOBILE: "mobile",
        "canary@example.org": "e-mail",
        IDENTITY: "identity number",
        "canary.person": "account",
    }
    planted.hidden |= hidden | {
        OTHER_MOBILE: "party's phone",
        ACCOUNT: "party's account",
        "雀联系": "party's contact",
    }


def _plant_question(planted: Planted, town: Town) -> None:
    notice = actions.release_notice(purchase(town), by=town.actor(Role.REVIEWER), at=clock.now())
    actions.ask_question(
        notice,
        name="问者金雀",
        contact="asker@example.org",
        text="请问交货地点在哪里？（金丝雀问）",
        agrees=False,
        key="canary",
        by=COMMAND.visitor(),
        at=clock.now(),
    )
    planted.hidden |= {
        "问者金雀": "asker",
        "asker@example.org": "asker's contact",
        "金丝雀问": "unanswered question",
    }


STARTS = (
    *("/", "/en/", "/notices/?status=all", "/notices/?status=all&page=2", "/notices/feed.atom?status=all"),
    *(
        "/notices/export.csv?status=all",
        "/api/v1/notices/?status=all&page_size=100",
        "/notices/?q=CANARY&status=all",
    ),
    *("/notices/?q=金丝雀&status=all", "/sitemap.xml", "/no-such-page/?CANARY", "/ledger/", "/policies/"),
)


def test_no_anonymous_answer_holds_a_hidden_value(planted: Planted, tmp_path: Path) -> None:
    assert len(planted.hidden) > 50 and len(planted.public) > 50
    crawl = Crawl(most=60).run(*STARTS)
    assert sum("/notices/" in address for address in crawl.answers) > len(every_dataset())
    seen = leaks(planted.hidden, crawl.answers.items(), lambda answer: answer[1])
    assert seen == set()
    shown = {
        canary for canary in planted.public for _, body in crawl.answers.values() if canary.encode() in body
    }
    assert shown, "the scan looks at pages that show fields at all"
    index = [(path, path.read_bytes()) for path in (tmp_path / "search").rglob("*") if path.is_file()]
    hidden = {canary.lower(): where for canary, where in planted.hidden.items()} | planted.hidden
    assert leaks(hidden, index, lambda content: content) == set()


def leaks(hidden: dict[str, str], answers: object, body_of: Callable) -> set[str]:
    """Which hidden value stands where."""
    return {
        f"{hidden[value]} ({value}) in {where}"
        for where, answer in answers  # type: ignore[attr-defined]
        for value in hidden
        if value.encode() in body_of(answer)
    }


def test_every_canary_is_asked_for_by_the_public_query_too(planted: Planted) -> None:
    """The query behind all pages gives declared public fields only."""
    for notice in queries.published():
        said = repr(
            [queries.public_fields(notice), queries.key_facts(notice), queries.public_parties(notice)]
        )
        assert [where for canary, where in planted.hidden.items() if canary in said] == []


@pytest.mark.skipif(
    not site_settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"), reason="reads the file"
)
def test_personal_data_are_not_at_rest_in_clear(planted: Planted) -> None:
    """Neither the database file nor its journal holds a number as it was typed."""
    name = Path(site_settings.DATABASES["default"]["NAME"])
    content = b"".join(path.read_bytes() for path in name.parent.glob(f"{name.name}*"))
    assert "金丝雀贸易有限公司".encode() in content
    assert [value for value in (MOBILE, OTHER_MOBILE, IDENTITY, ACCOUNT) if value.encode() in content] == []
    assert b"asker@example.org" not in content
