"""Corrections, withdrawal, and that the database itself refuses to rewrite what is public."""

import dataclasses
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from marketplace.disclosure import actions, queries
from marketplace.disclosure.models import Attachment, Notice, NoticeParty
from marketplace.disclosure.states import NOTICE_MOVES, NoticeKind, WithdrawalBasis
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.moves import MoveRefused
from marketplace.kernel.refusal import NotAllowed, Refused
from marketplace.ledger.models import Event
from marketplace.registry.states import Role
from tests.disclosure.conftest import Town, imported, purchase

FROZEN = [field for field in Notice._meta.concrete_fields if field.name not in (*Notice.MUTABLE, "id")]


def corrected(town: Town, notice: Notice, by: Actor, serial: int = 1, **more: object) -> Notice:
    """Correct a purchase: another delivery period and three more days."""
    assert notice.deadline_at is not None
    body = f"<h2>一、项目概况</h2><p>采购自助借还设备 12 台。</p><p>交货期 {30 + serial} 日。</p>"
    draft = purchase(
        town,
        title=f"{notice.project.name}更正公告",
        body_html=body,
        deadline_at=notice.deadline_at + timedelta(days=3),
        opening_at=notice.deadline_at + timedelta(days=3),
        project_codes=(),
        draft_key=f"draft:{notice.pk}:{serial}",
        **more,
    )
    return actions.release_correction(notice, draft, by=by, at=clock.now())


def test_a_correction_is_a_new_linked_notice(town: Town, notice: Notice, reviewer: Actor) -> None:
    later = corrected(town, notice, reviewer)
    notice.refresh_from_db()
    assert later.kind == NoticeKind.CORRECTION and later.base_kind == NoticeKind.TENDER
    assert later.number == f"{notice.number}-01" and later.sequence == 1
    assert (later.corrects, later.original, later.project) == (notice, notice, notice.project)
    assert notice.superseded_by == later and notice.version == 2
    assert "30 日" in notice.body_text
    assert later.fields["IS_POSTPONE"] == "1" and later.fields["POST_BID_CLOSING_TIME"]
    assert Event.objects.latest("pk").data["corrects"] == notice.public_id
    assert list(queries.current()) == [later]


def test_corrections_form_one_chain(town: Town, notice: Notice, reviewer: Actor) -> None:
    first = corrected(town, notice, reviewer, 1)
    with pytest.raises(Refused, match="最新的公告"):
        corrected(town, notice, reviewer, 2)
    second = corrected(town, first, reviewer, 3)
    assert second.number == f"{notice.number}-02" and second.original == notice
    assert [row.sequence for row in queries.chain(first)] == [0, 1, 2]


def test_the_difference_names_fields_and_paragraphs(town: Town, notice: Notice, reviewer: Actor) -> None:
    found = queries.diff(corrected(town, notice, reviewer))
    assert {"标题", "截止时间", "开标时间"} <= {change.label for change in found.fields}
    assert [(change.before, change.after) for change in found.paragraphs] == [
        ("交货期 30 日。", "交货期 31 日。")
    ]
    deadline = next(change for change in found.fields if change.label == "截止时间")
    assert deadline.before == "2026年6月26日 09:00" and deadline.after == "2026年6月29日 09:00"


