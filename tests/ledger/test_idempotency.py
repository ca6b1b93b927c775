"""One key, one effect: double clicks, retries, and two requests at the same moment."""

import threading
from decimal import Decimal

import pytest
from django.db import connection

from marketplace.kernel.refusal import Refused
from marketplace.ledger.idempotency import KeyReused, once
from marketplace.ledger.models import IdempotencyKey
from tests.ledger.trail import ours, write

pytestmark = pytest.mark.django_db


def act() -> dict:
    """An act that leaves an event."""
    return {"uid": write().uid, "amount": Decimal("1.00")}


def test_the_same_submission_gets_the_same_reply_and_acts_once() -> None:
    first = once(scope="test:1", key="k", payload={"text": "问"}, act=act)
    again = once(scope="test:1", key="k", payload={"text": "问"}, act=act)
    assert first == again
    assert first["amount"] == "1.00"
    assert ours().count() == 1


def test_another_content_under_the_same_key_is_refused() -> None:
    once(scope="test:1", key="k", payload={"text": "a"}, act=act)
    with pytest.raises(KeyReused, match="重新提交"):
        once(scope="test:1", key="k", payload={"text": "b"}, act=act)
    assert ours().count() == 1


def test_scopes_are_apart() -> None:
    once(scope="test:1", key="k", payload={}, act=act)
    once(scope="test:2", key="k", payload={}, act=act)
    assert ours().count() == 2


def test_a_refused_act_leaves_the_key_free() -> None:
    def refuse() -> dict:
        write()
        raise Refused("不行")

    with pytest.raises(Refused, match="不行"):
        once(scope="test:1", key="k", payload={}, act=refuse)
    assert not IdempotencyKey.objects.exists()
    assert not ours().exists()
    once(scope="test:1", key="k", payload={}, act=act)
    assert ours().count() == 1


@pytest.mark.parametrize("key", ["", "x" * 81, "a\nb", "a\x00"])
def test_a_bad_key_is_refused_in_plain_chinese(key: str) -> None:
    with pytest.raises(Refused, match="刷新"):
        once(scope="test:1", key=key, payload={}, act=act)


@pytest.mark.django_db(transaction=True)
def test_parallel_submissions_act_once_and_all_get_the_reply() -> None:
    replies: list[dict] = []
    start = threading.Barrier(4)

    def submit() -> None:
        try:
            start.wait()
            replies.append(once(scope="test:1", key="k", payload={"a": 1}, act=act))
        finally:
            connection.close()

    threads = [threading.Thread(target=submit) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(replies) == 4
    assert len({reply["uid"] for reply in replies}) == 1
    assert ours().count() == 1
