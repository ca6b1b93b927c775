from django.urls import path, re_path

from marketplace.ledger import views

_UID = r"(?P<uid>[0-9a-z]{20})"
_TILE = r"(?P<address>(?:x[0-9]{3}/)*[0-9]{3}(?:\.p/[1-9][0-9]{0,2})?)"

urlpatterns = [
    path("ledger/", views.index, name="ledger"),
    path("ledger/checkpoint", views.checkpoint, name="ledger_checkpoint"),
    path("ledger/verify.py", views.verifier, name="ledger_verifier"),
    re_path(rf"^ledger/events/{_UID}/$", views.event, name="ledger_event"),
    re_path(rf"^ledger/events/{_UID}\.tlog-proof$", views.proof, name="ledger_proof"),
    re_path(rf"^ledger/tile/entries/{_TILE}$", views.entries, name="ledger_entries"),
    re_path(rf"^ledger/tile/(?P<level>0|[1-9][0-9]?)/{_TILE}$", views.tile, name="ledger_tile"),
]
