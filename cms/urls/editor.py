"""The editor at ``/editor/``: Wagtail's addresses behind one gate that knows what may be reached.

Everything that is not listed here answers 404: users, groups, API tokens, sites, workflows,
collections, reports and histories over the whole site, password reset, account pages.
"""

from django.urls import path
from wagtail.admin import urls as wagtail_admin_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from cms.views.editor import gate, to_account, to_login, to_logout

urlpatterns = [
    path("login/", to_login, name="editor_login"),
    path("logout/", to_logout, name="editor_logout"),
    path("account/", to_account, name="editor_account"),
    *decorate_urlpatterns(wagtail_admin_urls.urlpatterns, gate),
]
