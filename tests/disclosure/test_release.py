"""Releasing: who may, what is asked of a text, and that one draft becomes one notice."""

import dataclasses
from datetime import timedelta

import pytest

from marketplace.disclosure import actions
from marketplace.disclosure.models import Notice, NoticeParty, ScanHit, TradeProject
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import NotAllowed, Refused
from marketplace.ledger.models import Event
from marketplace.registry import actions as registry
from marketplace.registry.models import RoleGrant
from marketplace.registry.queries import actor_of
from marketplace.registry.states import Role
from tests.disclosure.conftest import COMMAND, Town, purchase


def test_a_reviewed_draft_becomes_public_and_leaves_one_event(town: Town, reviewer: Actor) -> None:
    draft = purchase(town)
    before = Event.objects.count()
    notice = actions.release_notice(draft, by=reviewer, at=clock.now())
    assert notice.published_at == clock.now()
    assert notice.buyer_name == "临溪市图书馆"
    assert notice.project.codes.get().code == draft.project_codes[0]
    assert notice.fields["BID_CLOSING_TIME"] == notice.deadline_at.astimezone(clock.BEIJING).isoformat()
    event = Event.objects.latest("pk")
    assert Event.objects.count() == before + 1
    assert (event.kind, event.data["digest"]) == ("disclosure.notice_released", notice.digest)
    assert len(notice.digest) == 64


def test_markup_is_sanitised_and_text_is_kept(town: Town, reviewer: Actor) -> None:
    body = '<p onclick="x()">甲<script>alert(1)</script></p><table><tr><td>乙</td><td>丙</td></tr></table><img src=x>'
    notice = actions.release_notice(purchase(town, body_html=body), by=reviewer, at=clock.now())
    assert (
        "script" not in notice.body_html
        and "onclick" not in notice.body_html
        and "img" not in notice.body_html
    )
    assert notice.body_text == "甲\n乙 丙"


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in (Role.REVIEWER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)]
)
def test_only_a_reviewer_releases(town: Town, role: Role) -> None:
    draft = purchase(town)
    place = {
        Role.SUPERVISOR: "420500",
        Role.BUYER: "临溪市图书馆",
        Role.AGENCY: "甲代理",
        Role.SUPPLIER: "乙公司",
    }
    by = town.actor(role, place.get(role, "east"))
    events = Event.objects.count()
    with pytest.raises(NotAllowed):
        actions.release_notice(draft, by=by, at=clock.now())
    assert (Notice.objects.count(), TradeProject.objects.count(), Event.objects.count()) == (0, 0, events)


@pytest.mark.parametrize("by", [COMMAND, Actor.system("worker"), Actor.visitor()])
def test_neither_jobs_nor_visitors_release(town: Town, by: Actor) -> None:
    with pytest.raises(NotAllowed):
        actions.release_notice(purchase(town), by=by, at=clock.now())


def test_a_superuser_without_grant_releases_nothing(town: Town) -> None:
    user = town.person("超级")
    user.is_superuser = True
    user.save()
    with pytest.raises(NotAllowed):
        actions.release_notice(purchase(town), by=actor_of(user, None), at=clock.now())


def test_author_and_reviewer_are_two_people(town: Town) -> None:
    """R81; also when one person holds both grants."""
    user = town.person("身兼两职")
    by = town.give(user, Role.REVIEWER)
    with pytest.raises(NotAllowed, match="编写人不得审核"):
        actions.release_notice(purchase(town, author_id=user.pk), by=by, at=clock.now())


def test_a_draft_without_author_is_not_released(town: Town, reviewer: Actor) -> None:
    with pytest.raises(NotAllowed):
        actions.release_notice(purchase(town, author_id=None), by=reviewer, at=clock.now())


def test_the_reviewer_of_another_branch_releases_nothing(town: Town) -> None:
    with pytest.raises(NotAllowed):
        actions.release_notice(purchase(town), by=town.actor(Role.REVIEWER, "west"), at=clock.now())


def test_a_grant_for_another_trade_does_not_reach(town: Town) -> None:
    by = town.actor(Role.REVIEWER, trade_type="works")
    with pytest.raises(NotAllowed):
        actions.release_notice(purchase(town), by=by, at=clock.now())


def test_a_revoked_grant_holds_no_longer_even_if_the_actor_was_made_before(
    town: Town, reviewer: Actor
) -> None:
    draft = purchase(town)
    registry.revoke_role(
        RoleGrant.objects.get(pk=reviewer.grant_id), reason="离岗", by=COMMAND, at=clock.now()
    )
    with pytest.raises(NotAllowed):
        actions.release_notice(draft, by=reviewer, at=clock.now())


