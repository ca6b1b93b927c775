"""Addresses of clients, limits, languages and actors, as every request meets them."""

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client, RequestFactory

from sunlit.middleware import FramingMiddleware, client_address


@pytest.mark.parametrize(
    ("remote", "forwarded", "trusted", "expected"),
    [
        ("198.51.100.7", "203.0.113.9", [], "198.51.100.7"),
        ("10.0.0.2", "203.0.113.9", ["10.0.0.0/8"], "203.0.113.9"),
        ("10.0.0.2", "1.1.1.1, 203.0.113.9", ["10.0.0.0/8"], "203.0.113.9"),
        ("10.0.0.2", "203.0.113.9, 10.0.0.3", ["10.0.0.0/8"], "203.0.113.9"),
        ("10.0.0.2", "", ["10.0.0.0/8"], "10.0.0.2"),
        ("2001:db8::1", "203.0.113.9", ["2001:db8::/32"], "203.0.113.9"),
        ("", "203.0.113.9", ["10.0.0.0/8"], ""),
    ],
)
def test_the_client_is_the_last_hop_that_is_no_proxy_of_ours(
    remote, forwarded, trusted, expected, settings
) -> None:
    settings.TRUSTED_PROXIES = trusted
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == expected


@pytest.mark.django_db
def test_forwarded_https_counts_from_a_trusted_proxy_only(client: Client, settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = []
    fresh = Client()
    settings.TRUSTED_PROXIES = []
    assert fresh.get("/healthz", headers={"X-Forwarded-Proto": "https"}).status_code == 301
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    assert fresh.get("/healthz", headers={"X-Forwarded-Proto": "https"}).status_code == 200


@pytest.mark.django_db
def test_a_browser_is_limited_before_its_office(settings) -> None:
    """One person who asks too often gets 429; colleagues behind the same address go on."""
    settings.RATE_LIMITS_ENABLED = True
    settings.RATE_LIMITS = {"healthz": (3, 5, 60)}
    cache.clear()
    one, two, three = (Client(HTTP_USER_AGENT=f"browser {n}") for n in range(3))
    assert [one.get("/healthz").status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = one.get("/healthz")
    assert 0 < int(refused["Retry-After"]) <= 60
    assert "Content-Security-Policy" in refused
    # What was refused does not count against the office, which is full after five.
    assert two.get("/healthz").status_code == 200
    assert [three.get("/healthz").status_code for _ in range(3)] == [200, 429, 429]


@pytest.mark.django_db
def test_language_is_chosen_by_address_only(client: Client) -> None:
    response = client.get("/no-such-page/", headers={"Accept-Language": "en"})
    assert response["Content-Language"] == "zh-hans"
    assert "Accept-Language" not in response.get("Vary", "")
    assert client.get("/en/no-such-page/")["Content-Language"] == "en"


def framed(path: str) -> HttpResponse:
    """An answer that went through the framing middleware alone."""
    return FramingMiddleware(lambda request: HttpResponse())(RequestFactory().get(path))


def test_only_previews_of_the_editor_may_be_framed_and_they_stay_strict() -> None:
    preview = framed("/editor/snippets/cms/noticedraft/preview/7/")
    assert preview["X-Frame-Options"] == "SAMEORIGIN"
    assert preview._csp_update == {"frame-ancestors": ["'self'"]}
    assert not hasattr(preview, "_csp_config")
    assert framed("/editor/pages/3/edit/preview/")._csp_update
    assert hasattr(framed("/editor/"), "_csp_config")
    assert framed("/notices/preview/")["X-Frame-Options"] == "DENY"
    assert not hasattr(framed("/notices/preview/"), "_csp_config")


@pytest.mark.django_db
def test_error_answers_of_the_api_are_json(client: Client) -> None:
    response = client.get("/api/v1/no-such-thing/")
    assert response.status_code == 404
    assert response.json()["error"]["status"] == 404


@pytest.mark.django_db
def test_text_is_compressed_and_short_static_files_too(client: Client) -> None:
    response = client.get("/static/css/sunlit.css", headers={"Accept-Encoding": "gzip"})
    assert response.status_code == 200
    assert response["Content-Encoding"] == "gzip"
    assert len(response.content) < 12 * 1024, "the whole style sheet travels in 12 KB"
