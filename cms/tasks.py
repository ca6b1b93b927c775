"""What the platform's clock does for the editors."""

import logging

from django.db import transaction

from cms.actions import release_draft
from cms.models import NoticeDraft
from cms.queries import drafts_due
from marketplace.kernel import clock
from marketplace.kernel.refusal import Refused

log = logging.getLogger("sunlit.cms")


def release_due() -> int:
    """Release every approved draft whose time has come; answers how many were released.

    Idempotent and safe in several workers: each draft is locked and asked again. A refusal
    is kept on the draft for its editors and does not stop the others.
    """
    return sum(_release(draft) for draft in drafts_due())


def _release(draft: NoticeDraft) -> bool:
    try:
        release_draft(draft=draft, at=clock.now())
    except Refused as refusal:
        _keep_refusal(draft, refusal)
        return False
    return True


@transaction.atomic
def _keep_refusal(draft: NoticeDraft, refusal: Refused) -> None:
    log.warning("scheduled release refused", extra={"draft": draft.pk})
    NoticeDraft.objects.filter(pk=draft.pk).update(release_error=refusal.message)
