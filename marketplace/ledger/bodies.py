"""The exact bytes that an event puts into the log.

The body names the actor only by kind and role beside a seal, so that the proof of a
public event can be handed to anybody. Leaf salt and seal come from one secret of the row:
giving away the salt does not open the seal.
"""

import hashlib
import hmac
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from marketplace.ledger.models import Event


def plain(value: Any) -> Any:
    """The value as plain JSON: money and times become strings.

    Raises ``ValueError`` for what does not survive a database unchanged: floats,
    keys that are not strings, NUL characters, lone surrogates, unknown types.
    """
    if value is None or isinstance(value, bool) or type(value) is int:
        return value
    if isinstance(value, str):
        return _plain_text(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {_plain_key(key): plain(item) for key, item in value.items()}
    raise ValueError(f"an event cannot carry a {type(value).__name__}")


def _plain_text(value: str) -> str:
    value.encode("utf-8")  # UnicodeEncodeError is a ValueError
    if "\x00" in value:
        raise ValueError("an event cannot carry a NUL character")
    return str(value)


def _plain_key(key: Any) -> str:
    if not isinstance(key, str):
        raise ValueError(f"an event's keys are strings, not {type(key).__name__}")
    return _plain_text(key)


def stamp(at: datetime) -> str:
    """A time as the log writes it: UTC, microseconds, ``Z``."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical(value: Any) -> bytes:
    """Canonical JSON: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def leaf_salt(salt: bytes | memoryview) -> bytes:
    """The salt of the entry; it is given away with the proof."""
    return hmac.digest(bytes(salt), b"leaf", "sha256")


def sealed(event: "Event") -> str:
    """The hex commitment to what stays inside: the whole actor and the row's own number."""
    inside = {"actor": event.actor, "subject_id": event.subject_id}
    return hmac.new(bytes(event.salt), b"sealed" + canonical(inside), hashlib.sha256).hexdigest()


def body(event: "Event") -> dict[str, Any]:
    """What the entry commits to, ready for :func:`canonical`."""
    return {
        "v": 1,
        "uid": event.uid,
        "kind": event.kind,
        "at": stamp(event.at),
        "recorded_at": stamp(event.recorded_at),
        "actor": {"kind": event.actor.get("kind", ""), "role": event.actor.get("role", "")},
        "subject": {"type": event.subject_type, "id": event.subject_ref or event.subject_id},
        "data": event.data,
        "sealed": sealed(event),
    }


def preimage(event: "Event") -> bytes:
    """Leaf salt and canonical body: the entry is the SHA-256 of this."""
    return leaf_salt(event.salt) + canonical(body(event))


def digest(event: "Event") -> str:
    """The entry of the log in hex."""
    return hashlib.sha256(preimage(event)).hexdigest()


def padding(opening: bytes | memoryview) -> bytes:
    """The entry of a padding leaf; only who knows ``opening`` can tell it from an event's."""
    return hashlib.sha256(b"padding" + bytes(opening)).digest()
