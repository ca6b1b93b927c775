"""Addresses of the list, its feed, its exports and the API."""

from django.urls import path

from search import api, exports, feeds, views

urlpatterns = [
    path("notices/", views.notice_list, name="notices"),
    path("notices/feed.atom", feeds.notice_feed, name="notices-feed"),
    path("notices/export.csv", exports.notice_csv, name="notices-csv"),
    path("notices/export.xlsx", exports.notice_xlsx, name="notices-xlsx"),
    path("api/v1/notices/", api.notices, name="api-notices"),
]
