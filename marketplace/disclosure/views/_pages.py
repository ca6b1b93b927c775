"""What the desk pages of this room share."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from marketplace.kernel.refusal import NotAllowed
from marketplace.registry.queries import actor_for

View = Callable[..., HttpResponse]
PER_PAGE = 30


def desk_page(*roles: str) -> Callable[[View], View]:
    """A desk page for some roles: visitors log in first, other roles get 403, nothing is cached."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if actor_for(request).role not in roles:
                raise PermissionDenied
            try:
                response = view(request, *args, **kwargs)
            except NotAllowed as refused:
                raise PermissionDenied(refused.message) from refused
            response.headers.setdefault("Cache-Control", "no-store, private")
            return response

        return wrapped

    return decorate


def page_of(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    """The asked page of a list; nonsense gives the first or the last."""
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))


def words(request: HttpRequest, name: str = "q") -> str:
    """A word of the query string, cut to what a title can hold."""
    return request.GET.get(name, "").replace("\x00", "").strip()[:100]
