"""Stable addresses first; Wagtail's editorial pages last.

Everything a person reads has an English address under ``/en/``; what only programs read, and
the editor (which asks each person for a language), has one address.
"""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.documents import urls as wagtaildocs_urls

from sunlit import views

handler400 = "sunlit.errors.bad_request"
handler403 = "sunlit.errors.permission_denied"
handler404 = "sunlit.errors.page_not_found"
handler500 = "sunlit.errors.server_error"

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("editor/", include("cms.urls.editor")),
    path("documents/", include(wagtaildocs_urls)),
    *i18n_patterns(
        path("", include("search.urls")),
        path("", include("cms.urls")),
        path("", include("marketplace.disclosure.urls")),
        path("", include("marketplace.inbox.urls")),
        path("", include("marketplace.registry.urls")),
        path("", include("marketplace.ledger.urls")),
        path("", include("frontend.urls")),
        path("", include(wagtail_urls)),
        prefix_default_language=False,
    ),
]
