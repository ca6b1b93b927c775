"""What browsers and proxies may keep of a public page."""

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers


def for_everyone(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page without personal parts: others ask again each time, a logged-in reader's copy is private.

    Nobody keeps it unasked: a withdrawn announcement is gone at once. The platform's own
    micro-cache, which knows of every event, makes the asking cheap. The cookie is part of the key because display preferences are in it.
    """

    @functools.wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            patch_cache_control(response, private=True, no_store=True)
        elif response.status_code == 200:
            patch_cache_control(response, public=True, no_cache=True)
        patch_vary_headers(response, ["Cookie"])
        return response

    return kept
