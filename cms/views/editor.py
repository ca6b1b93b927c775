"""The gate before Wagtail's editor: our login, our roles, our transaction, our list of pages."""

import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.translation import gettext as _

from cms import rules
from cms.actions import follow_grants
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import Refused
from marketplace.registry.queries import actor_for

View = Callable[..., HttpResponse]

# Wagtail's address names that stay reachable; everything else answers 404.
OPEN_NAMES = frozenset(
    {
        "wagtailadmin_home",
        "wagtailadmin_explore_root",
        "wagtailadmin_explore",
        "wagtailadmin_explore_results",
        "wagtailadmin_choose_page",
        "wagtailadmin_choose_page_child",
        "wagtailadmin_choose_page_chosen_multiple",
        "wagtailadmin_choose_page_external_link",
        "wagtailadmin_choose_page_email_link",
        "wagtailadmin_choose_page_phone_link",
        "wagtailadmin_choose_page_anchor_link",
        "wagtailadmin_dismissibles",
        "wagtailadmin_block_preview",
        "wagtailadmin_sprite",
        "wagtailadmin_javascript_catalog",
    }
)
OPEN_NAMESPACES = frozenset(
    {
        "wagtailadmin_pages",
        "wagtailadmin_editing_sessions",
        "wagtailimages",
        "wagtailimages_chooser",
        "wagtaildocs",
        "wagtaildocs_chooser",
        "wagtailsnippets_cms_noticedraft",
    }
)
CLOSED = frozenset(
    {
        "wagtailadmin_pages:search",
        "wagtailadmin_pages:search_results",
        "wagtailadmin_pages:usage",
        "wagtaildocs:document_usage",
        "wagtailimages:image_usage",
    }
)


def is_open(view_name: str, namespaces: list[str]) -> bool:
    """Whether an address of Wagtail's belongs to the editors' work."""
    if view_name in CLOSED:
        return False
    return bool(set(namespaces) & OPEN_NAMESPACES) if namespaces else view_name in OPEN_NAMES


def gate(view: View) -> View:
    """Let the editors' roles in, with their actor on the user and one transaction per write."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        match = request.resolver_match
        if match is None or not is_open(match.view_name, match.namespaces):
            raise Http404
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        actor = actor_for(request)
        if not rules.may_enter_editor(actor):
            raise PermissionDenied(_("编辑后台供公告编写人和公告审核人使用。请先在工作台选择相应的角色。"))
        _narrow(request.user, actor)
        return _answer(view, request, *args, **kwargs)

    return guarded


def _narrow(user: Any, actor: Actor) -> None:
    """Hang the actor on the user, follow its grants, and take superuser's powers away here.

    Only in memory: Wagtail asks ``is_superuser`` in dozens of places, and no business
    right may come from it.
    """
    user.actor = actor
    user.is_superuser = False
    follow_grants(user=user, by=actor, at=clock.now())


def _answer(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    try:
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return view(request, *args, **kwargs)
        with transaction.atomic():
            response = view(request, *args, **kwargs)
            # Rendered inside, so that what it says was read in the same state.
            if callable(getattr(response, "render", None)):
                response.render()
            return response
    except MultiValueDictKeyError as missing:
        # Wagtail's blocks count on hidden inputs; who leaves them out gets 400, not 500.
        raise BadRequest(f"missing form field {missing}") from missing
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("wagtailadmin_home")


def to_login(request: HttpRequest) -> HttpResponse:
    """Our login, and back to the editor."""
    return redirect_to_login(request.GET.get("next") or "/editor/", settings.LOGIN_URL)


def to_logout(request: HttpRequest) -> HttpResponse:
    """The workbench has the one way out."""
    return redirect(settings.LOGIN_REDIRECT_URL)


def to_account(request: HttpRequest) -> HttpResponse:
    """Accounts are the register's: sessions, password and login history are there."""
    return redirect("/accounts/sessions/")
