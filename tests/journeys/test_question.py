"""A reader asks, the unit answers at its desk, and where both agree everybody reads it (R9)."""

from playwright.sync_api import expect

from tests.journeys.conftest import PHONE, Visits

ASKED = "投标样品是否需要随响应文件一并递交？"
ANSWERED = "不需要递交样品，技术资料随响应文件上传即可。"


def test_a_question_goes_to_the_unit_and_its_answer_to_everybody(visit: Visits) -> None:
    """Seen by nobody else before; public with the answer after, without the asker's name."""
    reader = visit(viewport=PHONE)
    found = reader.request.get("/api/v1/notices/?q=晋城市云栖实验学校&kind=tender&status=all").json()
    notice = found["results"][0]
    reader.goto(notice["url"])
    reader.get_by_role("link", name="我要提问").click()
    reader.get_by_label("您的称呼").fill("季小满")
    reader.get_by_label("手机号码或电子邮箱").fill("ji@example.com")
    reader.get_by_role("textbox", name="问题").fill(ASKED)
    reader.get_by_label("同意公开问题和答复").check()
    reader.get_by_label("我同意平台为答复本问题处理").check()
    reader.get_by_role("button", name="提交问题").click()
    expect(reader.locator("main")).to_contain_text("问题已收到")
    own_page = reader.url

    other = visit()
    other.goto(notice["url"])
    expect(other.locator("main")).not_to_contain_text(ASKED)

    unit = visit.log_in("buyer")
    unit.get_by_role("link", name="提问").first.click()
    unit.get_by_role("link", name=ASKED).click()
    expect(unit.locator("main")).not_to_contain_text("ji@example.com")
    unit.get_by_role("button", name="查看联系方式").click()
    expect(unit.locator("main")).to_contain_text("ji@example.com")
    unit.get_by_role("textbox", name="答复", exact=True).fill(ANSWERED)
    unit.get_by_label("同意公开问题和答复").check()
    unit.get_by_role("button", name="提交答复").click()
    expect(unit.locator("main")).to_contain_text("答复")

    reader.goto(own_page)
    expect(reader.locator("main")).to_contain_text(ANSWERED)
    other.goto(notice["url"])
    public = other.get_by_role("region", name="提问与答复")
    expect(public).to_contain_text(ASKED)
    expect(public).to_contain_text(ANSWERED)
    expect(other.locator("main")).not_to_contain_text("季小满")
