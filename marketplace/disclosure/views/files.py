"""Streaming files: the owner's disclosure is asked at every request."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, HttpResponseNotModified
from django.utils.http import parse_etags, quote_etag
from django.views.decorators.http import require_safe

from marketplace.disclosure.models import Attachment
from marketplace.disclosure.queries.files import stored_path
from marketplace.disclosure.rules.who import may_read_file
from marketplace.registry.queries import actor_for

SHOWN = frozenset({"application/pdf", "image/jpeg", "image/png"})
"""Types that a browser may show; everything else is saved. Both without scripts of their own."""


@require_safe
def file(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """One stored file; 404 for what this reader may not have, as for what is not there.

    ``?download=1`` saves it. A cache must ask again each time, so that a withdrawn file is
    gone at once.
    """
    attachment = Attachment.objects.select_related("notice").filter(public_id=public_id).first()
    if attachment is None or not may_read_file(actor_for(request), attachment):
        raise Http404
    etag = quote_etag(attachment.sha256)
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        return _guarded(HttpResponseNotModified(), etag)
    try:
        content = stored_path(attachment.sha256).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    saved = request.GET.get("download") == "1" or attachment.content_type not in SHOWN
    response = FileResponse(
        content, as_attachment=saved, filename=attachment.name, content_type=attachment.content_type
    )
    response["Content-Length"] = str(attachment.size)
    return _guarded(response, etag)


def _guarded(response: HttpResponseBase, etag: str) -> HttpResponseBase:
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    # The file is data: even a crafted one runs nothing and loads nothing.
    response._csp_replace = {"default-src": ["'none'"], "sandbox": []}  # type: ignore[attr-defined]
    return response
