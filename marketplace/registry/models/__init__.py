"""Who and under which law."""

from marketplace.registry.models.parties import Party, PartyVersion, new_public_id
from marketplace.registry.models.people import LoginRecord, LoginSession, OneTimeCode, Person, RoleGrant, User
from marketplace.registry.models.places import Branch, Region
from marketplace.registry.models.rules import Holiday, HolidayYear, Rule, RuleVersion

__all__ = [
    "Branch",
    "Holiday",
    "HolidayYear",
    "LoginRecord",
    "LoginSession",
    "OneTimeCode",
    "Party",
    "PartyVersion",
    "Person",
    "Region",
    "RoleGrant",
    "Rule",
    "RuleVersion",
    "User",
    "new_public_id",
]
