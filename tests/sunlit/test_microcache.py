"""Anonymous pages are kept briefly, and never past the commit that changes what they show."""

from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from marketplace.kernel.actor import Actor
from marketplace.ledger.actions import append
from marketplace.ledger.models import Delivery
from sunlit.microcache import MicroCacheMiddleware

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


class Counted:
    """A middleware around a view that counts how often it is asked."""

    def __init__(self, **headers: str) -> None:
        self.asked = 0
        self.headers = headers
        self.middleware = MicroCacheMiddleware(self.respond)

    def respond(self, request: HttpRequest) -> HttpResponse:
        self.asked += 1
        return HttpResponse(f"answer {self.asked}", headers=self.headers)

    def get(self, path: str = "/", cookies: dict[str, str] | None = None, **extra: str) -> HttpResponse:
        request = RequestFactory().get(path, **extra)
        request.COOKIES.update(cookies or {})
        return self.middleware(request)


@pytest.fixture(autouse=True)
def cached(settings) -> None:
    settings.MICRO_CACHE_SECONDS = 10
    Delivery.objects.filter(state="waiting").delete()
    cache.clear()


def an_event() -> None:
    with transaction.atomic():
        append("test.happened", by=Actor.system("test"), at=datetime.now(UTC))


def test_the_second_reader_gets_the_kept_page() -> None:
    page = Counted()
    assert page.get().content == page.get().content == b"answer 1"
    assert page.get()["X-Cache"] == "hit"


def test_an_event_ends_what_was_kept_at_once() -> None:
    """A withdrawn notice must not be served from the cache."""
    page = Counted()
    page.get()
    an_event()
    Delivery.objects.filter(state="waiting").delete()
    assert page.get().content == b"answer 2"


def test_while_deliveries_wait_nothing_is_kept_or_served() -> None:
    """The search index is a moment behind; a page drawn in between must not stay."""
    page = Counted()
    page.get()
    an_event()
    assert page.get().content == b"answer 2"
    assert page.get().content == b"answer 3"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"path": "/"}, {"path": "/en/"}),
        ({"path": "/notices/?q=a"}, {"path": "/notices/?q=b"}),
        ({}, {"cookies": {"display": "dark"}}),
        ({}, {"HTTP_HX_REQUEST": "true"}),
        ({}, {"HTTP_HOST": "localhost"}),
    ],
)
def test_what_changes_the_page_changes_the_key(first, second) -> None:
    page = Counted()
    assert page.get(**first).content != page.get(**second).content
    assert page.get(**first)["X-Cache"] == page.get(**second)["X-Cache"] == "hit"


@pytest.mark.parametrize(
    "ask",
    [
        {"cookies": {"sunlit_session": "x"}},
        {"cookies": {"messages": "x"}},
        {"HTTP_AUTHORIZATION": "Bearer x"},
        {"path": "/desk/"},
        {"path": "/en/accounts/login/"},
        {"path": "/ledger/checkpoint"},
    ],
)
def test_pages_of_somebody_are_never_kept(ask) -> None:
    page = Counted()
    page.get(**ask)
    assert page.get(**ask).content == b"answer 2"


@pytest.mark.parametrize(
    "headers", [{"Cache-Control": "private"}, {"Cache-Control": "no-store"}, {"Vary": "User-Agent"}]
)
def test_answers_that_say_so_are_never_kept(headers) -> None:
    page = Counted(**headers)
    page.get()
    assert page.get().content == b"answer 2"


def test_an_answer_that_sets_a_cookie_is_never_kept() -> None:
    page = Counted()
    plain = page.respond

    def with_cookie(request: HttpRequest) -> HttpResponse:
        response = plain(request)
        response.set_cookie("a", "b")
        return response

    page.middleware.respond = with_cookie
    page.get()
    assert page.get().content == b"answer 2"
