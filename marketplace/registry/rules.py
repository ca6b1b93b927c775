"""Who may, as predicates over ``Actor``. A superuser has no business right."""

from django.utils.translation import gettext as _

from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import NotAllowed
from marketplace.registry.states import Role


def actor_has(actor: Actor, *roles: str) -> bool:
    """Whether a person acts, in one of these roles."""
    return actor.kind == "person" and bool(actor.role) and actor.role in roles


def is_platform_itself(actor: Actor) -> bool:
    """A job, or somebody at the server's command line: setup, import and demo."""
    return actor.kind in ("system", "command")


def may(actor: Actor, *roles: str) -> bool:
    """Whether the actor holds one of the roles now, or is the platform itself."""
    return is_platform_itself(actor) or actor_has(actor, *roles)


def demand(allowed: bool, message: str = "") -> None:
    """Raise ``NotAllowed`` unless allowed."""
    if not allowed:
        raise NotAllowed(message or _("您当前的角色无权进行此操作。"))


def _covers(actor: Actor, region: str) -> bool:
    """Whether a grant for one place reaches ``region``; the country needs a grant without place."""
    own = actor.region.removesuffix("00").removesuffix("00")
    return not own or (bool(region) and region.startswith(own))


def may_propose_rules(actor: Actor, region: str = "") -> bool:
    """Who may propose another version of a legal number, within the region of the grant."""
    return is_platform_itself(actor) or (
        actor_has(actor, Role.SYSTEM_ADMIN, Role.OPERATOR, Role.SUPERVISOR) and _covers(actor, region)
    )


def may_decide_rules(actor: Actor, region: str = "") -> bool:
    """Who may approve or reject a proposal: supervision or the security administrator, never its author."""
    return actor_has(actor, Role.SUPERVISOR, Role.SECURITY_ADMIN) and _covers(actor, region)


def may_edit_holidays(actor: Actor) -> bool:
    """Who enters the State Council's yearly notice."""
    return may(actor, Role.SYSTEM_ADMIN, Role.OPERATOR)


def may_manage_people(actor: Actor) -> bool:
    """Who registers people and opens or closes accounts."""
    return may(actor, Role.SYSTEM_ADMIN)


def may_manage_branches(actor: Actor) -> bool:
    """Who opens and changes branches."""
    return may(actor, Role.SYSTEM_ADMIN)


def may_grant(actor: Actor) -> bool:
    """Who grants and revokes roles (三员分立: not the one who opens accounts)."""
    return may(actor, Role.SECURITY_ADMIN)


def may_manage_parties(actor: Actor) -> bool:
    """Who admits, returns, suspends and ends parties."""
    return may(actor, Role.OPERATOR)


def may_read_logins(actor: Actor) -> bool:
    """Who reads the login history of others."""
    return may(actor, Role.AUDIT_ADMIN)


def speaks_for(actor: Actor, party_id: int) -> bool:
    """Whether a buyer, agency or supplier acts for this very party."""
    return actor_has(actor, Role.BUYER, Role.AGENCY, Role.SUPPLIER) and actor.party_id == party_id
