"""Every write of the registry."""

from marketplace.registry.actions._accounts import AccountContent
from marketplace.registry.actions._grants import GrantContent
from marketplace.registry.actions._places import BranchContent
from marketplace.registry.actions._sessions import Browser
from marketplace.registry.actions.credentials import (
    activate_account,
    change_password,
    issue_code,
    request_code,
    reset_password,
)
from marketplace.registry.actions.grants import grant_role, revoke_role
from marketplace.registry.actions.parties import (
    PartyChanged,
    PartyContent,
    admit_party,
    apply_party,
    change_party,
    exit_party,
    resubmit_party,
    resume_party,
    return_party,
    suspend_party,
)
from marketplace.registry.actions.people import (
    change_person,
    create_person_account,
    set_account_active,
)
from marketplace.registry.actions.places import change_branch, create_branch, load_regions
from marketplace.registry.actions.rules import (
    RuleContent,
    approve_rule_version,
    complete_holiday_year,
    load_holidays,
    load_rules,
    propose_rule_version,
    reject_rule_version,
    remove_holiday,
    set_holiday,
)
from marketplace.registry.actions.sessions import (
    choose_grant,
    end_session,
    forget_logins,
    note_failure,
    start_session,
    touch_session,
)
from marketplace.registry.actions.setup import FirstSetup, first_setup, issue_setup_code

__all__ = [
    "AccountContent",
    "BranchContent",
    "Browser",
    "FirstSetup",
    "GrantContent",
    "PartyChanged",
    "PartyContent",
    "RuleContent",
    "activate_account",
    "admit_party",
    "apply_party",
    "approve_rule_version",
    "change_branch",
    "change_party",
    "change_password",
    "change_person",
    "choose_grant",
    "complete_holiday_year",
    "create_branch",
    "create_person_account",
    "end_session",
    "exit_party",
    "first_setup",
    "forget_logins",
    "grant_role",
    "issue_code",
    "issue_setup_code",
    "load_holidays",
    "load_regions",
    "load_rules",
    "note_failure",
    "propose_rule_version",
    "reject_rule_version",
    "remove_holiday",
    "request_code",
    "reset_password",
    "resubmit_party",
    "resume_party",
    "return_party",
    "revoke_role",
    "set_account_active",
    "set_holiday",
    "start_session",
    "suspend_party",
    "touch_session",
]
