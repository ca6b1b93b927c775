"""Addresses of the inbox."""

from django.urls import path

from marketplace.inbox import views

app_name = "inbox"
urlpatterns = [
    path("desk/inbox/", views.inbox, name="list"),
    path("desk/inbox/read-all/", views.read_all, name="read_all"),
    path("desk/inbox/<int:pk>/", views.message, name="message"),
    path("desk/inbox/<int:pk>/open/", views.open_message, name="open"),
]
