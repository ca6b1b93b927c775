"""What the pages of this room share: who may open them, paging, acts behind a button."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from marketplace.kernel.refusal import NotAllowed
from marketplace.registry.queries import actor_for, grants_of

View = Callable[..., HttpResponse]
PER_PAGE = 30


def logged_in(view: View) -> View:
    """Send visitors to the login page and back."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("login"))
        try:
            return _private(view(request, *args, **kwargs))
        except NotAllowed as refused:
            raise PermissionDenied(refused.message) from refused

    return wrapped


def desk_page(*roles: str) -> Callable[[View], View]:
    """A page of the desk for some roles (none named: every role).

    Who holds several roles and has chosen none is asked first; another role gets 403.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor = actor_for(request)
            if not actor.role and len(grants_of(request.user)) > 1:
                return redirect_to_login(request.get_full_path(), reverse("choose_role"))
            if roles and actor.role not in roles:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return logged_in(wrapped)

    return decorate


def _private(response: HttpResponse) -> HttpResponse:
    """Desk pages are nobody else's: no cache keeps them."""
    response.headers.setdefault("Cache-Control", "no-store, private")
    return response


def page_of(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    """The asked page of a list; nonsense gives the first or the last."""
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))


def words(request: HttpRequest, name: str = "q") -> str:
    """A search word of the query string, cut to what a name can be."""
    return request.GET.get(name, "").replace("\x00", "").strip()[:100]


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: the body of a POST, even an empty one; None before that."""
    return request.POST if request.method == "POST" else None


def back_to(name: str, *args: Any) -> HttpResponse:
    """After an act: to its page, so that a reload repeats nothing."""
    return redirect(name, *args)
