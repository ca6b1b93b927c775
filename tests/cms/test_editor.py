"""The editor at /editor/ as a browser meets it: gate, scope, form, review."""

from typing import Any

import pytest
from django.test import Client

from cms import actions
from cms.models import NoticeDraft
from cms.states import DraftState
from marketplace.disclosure.models import Notice
from marketplace.kernel import clock
from marketplace.ledger.models import Event
from marketplace.registry.models import User
from marketplace.registry.states import Role
from tests.cms.conftest import COMMAND, LogIn, Town, content, submitted, written

BASE = "/editor/notices/"


def form_of(client: Client, url: str) -> dict[str, Any]:
    """What a browser would send back from the form at ``url``, unchanged."""
    response = client.get(url)
    assert response.status_code == 200, response.status_code
    form = response.context["form"]
    data: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        data[bound.html_name] = "" if value is None else bound.field.prepare_value(value)
    if data.get("deadline_at"):
        for name in ("deadline_at", "opening_at"):
            data[name] = data[name].astimezone(clock.BEIJING).strftime("%Y-%m-%d %H:%M")
    data.update(
        {"body-count": "1", "body-0-type": "text", "body-0-order": "0", "body-0-deleted": "", "body-0-id": ""}
    )
    data["body-0-value"] = (
        '{"blocks":[{"key":"a","text":"采购理化实验设备 24 套。","type":"unstyled","depth":0,'
        '"inlineStyleRanges":[],"entityRanges":[],"data":{}}],"entityMap":{}}'
    )
    return data


def filled(client: Client, url: str, **more: str) -> dict[str, Any]:
    """The form at ``url`` filled as an author would."""
    return form_of(client, url) | {
        "title": "临溪市第二中学理化实验设备采购公告",
        "project_code": "LX-ZC-2026-88001",
        "project_name": "临溪市第二中学理化实验设备采购",
        "region": "420500",
        "buyer_name": "临溪市第二中学",
        "agency_name": "明衡招标代理有限公司",
        "amount": "86万元",
        "amount_kind": "budget",
        "deadline_at": "2026-06-26 09:00",
        "opening_at": "2026-06-26 09:00",
        "responsible_person": "周启明",
        "verifier": "何静",
        "f_BULLETIN_BID_NUM": "1",
        "f_PURCHASER_MODE": "1",
        **more,
    }


def test_from_a_blank_form_to_a_public_page(editors: Town, log_in: LogIn) -> None:
    """An author writes and submits in Wagtail, a reviewer approves there, a visitor reads it."""
    author, reviewer = log_in(editors.actor(Role.AUTHOR)), log_in(editors.actor(Role.REVIEWER))
    add = f"{BASE}add/?kind=tender&trade_type=gov_procurement"
    response = author.post(add, filled(author, add))
    draft = NoticeDraft.objects.get()
    assert response.status_code == 302, response.context["form"].errors
    assert (draft.author_id, draft.branch_id, str(draft.amount)) == (
        editors.actor(Role.AUTHOR).user_id,
        editors.east.pk,
        "860000.00",
    )
    edit = f"{BASE}edit/{draft.pk}/"
    author.post(edit, filled(author, edit) | {"action-submit": "1"})
    draft.refresh_from_db()
    assert draft.state == DraftState.IN_REVIEW
    assert reviewer.get(f"{BASE}review/{draft.pk}/").status_code == 200
    reviewer.post(f"{BASE}review/{draft.pk}/", {"decision": "approve", "comment": ""})
    draft.refresh_from_db()
    assert draft.state == DraftState.PUBLISHED
    page = Client().get(draft.notice.get_absolute_url())
    assert page.status_code == 200
    assert "捌拾陆万元整" in page.content.decode()
    assert (
        Event.objects.filter(kind="disclosure.notice_released", subject_id=str(draft.notice.pk)).count() == 1
    )


