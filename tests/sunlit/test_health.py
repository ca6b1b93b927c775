"""The platform says whether it is well, and each answer carries the house's headers."""

import pytest
from django.test import Client


@pytest.mark.django_db
def test_healthz_answers_ok(client: Client) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


@pytest.mark.django_db
def test_strict_policy_and_framing_are_on_every_answer(client: Client) -> None:
    for address in ("/healthz", "/no-such-page/"):
        response = client.get(address)
        policy = response["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert response["X-Frame-Options"] == "DENY"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Referrer-Policy"] == "same-origin"
        assert len(response["X-Request-ID"]) == 16


@pytest.mark.django_db
def test_request_id_and_forwarded_headers_of_strangers_are_not_believed(client: Client, settings) -> None:
    settings.TRUSTED_PROXIES = []
    response = client.get("/healthz", headers={"X-Request-ID": "chosen-by-client"})
    assert response["X-Request-ID"] != "chosen-by-client"
    settings.TRUSTED_PROXIES = ["127.0.0.0/8"]
    response = client.get("/healthz", headers={"X-Request-ID": "chosen-by-proxy"})
    assert response["X-Request-ID"] == "chosen-by-proxy"