def test_one_revision_of_a_draft_is_released_once(town: Town, reviewer: Actor) -> None:
    draft = purchase(town)
    notice = actions.release_notice(draft, by=reviewer, at=clock.now())
    with pytest.raises(actions.AlreadyReleased) as refused:
        actions.release_notice(draft, by=reviewer, at=clock.now())
    assert refused.value.notice == notice
    assert Notice.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 601}, "title"),
        ({"body_html": "<p> </p>"}, "body"),
        ({"kind": "nonsense"}, "kind"),
        ({"trade_type": ""}, "kind"),
        ({"kind": "correction"}, "kind"),
        ({"attachments": (987654,)}, "attachments"),
    ],
)
def test_bad_drafts_are_refused_at_the_field(
    town: Town, reviewer: Actor, change: dict[str, object], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        actions.release_notice(purchase(town, **change), by=reviewer, at=clock.now())
    assert refused.value.field == field
    assert Notice.objects.count() == 0


def test_required_fields_of_the_dataset_are_asked_for(town: Town, reviewer: Actor) -> None:
    """Dataset 551 wants the number of packages and the deadline; every problem is named."""
    draft = purchase(town, fields={"PURCHASER_MODE": "77"}, deadline_at=None, opening_at=None)
    with pytest.raises(actions.FieldsRefused) as refused:
        actions.release_notice(draft, by=reviewer, at=clock.now())
    assert {key for key, _message in refused.value.problems} == {
        "BULLETIN_BID_NUM",
        "BID_CLOSING_TIME",
        "PURCHASER_MODE",
    }


def test_a_value_of_the_wrong_form_is_named(town: Town, reviewer: Actor) -> None:
    draft = purchase(town, fields={"PURCHASER_MODE": "1", "BULLETIN_BID_NUM": "three"})
    with pytest.raises(actions.FieldsRefused, match="应为数字"):
        actions.release_notice(draft, by=reviewer, at=clock.now())


def test_a_deadline_must_lie_ahead_and_before_the_opening(town: Town, reviewer: Actor) -> None:
    past = purchase(town, deadline_at=clock.now(), opening_at=clock.now())
    with pytest.raises(Refused, match="晚于发布时间"):
        actions.release_notice(past, by=reviewer, at=clock.now())
    early = purchase(town, opening_at=clock.now() + timedelta(days=1))
    with pytest.raises(Refused, match="开标时间不得早于"):
        actions.release_notice(early, by=reviewer, at=clock.now())


def test_the_clock_decides_not_the_caller(town: Town, reviewer: Actor) -> None:
    draft = dataclasses.replace(purchase(town), published_at=clock.now() - timedelta(days=30))
    notice = actions.release_notice(draft, by=reviewer, at=clock.now() - timedelta(days=1))
    assert notice.published_at == clock.now()


def test_parties_are_joined_to_the_register_by_name(town: Town, reviewer: Actor) -> None:
    library = town.party("临溪市图书馆")
    notice = actions.release_notice(purchase(town), by=reviewer, at=clock.now())
    assert NoticeParty.objects.get(notice=notice, role="buyer").party == library


def test_what_the_scan_finds_needs_a_reason_and_the_reason_is_kept(town: Town, reviewer: Actor) -> None:
    draft = purchase(town, body_html="<p>本项目指定品牌为某某。联系人 13800138000。</p>")
    with pytest.raises(actions.ScanRefused) as refused:
        actions.release_notice(draft, by=reviewer, at=clock.now())
    assert "13800138000" not in refused.value.message
    explained = dataclasses.replace(draft, reasons={"scan": "单一来源采购，专家论证意见见附件"})
    notice = actions.release_notice(explained, by=reviewer, at=clock.now())
    hits = ScanHit.objects.filter(notice=notice)
    assert {hit.state for hit in hits} == {"explained"} and hits.count() == 2


def test_an_identity_number_is_never_published_whatever_the_reason(town: Town, reviewer: Actor) -> None:
    draft = purchase(town, body_html="<p>负责人 11010519491231002X</p>", reasons={"scan": "需要"})
    with pytest.raises(actions.ScanRefused, match="不得公开"):
        actions.release_notice(draft, by=reviewer, at=clock.now())


def test_the_published_contact_number_is_no_finding(town: Town, reviewer: Actor) -> None:
    fields = {"BULLETIN_BID_NUM": "1", "PURCHASER_MODE": "1", "PURCHASER_AGENCY_INFORMATION": "13800138000"}
    draft = purchase(town, fields=fields, body_html="<p>联系电话 138-0013-8000</p>")
    assert actions.release_notice(draft, by=reviewer, at=clock.now()).pk


def test_an_editor_learns_beforehand_what_a_release_would_refuse(town: Town, reviewer: Actor) -> None:
    """The same checks as the release, without writing or raising."""
    draft = purchase(town, fields={}, body_html="<p>负责人 11010519491231002X，电话 13800138000</p>")
    events = Event.objects.count()
    found = actions.check_notice(draft)
    assert len(found.problems) == 3 and {hit.rule.value for hit in found.hits} == {"id_number", "mobile"}
    clean = actions.check_notice(purchase(town))
    assert (clean.problems, clean.hits) == ((), ())
    assert actions.check_notice(purchase(town, kind="?")).problems == ()
    assert actions.check_notice(purchase(town, title="")).problems
    assert Event.objects.count() == events and not Notice.objects.exists()