def test_a_correction_starts_from_the_published_notice(editors: Town, log_in: LogIn) -> None:
    """Its address is enough; what is known is filled in; another branch's notice is refused."""
    done = actions.approve_draft(
        draft=submitted(editors), by=editors.actor(Role.REVIEWER), at=clock.now()
    ).notice
    add = f"{BASE}add/?corrects=http://testserver{done.get_absolute_url()}"
    author = log_in(editors.actor(Role.AUTHOR))
    page = author.get(add).content.decode()
    assert "临溪市第二中学理化实验设备采购公告（更正公告）" in page
    assert "860,000.00" in page
    response = author.post(add, filled(author, add, title="更正公告", f_IS_POSTPONE="0"))
    assert response.status_code == 302
    assert NoticeDraft.objects.get(corrects=done).kind == "correction"
    other = log_in(editors.actor(Role.AUTHOR, "west"))
    assert "本中心没有这条已发布的公告" in other.get(add).content.decode()


@pytest.mark.parametrize(
    "query",
    ["kind=tender", "kind=nonsense&trade_type=works", "corrects=x", "kind=correction&trade_type=works"],
)
def test_a_start_without_a_kind_asks_again(editors: Town, log_in: LogIn, query: str) -> None:
    """Never a form for nothing."""
    page = log_in(editors.actor(Role.AUTHOR)).get(f"{BASE}add/?{query}")
    assert page.status_code == 200
    assert "起草公告" in page.content.decode()


def test_bad_values_are_said_at_their_field(editors: Town, log_in: LogIn) -> None:
    """Amounts, days and choices that are none; nothing is stored."""
    author = log_in(editors.actor(Role.AUTHOR))
    add = f"{BASE}add/?kind=tender&trade_type=gov_procurement"
    bad = {"amount": "很多钱", "deadline_at": "明天", "region": "999999", "f_PURCHASER_MODE": "99"}
    response = author.post(add, filled(author, add, **bad))
    assert response.status_code == 200
    assert set(bad) <= set(response.context["form"].errors)
    assert not NoticeDraft.objects.exists()


def test_candidates_are_typed_as_rows(editors: Town, log_in: LogIn) -> None:
    """A list field keeps its filled rows and drops the empty ones."""
    author = log_in(editors.actor(Role.AUTHOR))
    add = f"{BASE}add/?kind=candidates&trade_type=works"
    data = filled(author, add, title="中标候选人公示")
    data |= {"f_CANDIDATES-rows": "3", "f_CANDIDATES-0-WIN_CANDIDATE_NAME": "北渡建设有限公司"}
    data |= {
        "f_CANDIDATES-2-WIN_CANDIDATE_NAME": "南岭建工有限公司",
        "f_CANDIDATES-2-WIN_CANDIDATE_ORDER": "2",
    }
    response = author.post(add, data)
    assert response.status_code == 302, response.context["form"].errors
    rows = NoticeDraft.objects.get().fields["CANDIDATES"]
    assert [row["WIN_CANDIDATE_NAME"] for row in rows] == ["北渡建设有限公司", "南岭建工有限公司"]


def test_no_input_stands_in_the_form_twice(editors: Town, log_in: LogIn) -> None:
    """Of two inputs with one name the lower one would win, and it would be empty."""
    author = log_in(editors.actor(Role.AUTHOR))
    page = author.get(f"{BASE}add/?kind=tender&trade_type=gov_procurement").content.decode()
    for name in ("title", "deadline_at", "f_BULLETIN_BID_NUM", "f_PURCHASER_MODE"):
        assert page.count(f' name="{name}"') == 1, name


def test_a_new_form_is_sent_to_where_it_came_from(editors: Town, log_in: LogIn) -> None:
    """Kind and trade stand in the address that the form goes to, as they were asked for."""
    add = f"{BASE}add/?kind=tender&trade_type=gov_procurement"
    page = log_in(editors.actor(Role.AUTHOR)).get(add).content.decode()
    assert f'action="{add.replace("&", "&amp;")}"' in page


def test_approving_through_wagtails_own_workflow_address(editors: Town, log_in: LogIn) -> None:
    """The workflow's own address leads to the same action."""
    draft = submitted(editors)
    state = draft.current_workflow_task_state
    reviewer = log_in(editors.actor(Role.REVIEWER))
    reviewer.post(f"{BASE}workflow/action/{draft.pk}/approve/{state.pk}/", {"comment": ""})
    draft.refresh_from_db()
    assert draft.state == DraftState.PUBLISHED


