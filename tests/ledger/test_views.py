"""The public log as a reader and as a monitoring program see it."""

import dataclasses
import json

import pytest
from django.db import transaction
from django.test import Client

from marketplace.kernel.actor import Actor
from marketplace.ledger import keys, merkle, notes, queries, rules, sequencer
from marketplace.ledger.actions import append
from marketplace.ledger.models import Event, Leaf, Lease
from tests.ledger.trail import AT, CLERK, write, write_many

pytestmark = pytest.mark.django_db


@pytest.fixture
def public() -> Event:
    """A logged event of a public kind, among others."""
    rules.declare_public({"test.shown": "公告发布"})
    write_many(40)
    lease = Lease.objects.get_or_create(name="N0TICE", defaults={"holder": "", "expires_at": AT})[0]
    lease.public_id = "n0t1ce000001"
    with transaction.atomic():
        event = append("test.shown", subject=lease, data={"title": "打印机采购<b>"}, by=CLERK, at=AT)
    sequencer.run_once()
    return event


def test_the_page_shows_the_signed_head(client: Client, public: Event) -> None:
    page = client.get("/ledger/")
    assert page.status_code == 200
    text = page.content.decode()
    for part in ("公开台账", keys.verifiers()[0].vkey(), "公告发布", "verify.py"):
        assert part in text


def test_the_page_before_the_first_event(client: Client) -> None:
    if not Leaf.objects.exists():
        assert "台账还没有记录" in client.get("/ledger/").content.decode()
        assert client.get("/ledger/checkpoint").status_code == 404


@pytest.mark.parametrize("how", ["uid", "number", "ref"])
def test_an_event_is_found(how: str, client: Client, public: Event) -> None:
    asked = {"uid": public.uid, "number": str(Leaf.objects.get(event=public).index), "ref": "n0t1ce000001"}[
        how
    ]
    answer = client.get("/ledger/", {"q": f" {asked} "})
    assert answer.status_code == 302
    assert answer["Location"] == f"/ledger/events/{public.uid}/"


@pytest.mark.parametrize(
    "asked", ["nothing", "9" * 30, "x" * 5000, "\x00", "%", "0", "-1", "１２", "' OR 1=1"]
)
def test_what_is_not_there_is_said_plainly(asked: str, client: Client, public: Event) -> None:
    answer = client.get("/ledger/", {"q": asked})
    assert answer.status_code in (200, 302)
    if answer.status_code == 200:
        assert "没有可以公开查看的记录" in answer.content.decode()


def test_the_event_page_shows_what_was_logged(client: Client, public: Event) -> None:
    text = client.get(f"/ledger/events/{public.uid}/").content.decode()
    assert "公告发布" in text
    assert "打印机采购&lt;b&gt;" in text
    assert "wang" not in text, "the account is sealed"


def test_the_downloaded_proof_is_accepted_by_the_downloaded_program(client: Client, public: Event) -> None:
    proof = client.get(f"/ledger/events/{public.uid}.tlog-proof")
    assert proof["Content-Type"] == "text/plain; charset=utf-8"
    assert f'filename="{public.uid}.tlog-proof"' in proof["Content-Disposition"]
    program: dict = {"__name__": "verify"}
    exec(client.get("/ledger/verify.py").content, program)  # noqa: S102
    event, index, _size = program["check"](proof.content.decode(), keys.verifiers()[0].vkey())
    assert event["data"] == {"title": "打印机采购<b>"}
    assert index == Leaf.objects.get(event=public).index
    assert "wang" not in json.dumps(event)


def test_an_event_of_another_kind_does_not_exist_for_the_public(client: Client, public: Event) -> None:
    secret = write("test.hidden")
    sequencer.run_once()
    numbers = [Leaf.objects.get(event=secret).index, Leaf.objects.filter(event__isnull=True)[0].index]
    pages = [client.get("/ledger/", {"q": str(number)}).content.decode() for number in numbers]
    told = [
        page[page.index("<main") :]
        .replace(f'value="{number}"', "")
        .replace(f"“{number}”", "")
        .replace(f"%3D{number}", "")
        for page, number in zip(pages, numbers, strict=True)
    ]
    assert "没有可以公开查看的记录" in told[0]
    assert told[0] == told[1], "a hidden event and padding look the same"
    assert client.get(f"/ledger/events/{secret.uid}/").status_code == 404
    assert client.get(f"/ledger/events/{secret.uid}.tlog-proof").status_code == 404


