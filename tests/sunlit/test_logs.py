"""Logs hold no personal data, also when something breaks."""

import json
import logging

import pytest

from sunlit.logs import JsonFormatter, mask


@pytest.mark.parametrize(
    "personal",
    ["13812345678", "420503199001011234", "42050319900101123X", "6222021234567890123", "li.lei@example.org"],
)
def test_numbers_and_addresses_of_people_are_masked(personal: str) -> None:
    assert personal not in mask(f"用户 {personal}, 登录失败")


@pytest.mark.parametrize(
    "harmless", ["HBYC-2026-000123456789", "20260601090000", "91420500MA48ABCD0X", "404 /notices/"]
)
def test_codes_and_times_stay_readable(harmless: str) -> None:
    assert mask(harmless) == harmless


def test_an_exception_is_logged_without_its_message() -> None:
    """PostgreSQL quotes the offending row in the message."""
    try:
        raise ValueError("Key (id_number)=(secret row) already exists")
    except ValueError:
        import sys

        record = logging.LogRecord("sunlit", logging.ERROR, __file__, 1, "it broke", None, sys.exc_info())
    line = JsonFormatter().format(record)
    parsed = json.loads(line)
    assert "secret row" not in line
    assert parsed["error"] == "builtins.ValueError"
    assert parsed["message"] == "it broke"
    assert "test_logs.py" in parsed["frames"][0]


@pytest.mark.django_db
def test_the_request_line_has_no_query_and_no_address(client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "sunlit.request"):
        client.get("/healthz?q=13812345678", REMOTE_ADDR="203.0.113.9")
    lines = [JsonFormatter().format(record) for record in caplog.records if record.name == "sunlit.request"]
    assert len(lines) == 1
    assert json.loads(lines[0])["path"] == "/healthz"
    assert "13812345678" not in lines[0] and "203.0.113.9" not in lines[0]
