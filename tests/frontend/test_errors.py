"""Error pages: plain words, the house's look, and a 500 that stands when the database does not."""

from unittest import mock

import pytest
from django.db import DatabaseError
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings

PAGES = {
    "400.html": "这个请求看不懂",
    "403.html": "不能打开这个页面",
    "403_csrf.html": "这个表单已经过期",
    "404.html": "没有这个页面",
    "429.html": "请求太多，请稍等",
    "500.html": "网站出错了",
}


@pytest.mark.parametrize(("name", "headline"), PAGES.items())
def test_each_says_what_happened_and_where_to_go(name: str, headline: str) -> None:
    request = RequestFactory().get("/somewhere/")
    html = render_to_string(name, {"request_id": "b59a30fb", "seconds": 30}, request=request)
    assert f"<h1>{headline}</h1>" in html
    assert "b59a30fb" in html
    assert 'content="noindex"' in html
    assert "我为政府网站找错" in html


def test_the_500_page_stands_without_a_database(client: Client) -> None:
    class Gone:
        @property
        def is_authenticated(self) -> bool:
            raise DatabaseError("gone")

    request = RequestFactory().get("/")
    request.user = Gone()
    with mock.patch("django.db.backends.utils.CursorWrapper.execute", side_effect=DatabaseError("gone")):
        html = render_to_string("500.html", {"request_id": "1"}, request=request)
    assert "网站出错了" in html


@pytest.mark.django_db
def test_an_unknown_address(client: Client) -> None:
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert "没有这个页面" in response.content.decode()
    assert client.get("/en/no/such/page/").content.decode().count("No such page") >= 1


@pytest.mark.django_db
@override_settings(RATE_LIMITS_ENABLED=False)
def test_an_expired_form() -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/accounts/login/", {"username": "x", "password": "y"})
    assert response.status_code == 403
    assert "这个表单已经过期" in response.content.decode()


def test_the_404_offers_a_search_by_project_code() -> None:
    html = render_to_string("404.html", {}, request=RequestFactory().get("/x/"))
    assert 'name="status" value="all"' in html


@pytest.mark.django_db
def test_a_foreign_host_name_gets_the_page_too(client: Client) -> None:
    response = client.get("/", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert "这个请求看不懂" in response.content.decode()
    assert "evil.example" not in response.content.decode()
