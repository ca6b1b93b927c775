"""Addresses of accounts, the desk's own pages and the first setup."""

from django.urls import path

from marketplace.registry.views import accounts, branches, desk, grants, parties, people, setup

urlpatterns = [
    path("setup/", setup.setup, name="setup"),
    path("accounts/login/", accounts.log_in, name="login"),
    path("accounts/logout/", accounts.log_out, name="logout"),
    path("accounts/activate/", accounts.activate, name="activate"),
    path("accounts/reset/", accounts.reset, name="reset"),
    path("accounts/reset/mail/", accounts.ask_code, name="ask_code"),
    path("accounts/password/", accounts.password, name="password"),
    path("accounts/history/", accounts.history, name="login_history"),
    path("accounts/role/", accounts.choose_role, name="choose_role"),
    path("accounts/sessions/", accounts.sessions, name="sessions"),
    path("accounts/sessions/<slug:uid>/end/", accounts.end_own_session, name="end_session"),
    path("desk/", desk.home, name="desk"),
    path("desk/logins/", desk.logins, name="desk_logins"),
    path("desk/people/", people.people, name="desk_people"),
    path("desk/people/new/", people.new_person, name="desk_person_new"),
    path("desk/people/<int:pk>/", people.person, name="desk_person"),
    path("desk/people/<int:pk>/edit/", people.edit_person, name="desk_person_edit"),
    path("desk/people/<int:pk>/account/", people.account_state, name="desk_account_state"),
    path("desk/people/<int:pk>/code/", people.person_code, name="desk_person_code"),
    path("desk/people/<int:pk>/sessions/<slug:uid>/end/", people.end_session, name="desk_end_session"),
    path("desk/grants/", grants.grants, name="desk_grants"),
    path("desk/grants/new/", grants.new_grant, name="desk_grant_new"),
    path("desk/grants/<int:pk>/revoke/", grants.revoke, name="desk_grant_revoke"),
    path("desk/branches/", branches.branches, name="desk_branches"),
    path("desk/branches/new/", branches.new_branch, name="desk_branch_new"),
    path("desk/branches/<int:pk>/", branches.edit_branch, name="desk_branch"),
    path("desk/parties/", parties.parties, name="desk_parties"),
    path("desk/parties/new/", parties.new_party, name="desk_party_new"),
    path("desk/parties/own/", parties.own_party, name="desk_own_party"),
    path("desk/parties/<slug:public_id>/", parties.party, name="desk_party"),
    path("desk/parties/<slug:public_id>/edit/", parties.edit_party, name="desk_party_edit"),
    path("desk/parties/<slug:public_id>/<slug:event>/", parties.act_on_party, name="desk_party_act"),
]
