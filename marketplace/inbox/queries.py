"""Reads of messages; default deny."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from marketplace.inbox.models import Message
from marketplace.kernel.actor import Actor
from marketplace.registry.models import User
from marketplace.registry.queries.people import active_grants, actor_for


def visible_to(actor: Actor) -> QuerySet[Message]:
    """The actor's own messages, newest first."""
    if actor.kind != "person" or actor.user_id is None:
        return Message.objects.none()
    return Message.objects.filter(user=actor.user_id)


def unread_count(actor: Actor) -> int:
    """How many messages the actor has not read."""
    return visible_to(actor).filter(read_at__isnull=True).count()


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``desk_unread`` for the bell, counted only where it is shown."""
    return {"desk_unread": SimpleLazyObject(lambda: unread_count(actor_for(request)))}


def holders(
    *roles: str, branch_id: int | None = None, party_ids: Iterable[int] = (), region: str | None = None
) -> QuerySet[User]:
    """Active accounts whose people hold one of the roles today.

    With ``branch_id`` only of that branch; with ``party_ids`` only for those parties;
    with ``region`` only where the grant's place covers it: a code, or empty for the whole
    country, which only a grant without place covers.
    """
    grants = active_grants().filter(role__in=roles)
    if branch_id is not None:
        grants = grants.filter(branch_id=branch_id)
    parties = list(party_ids)
    if parties:
        grants = grants.filter(party_id__in=parties)
    if region is not None:
        above = {region[:2] + "0000", region[:4] + "00", region}
        placed = Q(region__in=above) | Q(region__isnull=True, branch__region__in=above)
        grants = grants.filter(Q(region__isnull=True, branch__isnull=True) | placed)
    return User.objects.filter(person__in=grants.values("person_id"), is_active=True)


def users_by_id(ids: Iterable[int | None]) -> QuerySet[User]:
    """Active accounts with these ids; unknown and empty ids are left out."""
    return User.objects.filter(pk__in=[pk for pk in ids if pk], is_active=True)
