"""Wrong passwords lock, a forgotten browser logs itself out (GB/T 22239 8.1.4.1)."""

import sqlite3

from playwright.sync_api import expect

from tests.journeys.conftest import PASSWORD, Visits, log_in
from tests.journeys.server import Site


def test_five_wrong_passwords_lock_the_account_here(visit: Visits, site: Site) -> None:
    """The page says for how long; the right password does not help before that; others still get in."""
    page = visit()
    for _ in range(4):
        log_in(page, "expert", "wrong-password")
        expect(page.locator("main form")).to_contain_text("密码")
    log_in(page, "expert", "wrong-password")
    expect(page.locator("main")).to_contain_text("15 分钟")
    log_in(page, "expert")
    expect(page.locator("main")).to_contain_text("15 分钟")
    visit.log_in("agency")
    change(site, "UPDATE axes_accessattempt SET attempt_time = datetime(attempt_time, '-16 minutes')")
    log_in(page, "expert")
    expect(page).to_have_url(f"{visit.base}/desk/")


def change(site: Site, query: str, *values: str) -> None:
    """Let time pass for some rows, which nobody can do in a browser."""
    with sqlite3.connect(site.folder / "sunlit.sqlite3", timeout=20) as database:
        assert database.execute(query, values).rowcount
    database.close()


def forget(site: Site, username: str, minutes: int) -> None:
    """Let the sessions of an account lie untouched for so long."""
    query = """UPDATE registry_loginsession SET last_seen_at = datetime(last_seen_at, ?)
               WHERE ended_at IS NULL AND user_id = (SELECT id FROM registry_user WHERE username = ?)"""
    change(site, query, f"-{minutes} minutes", username)


def test_an_idle_session_ends_with_words(visit: Visits, site: Site) -> None:
    """After half an hour the next click leads to the login, says why, and then back to the work."""
    page = visit.log_in("supplier")
    page.goto("/desk/inbox/")
    forget(site, "supplier", 29)
    page.reload()
    expect(page).to_have_url(f"{visit.base}/desk/inbox/")
    forget(site, "supplier", 31)
    page.goto("/desk/inbox/")
    expect(page.locator("main")).to_contain_text("长时间未操作，已为您自动退出")
    page.locator("#id_username").fill("supplier")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main form button").first.click()
    expect(page).to_have_url(f"{visit.base}/desk/inbox/")
    page.goto("/accounts/history/")
    expect(page.locator("main")).to_contain_text("长时间未操作")
