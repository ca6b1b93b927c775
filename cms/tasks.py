"""What the platform's clock does for the editors."""

import logging

from cms.actions import refuse_release, release_draft
from cms.models import NoticeDraft
from cms.queries import drafts_due
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import Refused

log = logging.getLogger("cms")
CLOCK = Actor.system("release")


def release_due() -> int:
    """Release every approved draft whose time has come; answers how many were released.

    Idempotent and safe in several workers: each draft is locked and asked again. A refusal
    is kept on the draft for its editors and does not stop the others.
    """
    return sum(_release(draft) for draft in drafts_due())


def _release(draft: NoticeDraft) -> bool:
    try:
        release_draft(draft=draft, by=CLOCK, at=clock.now())
    except Refused as refusal:
        log.warning("scheduled release refused", extra={"draft": draft.pk})
        refuse_release(draft=draft, reason=refusal.message, by=CLOCK, at=clock.now())
        return False
    return True
