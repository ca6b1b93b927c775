"""One key, one effect: for forms and calls that must not act twice."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marketplace.kernel import clock
from marketplace.kernel.refusal import Refused
from marketplace.ledger import bodies
from marketplace.ledger.models import IdempotencyKey


class KeyReused(Refused):
    """The key came before with another content (HTTP 409)."""


def once(*, scope: str, key: str, payload: Any, act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Run ``act`` once for (scope, key) and return its reply; the same call again gets the stored reply.

    Key and effect share one transaction: if ``act`` raises, the key stays free. ``scope``
    names the form and whose it is (``"disclosure.ask:42"``). The reply is JSON-able.

    Raises ``KeyReused`` when the key came with another payload, ``Refused`` for a bad key.
    """
    if not key or len(key) > 80 or not key.isprintable():
        raise Refused(_("页面已失效，请刷新后重新提交。"))
    digest = hashlib.sha256(bodies.canonical(bodies.plain(payload))).hexdigest()
    with transaction.atomic():
        row = _claim(scope, key, digest)
        if row is None:
            return _stored(scope, key, digest)
        row.reply = bodies.plain(act())
        row.save(update_fields=["reply"])
        return dict(row.reply)


def _claim(scope: str, key: str, digest: str) -> IdempotencyKey | None:
    if IdempotencyKey.objects.filter(scope=scope, key=key).exists():
        return None
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(
                scope=scope, key=key, payload_digest=digest, created_at=clock.recorded_now()
            )
    except IntegrityError:  # another request took it meanwhile and has committed
        return None


def _stored(scope: str, key: str, digest: str) -> dict[str, Any]:
    row = IdempotencyKey.objects.get(scope=scope, key=key)
    if row.payload_digest != digest:
        raise KeyReused(_("这次提交的内容与上一次不同，请刷新页面后重新提交。"))
    return dict(row.reply or {})
