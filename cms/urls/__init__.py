"""Stable public addresses; they come before Wagtail's pages, so that no editor can move them."""

from django.urls import path, re_path

from cms.views import notices, public, site

_ID = "(?P<public_id>[a-z0-9]{12})"

urlpatterns = [
    path("", public.home, name="home"),
    re_path(rf"^notices/{_ID}/$", notices.notice, name="notice"),
    re_path(rf"^notices/{_ID}/deadline\.ics$", notices.deadline, name="notice_deadline"),
    re_path(rf"^notices/{_ID}/notice\.json$", notices.data, name="notice_data"),
    re_path(rf"^projects/{_ID}/$", public.project, name="project"),
    re_path(rf"^parties/{_ID}/$", public.party, name="party"),
    path("policies/", site.policies, name="policies"),
    path("report/", site.report, name="report"),
    path("desk/reports/", site.reports, name="desk_reports"),
    path("desk/reports/<int:pk>/", site.report_answer, name="desk_report"),
    path("robots.txt", site.robots, name="robots"),
    path("sitemap.xml", site.sitemap, name="sitemap"),
]
