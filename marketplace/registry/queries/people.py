"""Reads of people, grants, sessions; and who acts in a request."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.registry.crypto import blind_index
from marketplace.registry.models import LoginRecord, LoginSession, Person, RoleGrant, User
from marketplace.registry.queries.places import branch_scope
from marketplace.registry.rules import actor_has, is_platform_itself
from marketplace.registry.states import ADMINISTRATORS, PartyState, Role

SESSION_GRANT = "registry_grant"
MOBILE_CONTEXT = "mobile"
ID_CONTEXT = "id_number"


def active_grants(person_id: int | None = None) -> QuerySet[RoleGrant]:
    """Grants in force today (Beijing); of one person when given. Grants for exited parties are not."""
    day = clock.today()
    grants = RoleGrant.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day, revoked_at__isnull=True
    ).exclude(party__state=PartyState.EXITED)
    if person_id is not None:
        grants = grants.filter(person_id=person_id)
    return grants.select_related("person", "party", "branch", "region").order_by("pk")


def standing_grants(person_id: int) -> QuerySet[RoleGrant]:
    """Grants of a person that are in force or will be: what separation of duties looks at."""
    return RoleGrant.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=clock.today()),
        person_id=person_id,
        revoked_at__isnull=True,
    )


def actor_of(user: User, grant: RoleGrant | None, request_id: str = "") -> Actor:
    """The actor that an account is in one grant, or in none."""
    if grant is None:
        return Actor(
            kind="person",
            name=user.username,
            user_id=user.pk,
            person_id=user.person_id,
            request_id=request_id,
        )
    region = grant.region_id or (grant.branch.region_id if grant.branch else "")
    return Actor(
        kind="person",
        name=user.username,
        user_id=user.pk,
        person_id=user.person_id,
        grant_id=grant.pk,
        role=grant.role,
        party_id=grant.party_id,
        branch_id=grant.branch_id,
        region=region or "",
        trade_type=grant.trade_type,
        request_id=request_id,
    )


def grants_of(user: Any) -> list[RoleGrant]:
    """What an account may choose between now."""
    if not user.is_authenticated or user.person_id is None:
        return []
    return list(active_grants(user.person_id))


def actor_for(request: HttpRequest) -> Actor:
    """Who acts: the logged-in account in its chosen grant; a visitor otherwise.

    One grant needs no choice; of several none holds until one is chosen. The grant is
    read again in every request, so that a revoked one ends at once.
    """
    known = getattr(request, "_registry_actor", None)
    if known is not None:
        return known
    actor = _actor_of_request(request)
    request._registry_actor = actor  # type: ignore[attr-defined]
    return actor


def _actor_of_request(request: HttpRequest) -> Actor:
    request_id = getattr(request, "request_id", "")
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return Actor.visitor(request_id)
    grants = grants_of(user)
    chosen = request.session.get(SESSION_GRANT)
    grant = next((one for one in grants if one.pk == chosen), None)
    if grant is None and len(grants) == 1:
        grant = grants[0]
    return actor_of(user, grant, request_id)


def user_by_any_name(text: str) -> User | None:
    """The account of a user name, mobile number or e-mail; None when there is none."""
    text = (text or "").strip()
    if not text:
        return None
    users = User.objects.select_related("person")
    if "@" in text:
        return users.filter(email=text.casefold()).first()
    by_mobile = users.filter(mobile_index=blind_index(text, context=MOBILE_CONTEXT)).first()
    return by_mobile or users.filter(username=text.casefold()).first()


def visible_people(actor: Actor) -> QuerySet[Person]:
    """People an administrator may open: everybody, or those of the own branch and below."""
    every = Person.objects.select_related("user", "branch")
    if is_platform_itself(actor):
        return every
    if actor_has(actor, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN):
        return every.filter(branch__in=branch_scope(actor.branch_id)) if actor.branch_id else every
    return every.none()


def visible_grants(actor: Actor) -> QuerySet[RoleGrant]:
    """Grants an administrator may open: those of the people the actor may open."""
    return RoleGrant.objects.filter(person__in=visible_people(actor)).select_related(
        "person", "party", "branch", "region", "granted_by"
    )


def people_with(role: str, *, branch_id: int | None = None, party_id: int | None = None) -> QuerySet[Person]:
    """People who hold a role today; for a branch or a party when given."""
    grants = active_grants().filter(role=role)
    if branch_id is not None:
        grants = grants.filter(branch_id=branch_id)
    if party_id is not None:
        grants = grants.filter(party_id=party_id)
    return Person.objects.filter(pk__in=grants.values("person_id")).select_related("user")


def own_sessions(user: User) -> QuerySet[LoginSession]:
    """Sessions of an account that are still open."""
    return LoginSession.objects.filter(user=user, ended_at__isnull=True)


def own_history(user: User) -> QuerySet[LoginRecord]:
    """The login history of an account."""
    return LoginRecord.objects.filter(user=user)


def visible_login_records(actor: Actor) -> QuerySet[LoginRecord]:
    """The audit administrator reads everybody's login history (in scope)."""
    every = LoginRecord.objects.select_related("user", "user__person")
    if is_platform_itself(actor):
        return every
    if not actor_has(actor, Role.AUDIT_ADMIN):
        return every.none()
    return every.filter(user__person__branch__in=branch_scope(actor.branch_id)) if actor.branch_id else every


def needs_setup() -> bool:
    """Whether nobody can administer this installation yet."""
    return not active_grants().filter(role__in=ADMINISTRATORS).exists()
