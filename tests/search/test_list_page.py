"""The list as a reader meets it: /notices/."""

import pytest
from django.test import Client

from marketplace.disclosure.models import ImportBatch
from marketplace.disclosure import actions
from marketplace.kernel import clock
from tests.disclosure.conftest import COMMAND, imported

pytestmark = pytest.mark.django_db


def test_it(client: Client, batch: ImportBatch, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(30):
            actions.import_notice(imported(), batch=batch, by=COMMAND, at=clock.now())
    r = client.get("/notices/")
    open("/tmp/s7/list.html", "w").write(r.content.decode())
    assert r.status_code == 200
    r = client.get("/notices/?q=北渡建设+河道&status=closing&region=420500")
    open("/tmp/s7/empty.html", "w").write(r.content.decode())
    r = client.get("/api/v1/notices/?q=北渡&page_size=2")
    print(r.json())
    for u in ("feed.atom", "export.csv", "export.xlsx"):
        r = client.get("/notices/" + u + "?q=北渡")
        assert r.status_code == 200
        print(b"".join(r.streaming_content)[:600] if r.streaming else r.content[:600])
