"""From an act to the list and away again, through the actions and the addresses people use."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from marketplace.disclosure import actions
from marketplace.disclosure.models import ImportBatch, Notice
from marketplace.disclosure.states import NoticeKind, WithdrawalBasis
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.codes import make_uscc
from marketplace.ledger import deliveries
from marketplace.registry import actions as registry
from marketplace.registry.states import Role
from search import find, sources
from search.backends import get_backend
from search.query import parse
from tests.disclosure.conftest import COMMAND, Town, imported, purchase
from tests.search.conftest import settled

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def on_each_engine(engine: object) -> Iterator[None]:
    """Every test here runs on both engines."""
    yield


def titles(address: str = "status=all") -> list[str]:
    """The titles that a question finds now."""
    settled(get_backend())
    return [row.title for row in find.find(parse(dict(pair.split("=") for pair in address.split("&")))).rows]


def withdraw(notice: Notice, town: Town) -> Notice:
    """Taken down by the branch's reviewer because the law leaves no choice."""
    return actions.withdraw_notice(
        notice,
        basis=WithdrawalBasis.PERSONAL,
        reason="正文含个人信息",
        by=town.actor(Role.REVIEWER),
        at=clock.now(),
    )


def test_a_released_notice_is_found_at_once_by_text_code_buyer_and_place(
    town: Town, reviewer: Actor, client: Client
) -> None:
    notice = actions.release_notice(purchase(town), by=reviewer, at=clock.now())
    settled(get_backend())
    for question in (
        "q=自助借还设备",
        "q=自助借还設備 12",
        f"q={notice.codes[0]}",
        f"q={notice.codes[0][:9]}",
        "q=明衡招标代理",
    ):
        assert notice.title in titles(question), question
    assert titles("region=420000") == titles("region=420500") == [notice.title]
    assert titles("region=420506") == titles("kind=result") == titles("q=不相干") == []
    assert notice.public_id in client.get("/notices/", {"q": "借还设备"}).content.decode()


def test_a_withdrawn_notice_is_gone_everywhere(town: Town, reviewer: Actor, client: Client) -> None:
    notice = actions.release_notice(purchase(town), by=reviewer, at=clock.now())
    settled(get_backend())
    withdraw(notice, town)
    for address in ("/notices/", "/notices/feed.atom", "/notices/export.csv", "/api/v1/notices/"):
        answer = client.get(address, {"q": "借还设备", "status": "all"})
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert notice.public_id not in text.decode(), address
    settled(get_backend())
    assert get_backend().total(parse({"status": "all"}), clock.now()) == 0


def test_a_withdrawn_notice_is_never_shown_while_the_index_still_holds_it(
    town: Town, reviewer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine is down or late: every hit is read again from the database before it is shown."""
    kept = actions.release_notice(purchase(town, title="留下的借还设备公告"), by=reviewer, at=clock.now())
    gone = actions.release_notice(purchase(town), by=reviewer, at=clock.now())
    settled(get_backend())
    monkeypatch.setattr(deliveries, "wake", lambda: None)
    withdraw(gone, town)
    answer = find.find(parse({"q": "借还设备"}))
    assert [row.title for row in answer.rows] == [kept.title]
    assert answer.total == 1
    assert [row.title for row in find.every_row(parse({"q": "借还设备"}), limit=10)] == [kept.title]


def test_a_corrected_notice_is_not_active_while_the_index_still_says_so(
    town: Town, reviewer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = actions.release_notice(purchase(town), by=reviewer, at=clock.now())
    settled(get_backend())
    monkeypatch.setattr(deliveries, "wake", lambda: None)
    draft = purchase(town, title="更正公告", kind=NoticeKind.CORRECTION.value)
    draft = replace(
        draft, deadline_at=clock.now() + timedelta(days=40), opening_at=clock.now() + timedelta(days=40)
    )
    actions.release_correction(first, draft, by=reviewer, at=clock.now())
    answer = find.find(parse({"q": "自助借还设备"}))
    assert (answer.rows, answer.total) == ([], 0)


def test_a_correction_takes_the_place_of_what_it_corrects(town: Town, reviewer: Actor) -> None:
    first = actions.release_notice(purchase(town), by=reviewer, at=clock.now())
    draft = purchase(town, title="临溪市图书馆自助借还设备采购更正公告", kind=NoticeKind.CORRECTION.value)
    draft = replace(
        draft, deadline_at=clock.now() + timedelta(days=40), opening_at=clock.now() + timedelta(days=40)
    )
    second = actions.release_correction(first, draft, by=reviewer, at=clock.now())
    assert titles("q=自助借还设备") == [second.title]
    assert titles("status=closed") == [first.title]
    assert set(titles("status=all")) == {first.title, second.title}


def test_a_deadline_closes_a_notice_without_any_write(
    town: Town, reviewer: Actor, scripted_clock: clock.ScriptedClock
) -> None:
    notice = actions.release_notice(purchase(town), by=reviewer, at=clock.now())
    assert titles("q=自助") == [notice.title] and titles("status=closing") == []
    scripted_clock.advance(timedelta(days=23))
    assert titles("status=closing") == [notice.title]
    scripted_clock.advance(timedelta(days=2))
    assert titles("q=自助") == titles("status=closing") == []
    assert titles("status=closed") == [notice.title]


def test_imported_notices_stand_at_their_own_day(batch: ImportBatch) -> None:
    for day, name in ((3, "甲"), (1, "乙"), (2, "丙")):
        published = clock.day_start(clock.today() - timedelta(days=day))
        content = imported(title=f"{name}路养护结果公告", published_at=published, amount=Decimal(5))
        actions.import_notice(content, batch=batch, by=COMMAND, at=clock.now())
    assert titles() == ["乙路养护结果公告", "丙路养护结果公告", "甲路养护结果公告"]
    assert titles("date=3d") == ["乙路养护结果公告", "丙路养护结果公告"]


def test_parties_are_found_once_they_are_admitted(town: Town, client: Client) -> None:
    uscc = make_uscc("91420500", "09990001")
    content = registry.PartyContent(name="望江文具有限公司", uscc=uscc, roles=("supplier",), region="420500")
    party = registry.apply_party(content, by=COMMAND, at=clock.now())
    assert titles("q=望江文具&group=party") == []
    registry.admit_party(party, by=COMMAND, at=clock.now())
    assert titles("q=望江文具&group=party") == ["望江文具有限公司"]
    assert titles(f"q={content.uscc}&group=party") == ["望江文具有限公司"]
    page = client.get("/notices/", {"q": "望江文具"}).content.decode()
    assert f'<a class="plain" href="{party.get_absolute_url()}"><mark>望江文具</mark>有限公司</a>' in page


def test_one_failing_index_does_not_break_the_act(
    town: Town, reviewer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The notice is public even when the engine is down; the delivery is tried again later."""

    def down(*_args: object) -> None:
        raise OSError("no engine")

    with monkeypatch.context() as patched:
        patched.setattr(type(get_backend()), "refresh", down)
        notice = actions.release_notice(purchase(town), by=reviewer, at=clock.now())
    assert Notice.objects.filter(pk=notice.pk).exists()
    assert titles() == []
    sources.refresh("notice", [notice.pk])
    assert titles() == [notice.title]
