"""Stable addresses first; Wagtail's editorial pages last."""

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns = [
    path("editor/", include(wagtailadmin_urls)),
    path("", include("search.urls")),
    path("", include("cms.urls")),
    path("", include("marketplace.disclosure.urls")),
    path("", include("marketplace.inbox.urls")),
    path("", include("marketplace.registry.urls")),
    path("", include("marketplace.ledger.urls")),
    path("", include("frontend.urls")),
    path("", include(wagtail_urls)),
]
