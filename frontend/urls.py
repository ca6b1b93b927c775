"""Addresses that belong to the look itself."""

from django.urls import path

from . import views

app_name = "frontend"
urlpatterns = [
    path("preferences/", views.preferences, name="preferences"),
]
