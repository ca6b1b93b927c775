"""Reads of parties: public data for everyone, the whole entry for those in charge."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from marketplace.kernel.actor import Actor
from marketplace.registry.models import Party
from marketplace.registry.queries.places import branch_scope
from marketplace.registry.rules import actor_has, is_platform_itself
from marketplace.registry.states import PartyState, Role

PUBLIC_STATES = (PartyState.ADMITTED, PartyState.SUSPENDED, PartyState.EXITED)


@dataclass(frozen=True, slots=True)
class PublicParty:
    """What everyone may know of a party; never a contact, an account or a person's number."""

    public_id: str
    name: str
    uscc: str
    region_code: str
    region: str
    roles: tuple[str, ...]
    role_labels: tuple[str, ...]
    state: str
    state_label: str
    url: str


def _public(party: Party) -> PublicParty:
    return PublicParty(
        public_id=party.public_id,
        name=party.name,
        uscc=party.uscc,
        region_code=party.region_id,
        region=party.region.full_name,
        roles=tuple(party.roles),
        role_labels=tuple(party.role_labels()),
        state=party.state,
        state_label=str(party.get_state_display()),
        url=party.get_absolute_url(),
    )


def public_parties() -> QuerySet[Party]:
    """Parties that were ever admitted; read them through ``public_party``."""
    return Party.objects.filter(state__in=PUBLIC_STATES).select_related("region")


def public_party(public_id: str) -> PublicParty | None:
    """The public data of one party; None while it is not admitted."""
    party = public_parties().filter(public_id=public_id).first()
    return _public(party) if party else None


def party_by_uscc(uscc: str) -> Party | None:
    """The party with this code (normalised), in any state; for actions, not for pages."""
    return Party.objects.filter(uscc=uscc).first()


def party_by_name(name: str) -> Party | None:
    """The only public party of this exact name; None when unknown or not the only one."""
    found = list(public_parties().filter(name=name.strip())[:2])
    return found[0] if len(found) == 1 else None


def visible_parties(actor: Actor) -> QuerySet[Party]:
    """Entries an actor may open at the desk: own branch and below, or the own party."""
    every = Party.objects.select_related("region", "branch")
    if is_platform_itself(actor):
        return every
    if actor_has(actor, Role.OPERATOR):
        return every.filter(branch__in=branch_scope(actor.branch_id))
    if actor_has(actor, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN):
        return every.filter(branch__in=branch_scope(actor.branch_id)) if actor.branch_id else every
    if actor_has(actor, Role.BUYER, Role.AGENCY, Role.SUPPLIER) and actor.party_id:
        return every.filter(pk=actor.party_id)
    return every.none()


def choose_parties(actor: Actor, role: str) -> QuerySet[Party]:
    """Admitted parties of one capacity that an actor may grant a role for."""
    ids = [p.pk for p in visible_parties(actor).filter(state=PartyState.ADMITTED) if p.has_role(role)]
    return Party.objects.filter(pk__in=ids)


def version_changes(party: Party) -> list[dict[str, Any]]:
    """The history, newest first: version, event, at, by, and what changed against the one before."""
    versions = list(party.versions.order_by("version"))
    rows, before = [], {}
    for version in versions:
        changed = {
            key: (before.get(key), value) for key, value in version.data.items() if before.get(key) != value
        }
        rows.append({"version": version, "changed": changed if before else {}})
        before = version.data
    return rows[::-1]
