"""Display preferences: a plain form, one canonical cookie, no way out of the site."""

import pytest
from django.conf import settings
from django.test import Client

from frontend.context import COOKIE, Display

pytestmark = pytest.mark.django_db


def send(client: Client, **data: str) -> object:
    return client.post("/preferences/", data)


def test_a_choice_is_kept_and_drawn(client: Client) -> None:
    response = client.post("/preferences/", {"elder": "1", "next": "/preferences/"})
    assert response.status_code == 303
    assert response["Location"] == "/preferences/"
    assert client.cookies[COOKIE].value == "elder"
    page = client.get("/preferences/").content.decode()
    assert '<html lang="zh-Hans" data-elder>' in page


def test_choices_add_up_and_can_be_undone(client: Client) -> None:
    send(client, elder="1")
    send(client, theme="dark")
    send(client, size="150")
    assert client.cookies[COOKIE].value == "elder.dark.150"
    send(client, elder="0", theme="auto", size="100")
    assert client.cookies[COOKIE].value == ""


@pytest.mark.parametrize("text", ["", "x" * 5000, "elder'><script>", "dark.light", "150.125", "\x00", "长辈"])
def test_the_cookie_is_read_by_an_allow_list(text: str) -> None:
    display = Display.parse(text)
    assert Display.parse(str(display)) == display
    assert set(str(display).split(".")) <= {"", "elder", "contrast", "light", "dark", "125", "150"}


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil", ""]
)
def test_it_never_leads_off_the_site(client: Client, target: str) -> None:
    assert client.post("/preferences/", {"elder": "1", "next": target})["Location"] == "/"


@pytest.mark.parametrize("bad", [{"theme": "pink"}, {"size": "900"}, {"elder": "yes"}, {"contrast": "1; x"}])
def test_an_unknown_value_changes_nothing_else(client: Client, bad: dict[str, str]) -> None:
    assert client.post("/preferences/", bad).status_code == 303
    assert client.cookies.get(COOKIE) is None or client.cookies[COOKIE].value == ""


def test_another_site_cannot_change_it(client: Client) -> None:
    response = client.post("/preferences/", {"elder": "1"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert COOKIE not in client.cookies


def test_a_forged_token_is_not_asked_for(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/preferences/", {"elder": "1"}).status_code == 303


def test_the_page_sets_no_cookie_for_visitors(client: Client) -> None:
    response = client.get("/preferences/")
    assert not response.cookies
    assert settings.CSRF_COOKIE_NAME not in client.cookies


def test_english(client: Client) -> None:
    page = client.get("/en/preferences/").content.decode()
    assert '<html lang="en">' in page
    assert 'href="/preferences/"' in page
    assert "Display settings" in page