def test_what_was_withdrawn_is_shown_no_more_and_stays_in_the_log(client: Client, public: Event) -> None:
    rules.declare_public({"test.shown": "公告发布"}, unless=lambda event: event.uid == public.uid)
    assert client.get(f"/ledger/events/{public.uid}/").status_code == 404
    assert client.get(f"/ledger/events/{public.uid}.tlog-proof").status_code == 404
    assert "没有可以公开查看的记录" in client.get("/ledger/", {"q": public.uid}).content.decode()
    assert Leaf.objects.filter(event=public).exists()
    assert rules.may_read(Actor(kind="person", role="audit_admin"), public)


@pytest.mark.parametrize("role", ["", "operator", "supervisor", "system_admin", "security_admin", "supplier"])
def test_only_the_auditor_reads_what_is_not_public(role: str, public: Event) -> None:
    secret = write("test.hidden")
    assert not rules.may_read(Actor(kind="person", role=role), secret)
    assert rules.may_read(Actor(kind="person", role=role), public)
    assert rules.may_read(Actor(kind="person", role="audit_admin"), secret)


def test_the_log_takes_a_waiting_event_in_when_its_page_is_asked(client: Client, public: Event) -> None:
    with transaction.atomic():
        waiting = append("test.shown", by=CLERK, at=AT)
    assert client.get(f"/ledger/events/{waiting.uid}.tlog-proof").status_code == 200
    assert Leaf.objects.filter(event=waiting).exists()


def test_while_the_log_cannot_be_written_the_pages_still_answer(
    client: Client, public: Event, settings: object, tmp_path: object
) -> None:
    settings.LEDGER_KEYS_DIR = tmp_path
    with transaction.atomic():
        waiting = append("test.shown", by=CLERK, at=AT)
    assert "正在写入" in client.get(f"/ledger/events/{waiting.uid}/").content.decode()
    proof = client.get(f"/ledger/events/{waiting.uid}.tlog-proof")
    assert (proof.status_code, proof["Retry-After"]) == (503, "2")


def test_a_monitor_rebuilds_the_tree_from_tiles(client: Client, public: Event) -> None:
    write_many(300)
    sequencer.run_once()
    answer = client.get("/ledger/checkpoint")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    head = notes.open_checkpoint(answer.content.decode(), keys.verifiers())
    whole, rest = divmod(head.size, 256)
    assert whole
    leaves: list[bytes] = []
    for address in [f"{at:03}" for at in range(whole)] + ([f"{whole:03}.p/{rest}"] if rest else []):
        tile = client.get(f"/ledger/tile/0/{address}")
        assert tile["Content-Type"] == "application/octet-stream"
        assert "immutable" in tile["Cache-Control"]
        hashes = [tile.content[at : at + 32] for at in range(0, len(tile.content), 32)]
        bundle = client.get(f"/ledger/tile/entries/{address}").content
        entries = [bundle[at + 2 : at + 34] for at in range(0, len(bundle), 34)]
        assert [merkle.leaf_hash(entry) for entry in entries] == hashes
        leaves += hashes
    assert (
        merkle.Tree(lambda level, start, count: _level(leaves, level)[start : start + count]).root(head.size)
        == head.root
    )
    upper = client.get(f"/ledger/tile/1/000.p/{whole}").content
    assert upper == b"".join(_level(leaves, 1))


def _level(leaves: list[bytes], level: int) -> list[bytes]:
    row = leaves
    for _ in range(level):
        row = [merkle.fold(row[at * 256 : at * 256 + 256]) for at in range(len(row) // 256)]
    return row


@pytest.mark.parametrize(
    "address",
    [
        "tile/0/999",
        "tile/0/000.p/255",
        "tile/0/000.p/256",
        "tile/0/000.p/0",
        "tile/0/0",
        "tile/0/x001/000",
        "tile/64/000",
        "tile/00/000",
        "tile/63/000",
        "tile/entries/999",
        "tile/entries/x999/x999/x999/x999/x999/x999/999",
        "tile/0/x999/x999/x999/x999/x999/999",
        "events/x/",
        "events/00000000000000000000/",
        "events/00000000000000000000.tlog-proof",
    ],
)
def test_what_the_log_does_not_have_is_404(address: str, client: Client, public: Event) -> None:
    assert client.get(f"/ledger/{address}", follow=True).status_code == 404


@pytest.mark.parametrize("path", ["", "checkpoint", "verify.py"])
def test_nothing_can_be_sent_here(path: str, client: Client) -> None:
    assert client.post(f"/ledger/{path}").status_code == 405


def test_demo_data_are_named_as_such(client: Client, public: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    words = "这是演示数据的台账"
    assert words not in client.get("/ledger/").content.decode()
    head = queries.head()
    monkeypatch.setattr(
        queries, "head", lambda: dataclasses.replace(head, origin="trade.example/ledger/demo")
    )
    assert words in client.get("/ledger/").content.decode()


def test_english(client: Client, public: Event) -> None:
    assert client.get("/en/ledger/").status_code == 200
