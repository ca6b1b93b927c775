"""A new index while the old one answers; comparison and repair; nothing lost when a build dies."""

import threading
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from marketplace.disclosure import actions
from marketplace.disclosure.models import ImportBatch, Notice
from marketplace.kernel import clock
from search import find, rebuild, sources
from search.backends import get_backend
from search.backends.base import Backend
from search.query import parse
from search.text import ANALYZER_VERSION
from tests.disclosure.conftest import COMMAND, imported
from tests.search.conftest import settled

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def notices(engine: Backend, batch: ImportBatch) -> list[Notice]:
    """Thirty announcements that the index does not know yet."""
    rows = [
        actions.import_notice(imported(), batch=batch, by=COMMAND, at=clock.now()).notice for _ in range(30)
    ]
    generation = engine.begin()
    engine.swap(generation)
    return rows


def total() -> int:
    """Everything that the index holds."""
    settled(get_backend())
    return get_backend().total(parse({"status": "all"}), clock.now())


def run(command: str, *args: str) -> str:
    """What a command says."""
    out = StringIO()
    call_command(command, *args, stdout=out, stderr=out)
    return out.getvalue()


def test_rebuild_fills_a_new_generation(notices: list[Notice]) -> None:
    assert total() == 0
    assert "holds 30 documents" in run("search_rebuild")
    assert total() == 30
    assert "says what the database says" in run("search_check")


def test_check_finds_missing_phantom_and_stale_documents_and_repairs_them(notices: list[Notice]) -> None:
    run("search_rebuild")
    backend = get_backend()
    backend.refresh("notice", [notices[0].pk], lambda pks: [])
    old = sources.source_of("notice").documents([notices[1].pk])[0]
    backend.refresh("notice", [9999], lambda pks: [_moved(old, 9999)])
    backend.refresh("notice", [notices[1].pk], lambda pks: [_renamed(old)])
    settled(backend)
    with pytest.raises(SystemExit):
        run("search_check", "--dry-run")
    said = run("search_check")
    assert "1 missing" in said and "1 in the index but not public" in said and "1 different" in said
    assert "Repaired 3" in said
    settled(backend)
    assert "says what the database says" in run("search_check")
    assert total() == 30


def _moved(doc: object, pk: int) -> object:
    from dataclasses import replace

    return replace(doc, facts=replace(doc.facts, pk=pk))


def _renamed(doc: object) -> object:
    from dataclasses import replace

    return replace(doc, title="别的标题")


def test_what_happens_while_a_generation_is_built_is_in_it(notices: list[Notice], batch: ImportBatch) -> None:
    """Released and withdrawn between the reading and the swap."""
    done = False

    def meanwhile(what: str, _count: int) -> None:
        nonlocal done
        if what == "read notice" and not done:
            done = True
            actions.import_notice(imported(title="半路来的公告"), batch=batch, by=COMMAND, at=clock.now())
            Notice.objects.filter(pk=notices[3].pk).update(
                state="withdrawn", withdrawn_at=clock.now(), withdrawal_basis="personal"
            )

    rebuild.rebuild(meanwhile)
    settled(get_backend())
    assert total() == 30
    assert [row.title for row in find.find(parse({"q": "半路来的"})).rows] == ["半路来的公告"]


def test_a_build_that_dies_leaves_the_old_index_serving(notices: list[Notice]) -> None:
    rebuild.rebuild()

    def die(_what: str, _count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild.rebuild(die)
    assert total() == 30
    assert rebuild.rebuild() == 30


def test_searches_are_served_all_the_while(notices: list[Notice]) -> None:
    rebuild.rebuild()
    failures: list[BaseException] = []
    answers: list[int] = []
    stop = threading.Event()

    def search_on() -> None:
        try:
            while not stop.is_set():
                answers.append(get_backend().total(parse({"q": "综合治理", "status": "all"}), clock.now()))
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=search_on)
    thread.start()
    for _ in range(3):
        rebuild.rebuild()
    stop.set()
    thread.join(30)
    assert not failures and answers and set(answers) == {30}


def test_another_analysis_asks_for_a_rebuild(notices: list[Notice], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild, "ANALYZER_VERSION", ANALYZER_VERSION + 1)
    with pytest.raises(SystemExit):
        run("search_check")


def test_a_lost_index_is_noticed(notices: list[Notice]) -> None:
    """Somebody deleted the folder, or the server is new: the next start builds it again."""
    assert rebuild.is_needed()
    rebuild.rebuild()
    settled(get_backend())
    assert not rebuild.is_needed()


def test_writers_in_many_threads_leave_one_true_index(embedded: Backend, batch: ImportBatch) -> None:
    """Twenty threads refresh the same rows; the index ends as the database is."""
    rows = [
        actions.import_notice(imported(), batch=batch, by=COMMAND, at=clock.now()).notice for _ in range(10)
    ]
    failures: list[BaseException] = []

    def refresh_all() -> None:
        try:
            for row in rows:
                sources.refresh("notice", [row.pk])
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=refresh_all) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures
    assert total() == 10 and rebuild.compare(embedded).number == 0
