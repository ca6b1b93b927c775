"""Writing, reviewing, correcting and withdrawing a notice (R3, R5, R6, R81; 10号令)."""

import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys import editing
from tests.journeys.conftest import Visits
from tests.journeys.editing import Draft


def listed(page: Page, words: str) -> list[str]:
    """Titles that a visitor's search finds, whatever their state."""
    page.goto(f"/notices/?q={words}&status=all")
    return page.locator("ol.rows-notice li a").all_inner_texts()


def published(page: Page, query: str) -> dict[str, str]:
    """One published notice that the open interface knows."""
    return page.request.get(f"/api/v1/notices/?{query}").json()["results"][0]  # type: ignore[no-any-return]


def checked_offline(folder: Path, proof: bytes, key: str) -> int:
    """The exit code of the downloaded program, in an empty folder and without our code on its path."""
    (folder / "notice.tlog-proof").write_bytes(proof)
    command = [sys.executable, "-I", "verify.py", "notice.tlog-proof", key]
    return subprocess.run(command, cwd=folder, env={}, capture_output=True, timeout=30).returncode


def test_from_the_authors_desk_to_the_public_and_into_the_log(visit: Visits, tmp_path: Path) -> None:
    """Author writes, cannot approve; reviewer approves; public at once; the proof holds offline."""
    draft = Draft(900001, "阅览室空气净化设备采购")
    author = visit.log_in("author")
    editing.write(author, draft)
    editing.save(author)
    editing.submit(author)
    editing.find(author, draft.title)
    review = author.url.replace("/edit/", "/review/")
    author.goto(review)
    expect(author.locator("main")).to_contain_text("您参与编写了这份公告稿")
    expect(author.get_by_role("button", name="通过并发布")).to_have_count(0)
    refused = author.request.post(review, form={"decision": "approve"})
    assert refused.status in (403, 422)

    reader = visit()
    assert listed(reader, draft.subject) == []
    address = editing.approve(visit.log_in("reviewer"), draft.title)
    assert listed(reader, draft.subject) == [draft.title]
    reader.goto(address)
    expect(reader.locator("dl.keys").first).to_contain_text("捌拾陆万元整")

    expect(reader.locator(".proof")).to_contain_text("已写入公开台账")
    with reader.expect_download() as getting:
        reader.locator(".proof").get_by_role("link", name="下载证明").click()
    proof = getting.value.path().read_bytes()
    reader.locator(".proof").get_by_role("link", name="验证").click()
    expect(reader.locator("main")).to_contain_text(draft.title)
    command = reader.get_by_label("命令").inner_text()
    with reader.expect_download() as getting:
        reader.get_by_role("link", name="verify.py").click()
    (tmp_path / "verify.py").write_bytes(getting.value.path().read_bytes())
    key = command.split('"')[1]
    assert checked_offline(tmp_path, proof, key) == 0
    middle = proof.index(b"\n\n") - 3
    for place in (middle, len(proof) // 2):
        changed = proof[:place] + bytes([proof[place] ^ 1]) + proof[place + 1 :]
        assert checked_offline(tmp_path, changed, key) != 0, place


def test_a_correction_is_a_new_notice_and_the_old_one_says_so(visit: Visits) -> None:
    """The banner on the old page names what changed, before and after; the new one links back."""
    reader = visit()
    old = published(reader, "kind=tender&trade=gov_procurement&region=140502&status=active")
    author = visit.log_in("author")
    author.goto(editing.START)
    author.get_by_label("更正哪一条公告").fill(old["url"])
    author.get_by_role("button", name="继续").click()
    title = author.locator("#id_title").input_value()
    assert old["title"] in title
    author.locator("#id_amount").fill("912,345.60")
    author.locator("#id_responsible_person").fill("周起草")
    author.locator("#id_verifier").fill("何审慎")
    editing.add_text(author, "预算金额更正为 912,345.60 元，其他内容不变。")
    editing.save(author)
    editing.submit(author)
    newer = editing.approve(visit.log_in("reviewer"), title)

    reader.goto(old["url"])
    banner = reader.locator(".note", has=reader.get_by_text("更正"))
    expect(banner).to_contain_text("更正")
    amount = banner.get_by_role("row").filter(
        has=reader.get_by_role("rowheader", name=re.compile("金额|预算"))
    )
    expect(amount.locator("del")).to_have_text(re.compile(r"^[\d,]+\.\d\d 元$"))
    expect(amount.locator("ins")).to_have_text("912,345.60 元")
    expect(reader.locator("h1 + .tags")).to_contain_text("已被更正")
    banner.get_by_role("link").first.click()
    expect(reader).to_have_url(f"{visit.base}{newer}")
    expect(reader.locator("main")).to_contain_text("玖拾壹万贰仟叁佰肆拾伍元陆角")


def test_a_withdrawn_notice_leaves_a_stub_and_no_trace_in_the_search(visit: Visits) -> None:
    """The supervisor withdraws with a reason; the same second nobody finds it any more."""
    reader = visit()
    notice = published(reader, "kind=contract&region=140500&status=all")
    assert notice["title"] in listed(reader, notice["title"])
    supervisor = visit.log_in("supervisor")
    supervisor.goto(f"/desk/notices/{notice['id']}/withdraw/")
    supervisor.get_by_label("涉及个人信息").check()
    supervisor.get_by_label("撤下原因").fill("合同公告误传，已另行发布。")
    supervisor.locator("main").get_by_role("button", name="撤下公告").click()
    expect(supervisor.locator("main")).to_contain_text("已撤下")

    assert notice["title"] not in listed(reader, notice["title"])
    assert reader.request.get(f"/api/v1/notices/?q={notice['title']}&status=all").json()["total"] == 0
    answer = reader.goto(notice["url"])
    assert answer is not None
    expect(reader.locator("main")).to_contain_text("合同公告误传，已另行发布。")
    expect(reader.locator("main .prose")).to_have_count(0)