def test_after_the_last_number_no_correction_follows(
    town: Town, notice: Notice, reviewer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """99 in life; three here."""
    monkeypatch.setattr("marketplace.disclosure.actions.release.MOST_CORRECTIONS", 3)
    last = notice
    for serial in range(1, 4):
        last = corrected(town, last, reviewer, serial)
    with pytest.raises(Refused, match="99 次"):
        corrected(town, last, reviewer, 4)


def test_a_correction_needs_another_author_too(town: Town, notice: Notice, reviewer: Actor) -> None:
    with pytest.raises(NotAllowed):
        corrected(town, notice, reviewer, author_id=reviewer.user_id)
    notice.refresh_from_db()
    assert not notice.is_superseded


def test_another_branch_corrects_nothing_of_ours(town: Town, notice: Notice) -> None:
    with pytest.raises(NotAllowed):
        corrected(town, notice, town.actor(Role.REVIEWER, "west"), branch_id=town.west.pk)


def test_the_supervisor_withdraws_and_a_stub_stays(town: Town, notice: Notice) -> None:
    supervisor = town.actor(Role.SUPERVISOR, "420500")
    done = actions.withdraw_notice(
        notice, basis="order", document="临监〔2026〕7号", reason="程序违法", by=supervisor, at=clock.now()
    )
    assert done.withdrawn_at == clock.now()
    stub = queries.public_notice(notice.public_id)
    assert stub is not None
    assert (stub.withdrawal_reason, stub.body_html, stub.fields, stub.buyer_name) == ("程序违法", "", {}, "")
    assert "图书馆" not in stub.title
    assert queries.public_fields(done) == [] and queries.key_facts(done) == []
    assert not queries.published().exists()
    assert "图书馆" not in queries.timeline(notice.project)[0].notice.title
    with pytest.raises(MoveRefused):
        actions.withdraw_notice(
            notice, basis="order", document="1", reason="再", by=supervisor, at=clock.now()
        )


@pytest.mark.parametrize(
    ("role", "place", "basis", "allowed"),
    [
        (Role.SUPERVISOR, "420500", "order", True),
        (Role.SUPERVISOR, "420000", "order", True),
        (Role.SUPERVISOR, "420600", "order", False),
        (Role.SUPERVISOR, "420506", "order", False),
        (Role.REVIEWER, "east", "order", False),
        (Role.REVIEWER, "east", "personal", True),
        (Role.REVIEWER, "west", "personal", False),
        (Role.AUTHOR, "east", "personal", False),
        (Role.OPERATOR, "east", "order", False),
        (Role.BUYER, "临溪市图书馆", "order", False),
        (Role.SUPPLIER, "某公司", "secret", False),
    ],
)
def test_who_withdraws(town: Town, notice: Notice, role: Role, place: str, basis: str, allowed: bool) -> None:
    by = town.actor(role, place)
    events = Event.objects.count()
    act = lambda: actions.withdraw_notice(  # noqa: E731
        notice, basis=basis, document="文号", reason="原因", by=by, at=clock.now()
    )
    if allowed:
        assert act().is_withdrawn
    else:
        with pytest.raises(NotAllowed):
            act()
        notice.refresh_from_db()
        assert not notice.is_withdrawn and Event.objects.count() == events


@pytest.mark.parametrize(
    ("change", "field"),
    [({"basis": "whim"}, "basis"), ({"reason": " "}, "reason"), ({"document": ""}, "document")],
)
def test_a_withdrawal_says_why(town: Town, notice: Notice, change: dict[str, str], field: str) -> None:
    given = {"basis": WithdrawalBasis.ORDER.value, "reason": "原因", "document": "文号"} | change
    with pytest.raises(Refused) as refused:
        actions.withdraw_notice(notice, **given, by=town.actor(Role.SUPERVISOR, "420500"), at=clock.now())
    assert refused.value.field == field


def test_a_withdrawn_original_is_not_corrected_a_withdrawn_correction_is(
    town: Town, notice: Notice, reviewer: Actor
) -> None:
    by = town.actor(Role.SUPERVISOR, "420500")
    first = corrected(town, notice, reviewer)
    actions.withdraw_notice(first, basis="order", document="1", reason="错", by=by, at=clock.now())
    second = corrected(town, notice=Notice.objects.get(pk=first.pk), by=reviewer, serial=2)
    assert second.sequence == 2
    other = actions.release_notice(purchase(town), by=reviewer, at=clock.now())
    actions.withdraw_notice(other, basis="order", document="2", reason="错", by=by, at=clock.now())
    with pytest.raises(Refused, match="已撤下"):
        corrected(town, other, reviewer, 9)


def test_no_column_of_the_content_can_be_rewritten(notice: Notice) -> None:
    """By raw SQL, as somebody with the database in hand would try."""
    assert len(FROZEN) > 25
    for field in FROZEN:
        texts = {
            "CharField": "'1'",
            "TextField": "'1'",
            "JSONField": "'\"1\"'",
            "DateTimeField": "'2001-01-01'",
        }
        value = texts.get(field.get_internal_type(), "7")
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f'UPDATE disclosure_notice SET "{field.column}" = {value} WHERE id = %s', [notice.pk]
            )
            pytest.fail(f"{field.name} was rewritten")


def test_neither_the_orm_nor_a_delete_gets_through(notice: Notice) -> None:
    for act in (
        lambda: Notice.objects.filter(pk=notice.pk).update(title="改"),
        lambda: Notice.objects.bulk_update([dataclass_like(notice, "改")], ["body_text"]),
        lambda: connection.cursor().execute("DELETE FROM disclosure_notice WHERE id = %s", [notice.pk]),
        lambda: NoticeParty.objects.filter(notice=notice).update(name="改"),
        lambda: NoticeParty.objects.filter(notice=notice).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    notice.refresh_from_db()
    assert notice.title != "改"


def dataclass_like(notice: Notice, text: str) -> Notice:
    """The same row with another body."""
    found = Notice.objects.get(pk=notice.pk)
    found.body_text = text
    return found


def test_attachments_keep_name_and_digest(notice: Notice) -> None:
    row = Attachment.objects.create(
        name="a.pdf", content_type="application/pdf", size=1, sha256="0" * 64, uploaded_at=clock.now()
    )
    Attachment.objects.filter(pk=row.pk).update(notice=notice)
    with pytest.raises(DatabaseError), transaction.atomic():
        Attachment.objects.filter(pk=row.pk).update(sha256="1" * 64)


def test_the_digest_can_be_computed_again_from_the_row(town: Town, notice: Notice) -> None:
    from marketplace.disclosure.actions._filling import digest_of

    fresh = Notice.objects.get(pk=notice.pk)
    assert digest_of(fresh) == fresh.digest
    fresh.fields = {**fresh.fields, "X": "1"}
    assert digest_of(fresh) != fresh.digest


def test_the_table_of_moves_prints_itself() -> None:
    assert "published" in NOTICE_MOVES.table() and NOTICE_MOVES.ends() == ["withdrawn"]


def test_an_imported_notice_can_be_corrected_by_the_branch_of_its_place(
    town: Town, reviewer: Actor, batch: object
) -> None:
    old = actions.import_notice(imported(), batch=batch, by=Actor.command("t"), at=clock.now()).notice  # type: ignore[arg-type]
    draft = dataclasses.replace(
        purchase(town), trade_type="works", deadline_at=None, opening_at=None, project_codes=(), amount=None
    )
    with pytest.raises(actions.FieldsRefused):
        actions.release_correction(old, draft, by=reviewer, at=clock.now())