def test_a_step_of_another_draft_is_not_decided_through_mine(editors: Town, log_in: LogIn) -> None:
    """The address names two ids; the second cannot be somebody else's."""
    mine = submitted(editors)
    theirs = submitted(editors, "west", project_code="LX-ZC-2026-88009", region_id="420506")
    reviewer = log_in(editors.actor(Role.REVIEWER))
    state = theirs.current_workflow_task_state
    reviewer.post(f"{BASE}workflow/action/{mine.pk}/approve/{state.pk}/", {"comment": ""})
    theirs.refresh_from_db()
    mine.refresh_from_db()
    assert (mine.state, theirs.state) == (DraftState.IN_REVIEW, DraftState.IN_REVIEW)


@pytest.mark.parametrize("action", ["action-publish", "action-unpublish", "action-submit-and-publish"])
@pytest.mark.parametrize("who", ["author", "reviewer", "superuser"])
def test_no_button_publishes_directly(editors: Town, log_in: LogIn, who: str, action: str) -> None:
    """Whatever a form sends, nothing becomes public beside the review."""
    draft = written(editors)
    actor = editors.actor(Role.REVIEWER if who == "reviewer" else Role.AUTHOR)
    if who == "superuser":
        User.objects.filter(pk=actor.user_id).update(is_superuser=True)
    edit = f"{BASE}edit/{draft.pk}/"
    author = log_in(editors.actor(Role.AUTHOR))
    data = filled(author, edit) | {action: "1"}
    log_in(actor).post(edit, data)
    assert Notice.objects.count() == 0
    assert not NoticeDraft.objects.filter(live=True).exists()


@pytest.mark.parametrize("name", ["unpublish", "usage", "copy", "inspect"])
def test_addresses_around_the_review_do_not_exist(editors: Town, log_in: LogIn, name: str) -> None:
    """They are taken out, not only forbidden."""
    draft = written(editors)
    assert log_in(editors.actor(Role.AUTHOR)).get(f"{BASE}{name}/{draft.pk}/").status_code == 404


def test_the_own_list_is_searched_as_the_public_searches(editors: Town, log_in: LogIn) -> None:
    """Simplified and traditional, codes by their beginning, words anywhere."""
    written(editors)
    client = log_in(editors.actor(Role.AUTHOR))
    for asked, hit in (
        ("理化實驗", True),
        ("LX-ZC-2026", True),
        ("设备 第二中学", True),
        ("打印机", False),
        ('"', False),
    ):
        page = client.get(BASE, {"q": asked}).content.decode()
        assert ("理化实验设备采购公告" in page) is hit, asked


def test_the_author_is_offered_no_review(editors: Town, log_in: LogIn) -> None:
    """The page says why; the form is not there, and sending it anyway is refused."""
    draft = submitted(editors)
    both = editors.give(User.objects.get(pk=draft.author_id), Role.REVIEWER)
    client = log_in(both)
    page = client.get(f"{BASE}review/{draft.pk}/").content.decode()
    assert 'value="approve"' not in page
    assert "另一位审核人" in page
    client.post(f"{BASE}review/{draft.pk}/", {"decision": "approve"})
    assert Notice.objects.count() == 0


def test_a_draft_under_review_is_locked_for_everyone(editors: Town, log_in: LogIn) -> None:
    """Saving is refused with words, and nothing changes."""
    draft = submitted(editors)
    for role in (Role.AUTHOR, Role.REVIEWER):
        client = log_in(editors.actor(role))
        response = client.post(f"{BASE}edit/{draft.pk}/", content() | {"title": "改"})
        assert response.status_code in (302, 400, 403)
    draft.refresh_from_db()
    assert draft.title == "临溪市第二中学理化实验设备采购公告"


def test_the_locked_form_refuses_with_words(editors: Town, log_in: LogIn) -> None:
    """A form that was open when the draft was submitted is not stored afterwards."""
    draft = written(editors)
    author = log_in(editors.actor(Role.AUTHOR))
    edit = f"{BASE}edit/{draft.pk}/"
    late = filled(author, edit, title="晚到的修改")
    actions.submit_draft(draft=draft, by=editors.actor(Role.AUTHOR), at=clock.now())
    page = author.post(edit, late)
    assert page.status_code == 200
    draft.refresh_from_db()
    assert draft.title == "临溪市第二中学理化实验设备采购公告"


