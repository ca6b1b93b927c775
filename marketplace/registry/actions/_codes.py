"""One-time codes as rows: made, spent, counted. No events here."""

import hashlib
import re
import secrets
from datetime import timedelta

from django.db.models import F

from marketplace.kernel import clock
from marketplace.registry.models import OneTimeCode, User
from marketplace.registry.states import CodePurpose

# Without 0 O 1 I L: a code is read from paper and typed.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LIFE = {
    CodePurpose.ACTIVATE: timedelta(days=7),
    CodePurpose.RESET: timedelta(hours=2),
    CodePurpose.SETUP: timedelta(days=1),
}
MOST_TRIES = 10


def digest_of(code: str) -> str:
    """What is stored of a code; blanks, dashes and case do not matter."""
    folded = re.sub(r"[\s\-—]", "", code or "").upper()
    return hashlib.sha256(b"sunlit one-time code\0" + folded.encode()).hexdigest()


def put_code(user: User | None, purpose: CodePurpose) -> str:
    """A fresh code (60 bits) in groups of four; earlier ones of its kind end. No event."""
    moment = clock.now()
    OneTimeCode.objects.filter(user=user, purpose=purpose, used_at__isnull=True).update(used_at=moment)
    code = "".join(secrets.choice(_ALPHABET) for _unused in range(12))
    OneTimeCode.objects.create(
        user=user,
        purpose=purpose,
        digest=digest_of(code),
        created_at=moment,
        expires_at=moment + _LIFE[purpose],
    )
    return "-".join(code[at : at + 4] for at in (0, 4, 8))


def spend_code(user: User | None, purpose: CodePurpose, code: str) -> bool:
    """Use a code up, once; a wrong one is counted and after ten the code is dead. No event."""
    moment = clock.now()
    row = (
        OneTimeCode.objects.select_for_update()
        .filter(user=user, purpose=purpose, used_at__isnull=True, expires_at__gt=moment, tries__lt=MOST_TRIES)
        .order_by("-pk")
        .first()
    )
    if row is None:
        return False
    if not secrets.compare_digest(row.digest, digest_of(code)):
        OneTimeCode.objects.filter(pk=row.pk).update(tries=F("tries") + 1)
        return False
    row.used_at = moment
    row.save(update_fields=["used_at"])
    return True
