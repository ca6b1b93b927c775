"""The first page of an empty installation."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.registry import actions
from marketplace.registry.forms.fields import carry_out
from marketplace.registry.forms.places import SetupForm
from marketplace.registry.queries import needs_setup
from marketplace.registry.states import Role
from marketplace.registry.views.pages import posted


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """Create region tree, first branch and three administrators; not there once that is done.

    Guarded by the one-time code of the terminal. The answer shows three activation codes
    once, one slip for each administrator.
    """
    if not needs_setup():
        if request.method == "POST":
            return redirect("login")
        raise Http404
    form = SetupForm(posted(request))
    if request.method == "POST" and form.is_valid():
        by, code = Actor.visitor(getattr(request, "request_id", "")), form.cleaned_data["code"]
        made = carry_out(form, lambda: actions.first_setup(form.content(), code=code, by=by, at=clock.now()))
        if made:
            slips = [
                {"user": user, "code": code, "activate": True, "role": Role(role).label}
                for role, (user, code) in made.items()
            ]
            return render(request, "registry/setup_done.html", {"slips": slips})
    return render(request, "registry/setup.html", {"form": form}, status=422 if form.errors else 200)