def test_findings_are_shown_at_the_form(editors: Town, log_in: LogIn) -> None:
    """What the scan found is there before anybody submits, masked."""
    draft = written(editors, body=[("text", "<p>经办人手机 13800138000</p>")])
    page = log_in(editors.actor(Role.AUTHOR)).get(f"{BASE}edit/{draft.pk}/").content.decode()
    assert "手机号码" in page
    assert "<code>138******00</code>" in page


def test_a_refused_submission_says_what_is_missing(editors: Town, log_in: LogIn) -> None:
    """The draft is kept, the message names the field."""
    draft = written(editors, responsible_person="")
    client = log_in(editors.actor(Role.AUTHOR))
    edit = f"{BASE}edit/{draft.pk}/"
    response = client.post(
        edit, filled(client, edit, responsible_person="") | {"action-submit": "1"}, follow=True
    )
    assert "公告发布责任人" in response.content.decode()
    draft.refresh_from_db()
    assert draft.state == DraftState.DRAFT


def test_the_preview_shows_the_public_look(editors: Town, log_in: LogIn) -> None:
    """Marked as a preview, with facts and text, framed by the editor alone."""
    draft = written(editors)
    client, url = log_in(editors.actor(Role.AUTHOR)), f"{BASE}preview/{draft.pk}/"
    client.post(url, filled(client, f"{BASE}edit/{draft.pk}/"))
    page = client.get(f"{url}?mode=")
    text = page.content.decode()
    assert "预览，尚未发布" in text
    assert "人民币捌拾陆万元整" in text
    assert page["X-Frame-Options"] == "SAMEORIGIN"


def test_autosave_is_off(editors: Town, log_in: LogIn) -> None:
    """Every stored version is an act; the page does not store by itself."""
    draft = written(editors)
    page = log_in(editors.actor(Role.AUTHOR)).get(f"{BASE}edit/{draft.pk}/").content.decode()
    assert "w-autosave-interval-value" not in page


def test_attachments_come_and_go(editors: Town, log_in: LogIn) -> None:
    """A file is listed with its digest, taken off again, and refused when it is no such file."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    draft = written(editors)
    client, url = log_in(editors.actor(Role.AUTHOR)), f"{BASE}attachments/{draft.pk}/"
    client.post(url, {"upload": SimpleUploadedFile("需求.txt", "技术参数".encode())})
    one = draft.attachments.get()
    assert one.file.sha256 in client.get(url).content.decode()
    bad = client.post(url, {"upload": SimpleUploadedFile("需求.exe", b"MZ")})
    assert "不支持该文件类型" in bad.content.decode()
    client.post(url, {"remove": str(one.pk)})
    assert not draft.attachments.exists()


def test_a_page_change_leaves_one_event_per_log_entry(editors: Town, log_in: LogIn) -> None:
    """Editorial pages reach the ledger through one adapter."""
    from wagtail.models import PageLogEntry

    from cms.models import ChannelPage

    page = ChannelPage.objects.get(slug="circulars")
    reviewer = log_in(editors.actor(Role.REVIEWER))
    url = f"/editor/pages/{page.pk}/edit/"
    data = {
        "title": "通知公告（新）",
        "slug": "circulars",
        "intro": "说明",
        "listing": "circulars",
        "body-count": "0",
        "column_code": "",
        "action-publish": "1",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "",
    }
    response = reviewer.post(url, data)
    assert response.status_code == 302, response.context and response.context["form"].errors
    page.refresh_from_db()
    assert page.title == "通知公告（新）"
    entries = PageLogEntry.objects.filter(page_id=page.pk).exclude(action="wagtail.create")
    assert entries.count() >= 1
    events = Event.objects.filter(kind="cms.page_changed", subject_id=str(page.pk))
    assert events.count() == entries.count()
    assert events.first().actor["user_id"] == editors.actor(Role.REVIEWER).user_id


def test_pages_are_found_by_a_part_of_their_title(editors: Town, log_in: LogIn) -> None:
    """Chinese in the page explorer's box, and a double quote that breaks nothing."""
    client = log_in(editors.actor(Role.AUTHOR))
    assert "权责清单" in client.get("/editor/pages/", {"q": "权责"}).content.decode()
    assert client.get("/editor/pages/", {"q": '"'}).status_code == 200


def test_build_site_changes_nothing_the_second_time(editors: Town) -> None:
    """Setup runs it each time."""
    before = Event.objects.count()
    actions.build_site(by=COMMAND, at=clock.now())
    assert Event.objects.count() == before
